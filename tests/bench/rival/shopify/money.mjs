// Reads Shopify's amounts, which are in two currencies: the shop's and the buyer's.

import { currency } from "../currencies.mjs";
import { amount } from "../decimal.mjs";
import { entries, only } from "../texts.mjs";

const shops = (set) => only(only(set)?.shop_money);
const buyers = (set) => only(only(set)?.presentment_money);

/** Returns the shop's currency of an amount, or the buyer's; null if it names none. */
export function currencyOf(set) {
  return currency(shops(set)?.currency_code) ?? currency(buyers(set)?.currency_code);
}

/** Returns the amount in the shop's currency and in the buyer's; null if one is unknown. */
export function both(set) {
  const [own, seen] = [minorUnits(shops(set)), minorUnits(buyers(set))];
  return own === null || seen === null ? null : [own, seen];
}

function minorUnits(price) {
  const known = currency(price?.currency_code);
  return known === null ? null : amount(price.amount, known);
}

/** The currency of a sale, which is the shop's own, and an amount that shows the rate to others. */
export class Money {
  constructor(own, rate) {
    this.currency = own;
    this.rate = rate;
  }

  /** Returns the amount in the set's shop currency, or the plain amount; null if there is none. */
  amount(set, plain) {
    return this.#inSet(set) ?? amount(plain, this.currency);
  }

  #inSet(set) {
    const price = shops(set);
    if (price === undefined || price === null) return null;
    const named = currency(price.currency_code);
    const isOther = named !== null && named.code !== this.currency.code;
    return isOther ? null : amount(price.amount, this.currency);
  }

  tax(item) {
    let tax = 0;
    for (const { price_set, price } of entries(item.tax_lines)) {
      tax += this.amount(price_set, price) ?? 0;
    }
    return tax;
  }

  /** Returns an amount that names its own currency; null if the rate to it is unknown. */
  converted(value, code) {
    const from = currency(code) ?? this.currency;
    const number = amount(value, from);
    if (number === null || from.code === this.currency.code) return number;
    const [divisor, factor] = [this.#rateIn(from), this.#rateIn(this.currency)];
    if (!divisor || !factor || divisor < 0 !== factor < 0) return null;
    const [one, other] = [BigInt(Math.abs(divisor)), BigInt(Math.abs(factor))];
    return Number((BigInt(number) * other + one / 2n) / one);
  }

  #rateIn({ code }) {
    const isMeant = (price) => currency(price?.currency_code)?.code === code;
    const price = [shops(this.rate), buyers(this.rate)].find(isMeant);
    return price === undefined ? null : minorUnits(price);
  }
}
