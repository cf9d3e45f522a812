// Reads values of any shape as texts: ids, names, titles, opt-ins, and the entries of lists.

const ID_BYTES_MAX = 1_020;
const TITLE_BYTES_MAX = 1_020;
const NAMES_MAX = 1_000;

/** Thrown if JSON.parse has rounded a number. */
export const LONG_INTEGER = new Error("an integer beyond 2^53");

export function refuse(field, problem) {
  throw new Error(`${field} ${problem}`);
}

/** Returns a text, a number or a boolean as text, and an empty text for anything else. */
export function textOf(value) {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
      if (Number.isInteger(value) && !Number.isSafeInteger(value)) throw LONG_INTEGER;
      return String(value);
    case "boolean":
      return value ? "true" : "false";
    default:
      return "";
  }
}

/** Returns the entry of a list of one, which stands for its entry, and any other value itself. */
export function only(value) {
  return Array.isArray(value) && value.length === 1 ? value[0] : value;
}

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** Returns the entries of a list, which PHP writes as an object if its numbers have gaps. */
export function entries(value) {
  if (typeof value !== "object" || value === null) return [];
  const list = Array.isArray(value) ? value : listOf(value);
  if (list.every(isObject)) return list;
  if (list.some(isObject)) return list.filter(isObject);
  return list.filter((entry) => entry !== null && typeof entry !== "object");
}

function listOf(object) {
  const values = Object.values(object);
  return /^\d/.test(Object.keys(object)[0]) || values.every(isObject) ? values : [object];
}

const AROUND = "[\\0-\\x20\\x7f\\xa0\\u200b-\\u200f\\u2060\\ufeff]+";
const AROUND_TEXT = new RegExp(`^${AROUND}|${AROUND}$`, "g");

const isPlain = (code) => code > 0x20 && code < 0x7f;

/** Returns a text without the space and the characters of no width around it. */
export function trimmed(text) {
  const isClean = isPlain(text.charCodeAt(0)) && isPlain(text.charCodeAt(text.length - 1));
  return isClean ? text : text.replace(AROUND_TEXT, "");
}

/** The words that scripts write for a missing value. */
const NO_VALUE = new Set([
  "undefined", "null", "none", "n/a", "(none)", "(not set)", "(not provided)", "false", "nan",
  "[object object]",
]);
const NO_VALUE_LENGTH = 15;
const PLACEHOLDER = /^[{[<%$#?]{2}/;
const NAME_IN_BRACKETS = /^(?:\{\D*\}|\[\D*\]|<\D*>|%\D*%)$/;
const CONTROL = /[\0-\x1f\x7f-\x9f]/g;

/** Returns a name; null for none, for a placeholder and for a text longer than an id may be. */
export function known(value) {
  const text = trimmed(textOf(value));
  if (text === "" || PLACEHOLDER.test(text) || isLonger(text, ID_BYTES_MAX)) return null;
  if (text.length <= NO_VALUE_LENGTH && NO_VALUE.has(text.toLowerCase())) return null;
  return text.replace(CONTROL, " ");
}

/** Returns an id as text; null for none, which platforms also write as 0. */
export function id(value) {
  if (Number.isSafeInteger(value)) return value === 0 ? null : String(value);
  const text = known(value);
  return text === "0" || (text !== null && NAME_IN_BRACKETS.test(text)) ? null : text;
}

/** Returns the names in a list, no more than a sale may have. */
export function names(list) {
  return list.map(known).filter((name) => name !== null).slice(0, NAMES_MAX);
}

export function title(value) {
  const text = textOf(value);
  if (!isLonger(text, TITLE_BYTES_MAX)) return text;
  const bytes = Buffer.from(text);
  let end = TITLE_BYTES_MAX;
  while ((bytes[end] & 0xc0) === 0x80) end -= 1;
  return bytes.toString("utf8", 0, end);
}

function isLonger(text, bytes) {
  return text.length * 3 > bytes && Buffer.byteLength(text) > bytes;
}

const YES = new Set(["true", "yes", "1", "on"]);
const NO = new Set(["false", "no", "0", "off"]);

/** Returns true, false, or null for any other value. */
export function optIn(attribute) {
  if (attribute === undefined) return null;
  const text = asciiLowerCase(trimmed(textOf(attribute.value)));
  return YES.has(text) ? true : NO.has(text) ? false : null;
}

/** Unlike toLowerCase, this does not fold letters beyond ASCII, which differ here. */
export function asciiLowerCase(text) {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
