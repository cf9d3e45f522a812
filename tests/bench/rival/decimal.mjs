// Reads amounts and quantities, digit by digit: parseFloat("1.005") * 100 is not 100.5.

import { textOf, trimmed } from "./texts.mjs";

export const AMOUNT_MAX = Number.MAX_SAFE_INTEGER;
const QUANTITY_MAX = 1_000_000;

/** Quantities are in millionths of a unit. */
const QUANTITY_DIGITS = 6;
const UNIT = 10 ** QUANTITY_DIGITS;

const [MINUS, POINT, ZERO] = ["-", ".", "0"].map((character) => character.charCodeAt(0));

/** Returns an amount in minor units of a currency; null if the value is none. */
export function amount(value, currency) {
  return scaled(textOf(value), currency.digits);
}

export function sum(list, number) {
  let total = 0;
  for (const each of list) total += number(each) ?? 0;
  return total;
}

/** Returns a quantity. No number is one unit. */
export function quantity(value) {
  if (Number.isInteger(value) && value >= 0 && value <= QUANTITY_MAX) return value * UNIT;
  return Math.max(scaled(textOf(value), QUANTITY_DIGITS) ?? UNIT, 0);
}

/** Returns whole units, rounded down. A part of a unit alone counts as one. */
export function units(millionths) {
  if (millionths <= 0) return 0;
  return Math.min(Math.max(Math.floor(millionths / UNIT), 1), QUANTITY_MAX);
}

/** Returns the units that came back, so that the units which the buyer kept add up. */
export function unitsReturned(millionths, value) {
  if (value === undefined || value === 0) return 0;
  const returned = Math.abs(scaled(textOf(value), QUANTITY_DIGITS) ?? 0);
  return units(millionths) - units(millionths - returned);
}

/** Returns the price of a quantity; null if it is too large. */
export function timesPrice(millionths, price) {
  const isWhole = millionths % UNIT === 0;
  const product = isWhole ? price * (millionths / UNIT) : partOf(millionths, price);
  return Math.abs(product) <= AMOUNT_MAX ? product : null;
}

function partOf(millionths, price) {
  const exact = BigInt(price) * BigInt(millionths);
  const fits = BigInt.asIntN(64, exact) === exact;
  return fits ? Number(exact / BigInt(UNIT)) : price * Math.floor(millionths / UNIT);
}

/**
 * Returns the number times ten to the power of `digits`, rounded half away from zero; null if the
 * text is no number or the result is too large. Almost every shop sends digits and a point.
 */
function scaled(text, digits) {
  if (text === "") return null;
  const isNegative = text.charCodeAt(0) === MINUS;
  const start = isNegative ? 1 : 0;
  let number = 0;
  let fractionDigits = -1;
  let roundsUp = false;
  for (let index = start; index < text.length; index += 1) {
    const digit = text.charCodeAt(index) - ZERO;
    if (digit >= 0 && digit <= 9) {
      if (fractionDigits >= 0) fractionDigits += 1;
      if (fractionDigits <= digits) number = number * 10 + digit;
      else if (fractionDigits === digits + 1) roundsUp = digit >= 5;
    } else if (digit === POINT - ZERO && fractionDigits < 0 && index > start) {
      fractionDigits = 0;
    } else {
      return shownNumber(text, digits);
    }
  }
  if (text.length === start || fractionDigits === 0) return shownNumber(text, digits);
  for (let missing = digits - Math.max(fractionDigits, 0); missing > 0; missing -= 1) number *= 10;
  return signed(roundsUp ? number + 1 : number, isNegative);
}

function signed(number, isNegative) {
  if (number > AMOUNT_MAX) return null;
  return isNegative ? -number : number;
}

const isDigit = (character) => character >= "0" && character <= "9";
const SEPARATORS = /[., '\x80-\uffff]/g;
const EXPONENT = /^([^eE]*)(?:[eE]([-+]?\d{0,4}))?$/;

/** The same for an amount as a page or a script prints it: `"1.234,50 €"`, `"(5.00)"`, `"1e3"`. */
function shownNumber(shown, digits) {
  const text = withoutEntities(trimmed(shown));
  const [start, end] = ends(text);
  const written = text.slice(start, end);
  const match = EXPONENT.exec(written);
  if (match === null || written === "") return null;
  const point = decimalPoint(written, digits < 3 && /[^ -9eE]|\$/.test(text));
  const whole = match[1].slice(0, point).replace(SEPARATORS, "");
  const all = match[1].replace(SEPARATORS, "");
  if (!/^\d*$/.test(all)) return null;
  const kept = whole.length + digits + Number(/\d/.test(match[2]) ? match[2] : 0);
  let number = Number(all.slice(0, Math.max(kept, 0)).padEnd(Math.min(kept, 400), "0"));
  if (kept >= 0 && all[kept] >= "5") number += 1;
  return signed(number, isNegative(text, start, end));
}

const ENTITY = /&([^;]*)(;?)/g;
const MINUS_SIGN = /[\u2010-\u2013\u2210-\u2213\uff0d]/g;

/** Returns the text with `-` for each minus sign and one character for any other HTML entity. */
function withoutEntities(text) {
  const plain = text.replace(ENTITY, (_, name, end) => {
    const last = name.slice(name.lastIndexOf("&") + 1);
    if (end === "") return "";
    return last.startsWith("minus") || last.startsWith("#8722") ? "-" : "\x80";
  });
  return plain.replace(MINUS_SIGN, "-\x80");
}

/** Returns where the number begins, which may be a point at the start of the text, and ends. */
function ends(text) {
  let start = 0;
  let end = text.length;
  if (text[0] !== "." && text[0] !== ",") {
    while (start < end && !isDigit(text[start])) start += 1;
  }
  while (end > start && !isDigit(text[end - 1])) end -= 1;
  return [start, end];
}

/** A minus sign stands directly before or behind a number, or parentheses around it. */
function isNegative(text, start, end) {
  const before = text.slice(0, start);
  const isOpen = before.lastIndexOf("(") > before.lastIndexOf(")");
  const after = text.slice(end);
  return before.includes("-") || after.startsWith("-") || (isOpen && after.includes(")"));
}

/**
 * Returns where the decimal point is, if there is one. A mark that occurs once is the point, unless
 * it is before exactly three digits: then a comma separates thousands, as does a point on a page.
 */
function decimalPoint(number, isShown) {
  const last = Math.max(number.lastIndexOf("."), number.lastIndexOf(","));
  if (last < 0) return number.length;
  const [before, mark] = [number.slice(0, last), number[last]];
  if (before.includes(mark)) return number.length;
  const isThousand = number.length - last === 4 && last <= 3 && before !== "0";
  const isSeparator = isThousand && !/[.,]/.test(before) && (isShown || mark === ",");
  return isSeparator ? number.length : last;
}
