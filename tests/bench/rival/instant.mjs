// Reads instants as shops write them: almost RFC 3339, or the time since 1970.

import { refuse, textOf, trimmed } from "./texts.mjs";

const DAY = 86_400_000;
const END = Date.UTC(9999, 0);

/** What almost every shop sends. Date.parse takes more, such as the 30th of February. */
const HOURS = "(?:[01]\\d|2[0-3])";
const CLOCK = `${HOURS}:[0-5]\\d:[0-5]\\d(?:[-+]${HOURS}:[0-5]\\d|Z)?`;
const COMMON = new RegExp(`^\\d{4}-\\d\\d-(?:[01]\\d|2[0-8])T${CLOCK}$`);

const DATE = "(\\d{4})-(\\d\\d)-(\\d\\d)";
const TIME = "(?:[Tt ](\\d\\d):(\\d\\d)(?::(\\d\\d)(?:\\.(\\d{1,9}))?)?)?";
const ZONE = "(?:[Zz]|UTC|GMT|([-+])(\\d\\d)(?::?(\\d\\d))?)?";
const ANY = new RegExp(`^${DATE}${TIME}\\s*${ZONE}$`);

/** Returns milliseconds since 1970, in UTC if the text names no zone; null if it is no instant. */
export function instant(value) {
  const text = trimmed(textOf(value));
  const milliseconds = COMMON.test(text)
    ? Date.parse(text.length === 19 ? `${text}Z` : text)
    : uncommon(text);
  return milliseconds >= DAY && milliseconds < END ? milliseconds : null;
}

export function requiredInstant(field, value) {
  return instant(value) ?? refuse(field, "is no instant");
}

function uncommon(text) {
  if (/^\d{10}$/.test(text)) return Number(text) * 1000;
  if (/^\d{13}$/.test(text)) return Number(text);
  const match = ANY.exec(text);
  if (match === null) return NaN;
  const [year, month, day, hours, minutes, seconds] = match.slice(1, 7).map((part) => +(part ?? 0));
  const [fraction, sign, east, eastMinutes] = match.slice(7);
  const isTime = hours < 24 && minutes < 60 && seconds <= 60;
  const isOffset = +(east ?? 0) < 24 && +(eastMinutes ?? 0) < 60;
  const isMonth = year >= 1970 && month >= 1 && month <= 12;
  const isDay = day >= 1 && day <= lastDay(year, month);
  if (!isTime || !isOffset || !isMonth || !isDay) return NaN;
  const offset = (+(east ?? 0) * 60 + +(eastMinutes ?? 0)) * (sign === "-" ? -1 : 1);
  const milliseconds = +(fraction ?? "").slice(0, 3).padEnd(3, "0");
  const second = Math.min(seconds, 59);
  return Date.UTC(year, month - 1, day, hours, minutes - offset, second, milliseconds);
}

function lastDay(year, month) {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}
