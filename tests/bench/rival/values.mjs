// Reads single values: currencies, amounts, counts, ids, names, instants.

const TWO_DIGITS =
  "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD " +
  "CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS " +
  "GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD " +
  "LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB " +
  "PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP " +
  "SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG";
const NO_DIGITS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";
const THREE_DIGITS = "BHD IQD JOD KWD LYD OMR TND";
const FOUR_DIGITS = "CLF UYW";

/** Currencies by their code, with the digits of their minor unit. */
const CURRENCIES = new Map(
  [[TWO_DIGITS, 2], [NO_DIGITS, 0], [THREE_DIGITS, 3], [FOUR_DIGITS, 4]].flatMap(
    ([codes, digits]) => codes.split(" ").map((code) => [code, { code, digits }]),
  ),
);

const LINES_MAX = 1_000;
const NAMES_MAX = 1_000;
const ID_BYTES_MAX = 1_020;
const TITLE_BYTES_MAX = 1_020;
const QUANTITY_MAX = 1_000_000;

/** Thrown if JSON.parse has rounded an id. */
export const LONG_INTEGER = new Error("an integer beyond 2^53");

export function refuse(field, problem) {
  throw new Error(`${field} ${problem}`);
}

export function required(field, value) {
  return value ?? refuse(field, "is missing");
}

export function knownCurrency(code) {
  return CURRENCIES.get(code);
}

export function currency(field, code) {
  return knownCurrency(required(field, code).toUpperCase()) ?? refuse(field, "is no currency");
}

/** Returns a decimal in minor units, digit by digit: parseFloat("1.005") * 100 is not 100.5. */
export function minorUnits(field, decimal, digits) {
  const text = String(required(field, decimal));
  const isNegative = text.charCodeAt(0) === 45;
  let amount = 0;
  let wholeDigits = 0;
  let fractionDigits = -1;
  let roundsUp = false;
  for (let index = isNegative ? 1 : 0; index < text.length; index += 1) {
    const digit = text.charCodeAt(index) - 48;
    if (digit === -2 && fractionDigits < 0) {
      fractionDigits = 0;
      continue;
    }
    if (!(digit >= 0 && digit <= 9)) refuse(field, "is not a decimal number");
    if (fractionDigits < 0) wholeDigits += 1;
    else fractionDigits += 1;
    if (fractionDigits <= digits) amount = safe(field, amount * 10 + digit);
    else if (fractionDigits === digits + 1) roundsUp = digit >= 5;
  }
  if (wholeDigits === 0 || fractionDigits === 0) refuse(field, "is not a decimal number");
  for (let missing = digits - Math.max(fractionDigits, 0); missing > 0; missing -= 1) {
    amount = safe(field, amount * 10);
  }
  if (roundsUp) amount = safe(field, amount + 1);
  return isNegative ? -amount : amount;
}

/** Rejects an amount that is not exact as a double, before it is added to a sum. */
export function safe(field, amount) {
  return Number.isSafeInteger(amount) ? amount : refuse(field, "is too large");
}

export function zeroOrMore(field, amount) {
  return amount >= 0 ? safe(field, amount) : refuse(field, "is negative");
}

export function amount(field, decimal, digits) {
  return zeroOrMore(field, minorUnits(field, decimal, digits));
}

export function count(field, number) {
  const units = Number(required(field, number));
  const isCount = Number.isInteger(units) && units >= 0 && units <= QUANTITY_MAX;
  return isCount ? units : refuse(field, "is no count");
}

/** Returns an id as text; null for none, which platforms also write as 0 and "". */
export function id(value) {
  if (value === null || value === undefined || value === 0) return null;
  if (typeof value === "number" && !Number.isSafeInteger(value)) throw LONG_INTEGER;
  const text = name(String(value));
  return text === "0" ? null : text;
}

/** Returns a name without the space around it; null for none. */
export function name(text) {
  return text?.trim() || null;
}

export function title(text) {
  if (!text) return "";
  if (!isLonger(text, TITLE_BYTES_MAX)) return text;
  const bytes = Buffer.from(text);
  let end = TITLE_BYTES_MAX;
  while ((bytes[end] & 0xc0) === 0x80) end -= 1;
  return bytes.toString("utf8", 0, end);
}

/** Returns milliseconds since 1970. */
export function instant(field, text) {
  const milliseconds = Date.parse(required(field, text));
  return Number.isNaN(milliseconds) ? refuse(field, "is no instant") : milliseconds;
}

export function lines(field, items, line) {
  const list = items ?? [];
  if (list.length > LINES_MAX) refuse(field, "has too many entries");
  return list.map(line);
}

const YES = new Set(["true", "yes", "1", "on"]);
const NO = new Set(["false", "no", "0", "off"]);

/** Returns true, false, or null for any other value. */
export function answer(value) {
  if (typeof value === "object") return null;
  const text = asciiLowerCase(String(value));
  return YES.has(text) ? true : NO.has(text) ? false : null;
}

/** Unlike toLowerCase, this does not fold letters beyond ASCII, which differ here. */
export function asciiLowerCase(text) {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

function isLonger(text, bytes) {
  return text.length * 3 > bytes && Buffer.byteLength(text) > bytes;
}

/** Returns the sale without lines of zero units, if it is within the limits. */
export function checked(sale) {
  sale.lines = sale.lines.filter((line) => line.quantity > 0);
  if (sale.coupons.length > NAMES_MAX) refuse("coupons", "has too many entries");
  if (sale.id === null) refuse("id", "is missing");
  for (const text of [sale.id, ...sale.coupons]) short(text);
  for (const line of sale.lines) {
    short(line.product);
    short(line.variant);
    short(line.sku);
  }
  zeroOrMore("total", sale.total);
  zeroOrMore("items_total", sale.itemsTotal);
  zeroOrMore("refunded", sale.refunded);
  return sale;
}

function short(text) {
  if (text !== null && isLonger(text, ID_BYTES_MAX)) refuse("an id", "is too long");
}
