// Converts the order of Shopify's webhooks to a sale in the currency that the buyer saw.

import {
  amount, answer, checked, count, currency, id, instant, knownCurrency, lines, name, refuse,
  required, safe, title, zeroOrMore,
} from "./values.mjs";

const STATUSES = new Map([
  ["voided", "cancelled"], ["refunded", "refunded"],
  ["paid", "paid"], ["partially_refunded", "paid"],
]);

export function shopifySale(order) {
  const money = new Currencies(order);
  const soldAt =
    order.processed_at == null
      ? instant("created_at", order.created_at)
      : instant("processed_at", order.processed_at);
  const refunds = order.refunds ?? [];
  const items = order.line_items ?? [];
  const hasTax = order.taxes_included === true;
  const subtotal = money.amount("subtotal_price", order.subtotal_price_set, order.subtotal_price);
  const tax = hasTax ? sum("tax_lines", items, (item) => money.tax(item)) : 0;
  const attribute = order.note_attributes?.find((each) => each.name === "plant_trees");
  return checked({
    platform: "shopify",
    id: orderId(order.id),
    soldAt,
    updatedAt: order.updated_at == null ? soldAt : instant("updated_at", order.updated_at),
    status:
      order.cancelled_at == null ? (STATUSES.get(order.financial_status) ?? "placed") : "cancelled",
    test: order.test === true,
    currency: money.sale.code,
    total: money.amount("total_price", order.total_price_set, order.total_price),
    itemsTotal: zeroOrMore("subtotal_price", subtotal - tax),
    refunded: returnedMoney(refunds, money),
    coupons: (order.discount_codes ?? []).map((discount) => name(discount.code)).filter(Boolean),
    optedIn: attribute ? answer(attribute.value) : null,
    lines: lines("line_items", items, (item) =>
      lineOf(item, money, hasTax, returnedUnits(refunds, item.id)),
    ),
  });
}

function lineOf(item, money, hasTax, returned) {
  const quantity = count("quantity", item.quantity);
  const price = money.amount("price", item.price_set, item.price);
  const discounts = sum("discount_allocations", item.discount_allocations, (discount) =>
    money.amount("discount_allocations", discount.amount_set, discount.amount),
  );
  const tax = hasTax ? money.tax(item) : 0;
  return {
    product: id(item.product_id),
    variant: id(item.variant_id),
    sku: name(item.sku),
    title: title(item.title),
    quantity,
    refunded: Math.min(returned, quantity),
    total: zeroOrMore("price", safe("price", price * quantity) - discounts - tax),
    collections: [],
  };
}

/**
 * Returns the digits at the end of an order's id, which may be a number or gid://shopify/Order/…
 */
function orderId(value) {
  const text = id(required("id", value));
  return /\d+$/.exec(text)?.[0] ?? refuse("id", "is no order id");
}

function returnedMoney(refunds, money) {
  return sum("transactions", refunds, (refund) =>
    sum("transactions", refund.transactions, ({ kind, status, amount: returned, currency: code }) =>
      kind === "refund" && status === "success" ? money.converted(returned, code) : 0,
    ),
  );
}

function returnedUnits(refunds, lineItem) {
  let units = 0;
  for (const refund of refunds) {
    for (const entry of refund.refund_line_items ?? []) {
      if (entry.line_item_id !== lineItem) continue;
      units += count("refund_line_items[].quantity", entry.quantity);
    }
  }
  return units;
}

function sum(field, list, number) {
  let total = 0;
  for (const each of list ?? []) total = safe(field, total + number(each));
  return total;
}

/** The currencies of an order: the one that the buyer saw, and the shop's. */
class Currencies {
  constructor(order) {
    this.sale = currency("currency", order.presentment_currency ?? order.currency);
    this.shop = knownCurrency(order.currency);
    this.rate = order.total_price_set;
  }

  /** Reads the set beside the amount, or the plain amount if that is in the sale's currency. */
  amount(field, set, plain) {
    const price = inCurrency(set, this.sale);
    if (price) return amount(field, price.amount, this.sale.digits);
    if (this.shop === this.sale) return amount(field, plain, this.sale.digits);
    return refuse(field, "is in another currency than the sale");
  }

  tax(item) {
    return sum("tax_lines", item.tax_lines, (tax) =>
      this.amount("tax_lines", tax.price_set, tax.price),
    );
  }

  /** Converts an amount that names its own currency at the rate of the order's total. */
  converted(decimal, code) {
    const own = code == null ? this.sale : currency("transactions", code);
    const minor = amount("transactions", decimal, own.digits);
    if (own === this.sale) return minor;
    const [from, to] = [own, this.sale].map((each) => {
      const price = inCurrency(this.rate, each);
      return price ? BigInt(amount("total_price", price.amount, each.digits)) : 0n;
    });
    if (from <= 0n) refuse("transactions", "is in another currency than the sale");
    return safe("transactions", Number((BigInt(minor) * to + from / 2n) / from));
  }
}

function inCurrency(set, { code }) {
  if (set?.presentment_money?.currency_code === code) return set.presentment_money;
  if (set?.shop_money?.currency_code === code) return set.shop_money;
  return null;
}
