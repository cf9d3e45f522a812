// Reads the refunds of a Shopify order: units, their value, and the money that was returned.

import { currency } from "../currencies.mjs";
import { amount, quantity, units } from "../decimal.mjs";
import { asciiLowerCase, entries, textOf } from "../texts.mjs";
import { both } from "./money.mjs";

/** Returns the units that came back, by the id of the line. */
export function unitsReturnedByLine(refunds) {
  const byLine = new Map();
  for (const refund of refunds) {
    for (const entry of entries(refund.refund_line_items)) {
      const line = textOf(entry.line_item_id);
      if (line === "") continue;
      byLine.set(line, (byLine.get(line) ?? 0) + units(quantity(entry.quantity)));
    }
  }
  return byLine;
}

/** Returns the cost of the units that came back, with or without money. */
export function returnedValue(refunds, money) {
  let value = 0;
  for (const refund of refunds) {
    for (const entry of entries(refund.refund_line_items)) {
      value += money.amount(entry.subtotal_set, entry.subtotal) ?? 0;
    }
  }
  return value;
}

/** Returns the money of the successful transactions in the shop's currency. */
export function returnedMoney(refunds, money) {
  return refunds.reduce((sum, refund) => sum + moneyOf(refund, money), 0);
}

/**
 * A transaction is in the currency of the buyer. If what the refund lists adds up to it, the sum of
 * the list in the shop's currency is exact; otherwise a rate turns one into the other.
 */
function moneyOf(refund, money) {
  let converted = 0;
  let paidToBuyer = 0;
  for (const transaction of entries(refund.transactions)) {
    if (!isReturn(transaction)) continue;
    const { amount: value, amount_set, currency: code } = transaction;
    paidToBuyer += Math.abs(amount(value, currency(code) ?? money.currency) ?? 0);
    const shops = money.amount(amount_set, undefined) ?? money.converted(value, code);
    converted += Math.abs(shops ?? 0);
  }
  if (paidToBuyer === 0) return converted;
  const isExact = (listed) => listed !== null && listed[1] === paidToBuyer;
  const exact = [listedMoney(refund, false), listedMoney(refund, true)].find(isExact);
  return exact === undefined ? converted : exact[0];
}

function isReturn({ kind, status }) {
  const [isRefund, isSuccess] = [asciiLowerCase(textOf(kind)), asciiLowerCase(textOf(status))];
  return isRefund === "refund" && isSuccess === "success";
}

/** Returns what the refund lists, in the shop's currency and in the buyer's; null if unknown. */
function listedMoney(refund, withTax) {
  const sum = [0, 0];
  const add = (amounts, sign = 1) => {
    sum[0] += sign * (amounts?.[0] ?? 0);
    sum[1] += sign * (amounts?.[1] ?? 0);
    return amounts !== null;
  };
  for (const entry of entries(refund.refund_line_items)) {
    if (!add(both(entry.subtotal_set))) return null;
    if (withTax) add(both(entry.total_tax_set));
  }
  for (const { subtotal_amount_set } of entries(refund.refund_shipping_lines)) {
    if (!add(both(subtotal_amount_set))) return null;
  }
  for (const { amount_set } of entries(refund.order_adjustments)) {
    if (!add(both(amount_set), -1)) return null;
  }
  add(both(refund.total_duties_set));
  return sum;
}
