// Reads currencies, and knows the digits of their minor units.

import { asciiLowerCase, id } from "./texts.mjs";

/** Codes whose minor unit has another number of digits than two. */
const OTHER_DIGITS = [
  ["BIF BYR CLP DJF GNF IRT ISK JPY KMF KRW PYG RWF TRL UGX UYI VND VUV XAF XOF XPF", 0],
  ["BHD IQD JOD KWD LYD OMR TND", 3],
  ["CLF UYW", 4],
  ["BTC", 8],
];

const DIGITS = new Map(
  OTHER_DIGITS.flatMap(([codes, digits]) => codes.split(" ").map((code) => [code, digits])),
);

const withDigits = (code) => ({ code, digits: DIGITS.get(code) ?? 2 });

/** The currency of a sale that reports none: each rule without an amount applies to it. */
export const UNKNOWN = withDigits("XXX");

/** The currencies of common codes, so that most sales make no new object. */
const COMMON = new Map(
  ["AUD", "CAD", "CHF", "EUR", "GBP", "JPY", "USD"].map((code) => [code, withDigits(code)]),
);

/** Returns the currency of a code in upper or lower case; null if the code means no currency. */
export function currency(value) {
  const common = COMMON.get(value);
  if (common !== undefined) return common;
  const text = id(value)?.trim();
  if (!text) return null;
  return /^[a-z]{3}$/.test(asciiLowerCase(text)) ? withDigits(text.toUpperCase()) : UNKNOWN;
}
