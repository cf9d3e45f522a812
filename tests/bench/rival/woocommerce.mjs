// Converts the order of WooCommerce's webhooks to a sale.

import { UNKNOWN, currency } from "./currencies.mjs";
import { amount, sum } from "./decimal.mjs";
import { instant } from "./instant.mjs";
import { Items } from "./items.mjs";
import { asciiLowerCase, entries, id, known, names, optIn, refuse } from "./texts.mjs";

const STATUSES = new Map([
  ["processing", "paid"], ["completed", "paid"],
  ["on-hold", "placed"], ["pending", "placed"], ["draft", "placed"],
  ["checkout-draft", "placed"], ["auto-draft", "placed"],
  ["cancelled", "cancelled"], ["failed", "cancelled"], ["trash", "cancelled"],
  ["refunded", "refunded"],
]);

/** Meta data fields of a line by which plugins name the bundle that contains it. */
const BUNDLE_KEYS = new Set([
  "_bundled_by", "_composite_parent", "_mnm_container", "_woosb_parent_id", "_wooco_parent_id",
  "_asnp_wepb_parent_id", "_chained_product_of",
]);

export function woocommerceSale(order) {
  const lineItems = entries(order.line_items);
  refuseOtherKinds(order, lineItems);
  const money = currency(order.currency) ?? UNKNOWN;
  const status = known(order.status) ?? refuse("status", "is missing");
  const saleId = id(order.id) ?? refuse("id", "is missing");
  const soldAt = firstInstant(order) ?? refuse("date_created_gmt", "is no instant");
  const items = itemsOf(lineItems, money);
  const fees = entries(order.fee_lines).map((fee) => amount(fee.total, money) ?? 0);
  const total = totalOf(order.total, money, lineItems.length > 0 ? items.cost : null);
  for (const fee of fees) items.takeOff(Math.max(-fee, 0));
  const cost = lineItems.length > 0 ? items.cost : null;
  return items.sale({
    platform: "woocommerce",
    id: saleId,
    soldAt,
    updatedAt: instant(order.date_modified_gmt) ?? instant(order.date_modified) ?? soldAt,
    status: statusOf(status, order),
    test: false,
    currency: money.code,
    total,
    itemsTotal: cost ?? Math.max(rest(order, money, total, fees), items.knownCost),
    refunded: sum(entries(order.refunds), ({ total }) => Math.abs(amount(total, money))),
    coupons: names(entries(order.coupon_lines).map((coupon) => coupon.code)),
    optedIn: optIn(entries(order.meta_data).find(({ key }) => key === "plant_trees")),
  });
}

/** Refuses a subscription, the balance of a deposit and a vendor's part of an order. */
function refuseOtherKinds(order, lineItems) {
  const { billing_period, billing_interval, next_payment_date_gmt, parent_id } = order;
  if (id(billing_period) ?? id(billing_interval) ?? id(next_payment_date_gmt)) {
    refuse("billing_period", "is of a subscription");
  }
  const isBalance = (item) => hasMeta(item, (key) => key === "_original_order_id");
  if (id(parent_id) || order.created_via === "wc_deposits" || lineItems.some(isBalance)) {
    refuse("parent_id", "names another order");
  }
}

function hasMeta(item, isMeant) {
  return entries(item.meta_data).some((meta) => isMeant(meta.key) && id(meta.value) !== null);
}

/** Plugins that import orders omit some dates, or write zeros. */
function firstInstant(order) {
  return (
    instant(order.date_created_gmt) ?? instant(order.date_created) ??
    instant(order.date_paid_gmt) ?? instant(order.date_paid) ??
    instant(order.date_modified_gmt) ?? instant(order.date_modified)
  );
}

function itemsOf(lineItems, money) {
  const items = new Items();
  for (const item of lineItems) {
    items.add({
      product: item.product_id,
      variant: item.variation_id,
      sku: item.sku,
      name: item.name,
      bought: item.quantity,
      returned: item.refunded,
      total: amount(item.total, money),
      collections: names(entries(item.collections)),
      isBundled: isBundled(item),
    });
  }
  return items;
}

function isBundled(item) {
  const { bundled, bundled_by, composite_parent } = item;
  return (
    bundled === true || bundled === "true" || bundled === 1 || bundled === "1" ||
    id(bundled_by) !== null || id(composite_parent) !== null ||
    hasMeta(item, (key) => BUNDLE_KEYS.has(key))
  );
}

/** A total that cannot be read is what the items cost, if that is known. */
function totalOf(value, money, cost) {
  const total = amount(value, money);
  if (total === null) return cost ?? refuse("total", "is no amount");
  return total >= 0 ? total : refuse("total", "is negative");
}

/** Returns the part of the total that is neither shipping, tax nor fees. */
function rest(order, money, total, fees) {
  const [shipping, tax] = [amount(order.shipping_total, money), amount(order.total_tax, money)];
  return total - (shipping ?? 0) - (tax ?? 0) - sum(fees, (fee) => Math.max(fee, 0));
}

/** A status of the shop's own counts as paid if the order was paid or is paid on delivery. */
function statusOf(text, order) {
  const status = STATUSES.get(asciiLowerCase(text.trim()).replace(/^wc-/, ""));
  if (status !== undefined) return status;
  const isPaid =
    order.payment_method === "cod" || instant(order.date_paid_gmt ?? order.date_paid) !== null;
  return isPaid ? "paid" : "placed";
}
