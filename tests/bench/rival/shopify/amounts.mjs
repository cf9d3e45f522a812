// Computes the cost and the refunds of a Shopify order after edits, exchanges and returns.

import { refuse } from "../texts.mjs";
import { returnedMoney, returnedValue } from "./refunds.mjs";

/**
 * Items that an edit removed without a repayment were never charged; those that it removed with one
 * count as a refund. `cost` and `tax` are those of the lines.
 */
export function amountsOf(order, refunds, money, { cost, tax }) {
  const amount = (name) => money.amount(order[`${name}_set`], order[name]);
  const [total, currentTotal] = [amount("total_price"), amount("current_total_price")];
  const [subtotal, current] = [amount("subtotal_price"), amount("current_subtotal_price")];
  const refunded = returnedMoney(refunds, money);
  const cheaper = subtotal === null || current === null ? 0 : subtotal - current;
  const returned = Math.max(returnedValue(refunds, money), cheaper);
  const fell = total === null || currentTotal === null ? 0 : total - currentTotal;
  const paidBack = Math.min(Math.max(returned + refunded - fell, 0), returned, refunded);
  const unpaid = Math.max(returned - paidBack, 0);
  const items = current !== null ? current + paidBack : (subtotal ?? NaN) - unpaid;
  const itemsTotal = Number.isNaN(items) ? cost : items - share(tax, items, subtotal ?? current);
  return { total: totalOf(total, currentTotal, refunded, unpaid), itemsTotal, refunded };
}

function totalOf(total, current, refunded, unpaid) {
  const charged =
    current === null
      ? (total ?? refuse("total_price", "is no amount")) - unpaid
      : Math.max(current, Math.min(total ?? Infinity, current + refunded));
  return charged >= 0 ? charged : refuse("total_price", "is negative");
}

/** Returns the part of an amount that belongs to `part` of a whole. */
function share(amount, part, whole) {
  if (amount === 0 || whole === 0) return amount;
  return Number((BigInt(amount) * BigInt(Math.max(part, 0))) / BigInt(whole));
}
