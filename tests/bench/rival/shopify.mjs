// Converts the order of Shopify's webhooks to a sale in the shop's own currency.

import { amountsOf } from "./shopify/amounts.mjs";
import { Money, currencyOf } from "./shopify/money.mjs";
import { unitsReturnedByLine } from "./shopify/refunds.mjs";
import { UNKNOWN, currency } from "./currencies.mjs";
import { quantity, timesPrice, units } from "./decimal.mjs";
import { instant, requiredInstant } from "./instant.mjs";
import { Items } from "./items.mjs";
import {
  asciiLowerCase, entries, id, known, names, optIn, refuse, textOf, trimmed,
} from "./texts.mjs";

const STATUSES = new Map([
  ["voided", "cancelled"], ["refunded", "refunded"],
  ["paid", "paid"], ["partially_refunded", "paid"],
]);

export function shopifySale(order) {
  const money = new Money(
    currency(order.currency) ?? currencyOf(order.total_price_set) ??
      currency(order.presentment_currency) ?? UNKNOWN,
    order.total_price_set,
  );
  const soldAt = instant(order.processed_at) ?? requiredInstant("created_at", order.created_at);
  const saleId = orderId(order.id);
  const lineItems = entries(order.line_items);
  const refunds = entries(order.refunds);
  const hasTax = isTrue(order.taxes_included);
  const returned = unitsReturnedByLine(refunds);
  const items = new Items();
  for (const item of lineItems) {
    if (!isTip(item)) items.add(itemOf(item, money, hasTax, returned.get(textOf(item.id)) ?? 0));
  }
  const tax = hasTax ? lineItems.reduce((sum, item) => sum + money.tax(item), 0) : 0;
  const attributes = entries(order.note_attributes);
  return items.sale({
    platform: "shopify",
    id: saleId,
    soldAt,
    updatedAt: instant(order.updated_at) ?? soldAt,
    status: statusOf(order),
    test: isTrue(order.test),
    currency: money.currency.code,
    ...amountsOf(order, refunds, money, { cost: items.knownCost, tax }),
    coupons: names(entries(order.discount_codes).map((discount) => discount.code)),
    optedIn: optIn(attributes.find(({ name }) => name === "plant_trees")),
  });
}

function isTrue(value) {
  return value === true || value === "true" || value === 1 || value === "1";
}

/**
 * Returns the digits at the end of an order's id, which may be a number or gid://shopify/Order/…
 */
function orderId(value) {
  const text = trimmed(textOf(value));
  const digits = /^(?:[^?#]*\/)?(\d{1,20})(?:[?#]|$)/.exec(text)?.[1];
  return digits === undefined || digits === "0" ? refuse("id", "is no order id") : digits;
}

/** Returns true for a tip for the shop's staff. */
function isTip(item) {
  if (id(item.tip_payment_gateway) !== null || id(item.tip_payment_method) !== null) return true;
  const isTitled = asciiLowerCase(textOf(item.title).trim()) === "tip";
  return isTitled && id(item.product_id) === null && known(item.sku) === null;
}

function itemOf(item, money, hasTax, returned) {
  const bought = quantity(item.quantity);
  const hasCurrent = textOf(item.current_quantity) !== "";
  const removed = hasCurrent ? units(bought) - units(quantity(item.current_quantity)) : 0;
  const price = money.amount(item.price_set, item.price);
  const whole = price === null ? null : timesPrice(bought, price);
  return {
    product: item.product_id,
    variant: item.variant_id,
    sku: item.sku,
    name: item.title,
    bought: item.quantity,
    returned: Math.max(returned, removed),
    total: whole === null ? null : lessDiscounts(whole, item, money, hasTax),
    collections: [],
    isBundled: false,
  };
}

/** Discounts may exceed a line by rounding. */
function lessDiscounts(whole, item, money, hasTax) {
  let total = whole;
  for (const discount of entries(item.discount_allocations)) {
    total -= money.amount(discount.amount_set, discount.amount) ?? 0;
  }
  if (hasTax) total -= money.tax(item);
  return Math.max(total, Math.min(whole, 0));
}

/** Drafts and checkouts are unpaid, and cancelled once an order was created from them. */
function statusOf(order) {
  if (happened(order.cancelled_at)) return "cancelled";
  const status = asciiLowerCase(textOf(order.financial_status).trim());
  if (status === "" && (order.status === "completed" || happened(order.completed_at))) {
    return "cancelled";
  }
  return STATUSES.get(status) ?? "placed";
}

/** Dates of zeros and of the first day of 1970 mean "never"; one that is unreadable happened. */
function happened(date) {
  const text = id(date);
  return text !== null && !/^-?000|^1969-12-31|^1970-01-01/.test(text);
}
