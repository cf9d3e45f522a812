// Converts the order of WooCommerce's webhooks to a sale.

import {
  amount, answer, checked, count, currency, id, instant, lines, minorUnits, name, required, safe,
  title,
} from "./values.mjs";

const STATUSES = new Map([
  ["processing", "paid"], ["completed", "paid"],
  ["on-hold", "placed"], ["pending", "placed"], ["checkout-draft", "placed"],
  ["cancelled", "cancelled"], ["failed", "cancelled"], ["trash", "cancelled"],
  ["refunded", "refunded"],
]);

export function woocommerceSale(order) {
  const { code, digits } = currency("currency", order.currency);
  const slug = required("status", order.status);
  const soldAt = utc("date_created_gmt", order.date_created_gmt);
  const items = lines("line_items", order.line_items, (item) => ({
    product: id(item.product_id),
    variant: id(item.variation_id),
    sku: name(item.sku),
    title: title(item.name),
    quantity: count("line_items[].quantity", item.quantity),
    refunded: 0,
    total: amount("line_items[].total", item.total, digits),
    collections: [],
  }));
  let itemsTotal = 0;
  for (const line of items) itemsTotal = safe("line_items[].total", itemsTotal + line.total);
  let returned = 0;
  for (const refund of order.refunds ?? []) {
    const field = "refunds[].total";
    returned = safe(field, returned + minorUnits(field, refund.total, digits));
  }
  const optedIn = order.meta_data?.find(({ key }) => key === "plant_trees");
  return checked({
    platform: "woocommerce",
    id: id(order.id),
    soldAt,
    updatedAt:
      order.date_modified_gmt == null ? soldAt : utc("date_modified_gmt", order.date_modified_gmt),
    status: STATUSES.get(slug) ?? (order.date_paid_gmt == null ? "placed" : "paid"),
    test: false,
    currency: code,
    total: amount("total", order.total, digits),
    itemsTotal,
    refunded: -returned,
    coupons: (order.coupon_lines ?? []).map((coupon) => name(coupon.code)).filter(Boolean),
    optedIn: optedIn ? answer(optedIn.value) : null,
    lines: items,
  });
}

/** WooCommerce writes instants of UTC without their zone. */
function utc(field, text) {
  return instant(field, `${required(field, text)}Z`);
}
