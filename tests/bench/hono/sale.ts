// Checks that a sale has every field, no other, and plausible values.

import { HTTPException } from "hono/http-exception";

export interface Line {
  product: string | null;
  variant: string | null;
  sku: string | null;
  title: string;
  quantity: number;
  refunded: number;
  total: number;
  collections: string[];
}

export interface Sale {
  platform: string;
  id: string;
  sold_at: string;
  updated_at: string;
  status: string;
  test: boolean;
  currency: string;
  total: number;
  items_total: number;
  refunded: number;
  coupons: string[];
  opted_in: boolean | null;
  lines: Line[];
}

type Check = (value: unknown, field: string) => void;

const PLATFORMS = new Set(
  ["shopify", "woocommerce", "ga4", "bigcommerce", "magento", "wix", "squarespace", "custom"],
);
const STATUSES = new Set(["placed", "paid", "cancelled", "refunded"]);
const CURRENCIES = new Set(Intl.supportedValuesOf("currency"));
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i;
const BYTES_MAX = 1_020;
const NAMES_MAX = 1_000;
const QUANTITY_MAX = 1_000_000;

const encoder = new TextEncoder();

const text: Check = (value, field) => {
  if (typeof value !== "string") refuse(field, "is no text");
  if (isLongerThan(value as string, BYTES_MAX)) refuse(field, `is over ${BYTES_MAX} bytes`);
};

/** Most texts are so short that counting their bytes needs no encoding. */
function isLongerThan(value: string, bytes: number): boolean {
  return value.length * 3 > bytes && encoder.encode(value).length > bytes;
}

const id: Check = (value, field) => {
  text(value, field);
  if ((value as string).trim() === "") refuse(field, "is empty");
};

const boolean: Check = (value, field) => {
  if (typeof value !== "boolean") refuse(field, "is neither true nor false");
};

const instant: Check = (value, field) => {
  if (typeof value !== "string" || !INSTANT.test(value) || Number.isNaN(Date.parse(value))) {
    refuse(field, "is not an instant");
  }
};

const oneOf = (values: Set<string>): Check => (value, field) => {
  if (!values.has(value as string)) refuse(field, "is not known");
};

const integer = (least: number, most: number): Check => (value, field) => {
  if (!Number.isSafeInteger(value) || (value as number) < least || (value as number) > most) {
    refuse(field, `is not a whole number from ${least} to ${most}`);
  }
};

const nullOr = (check: Check): Check => (value, field) => {
  if (value !== null) check(value, field);
};

const list = (check: Check): Check => (value, field) => {
  if (!Array.isArray(value) || value.length > NAMES_MAX) refuse(field, "is no list, or too long");
  (value as unknown[]).forEach((entry, index) => check(entry, `${field}[${index}]`));
};

const object = (fields: Record<string, Check>): Check => {
  const checks = Object.entries(fields);
  return (value, field) => {
    if (typeof value !== "object" || value === null) refuse(field, "is no object");
    const object = value as Record<string, unknown>;
    for (const [name, check] of checks) check(object[name], `${field}.${name}`);
    for (const name in object) if (!(name in fields)) refuse(`${field}.${name}`, "is unknown");
  };
};

const amount = integer(0, Number.MAX_SAFE_INTEGER);

const line = object({
  product: nullOr(id),
  variant: nullOr(id),
  sku: nullOr(id),
  title: text,
  quantity: integer(1, QUANTITY_MAX),
  refunded: integer(0, QUANTITY_MAX),
  total: amount,
  collections: list(id),
});

const sale = object({
  platform: oneOf(PLATFORMS),
  id,
  sold_at: instant,
  updated_at: instant,
  status: oneOf(STATUSES),
  test: boolean,
  currency: oneOf(CURRENCIES),
  total: amount,
  items_total: amount,
  refunded: amount,
  coupons: list(id),
  opted_in: nullOr(boolean),
  lines: list(line),
});

export function checkSale(value: unknown): Sale {
  sale(value, "sale");
  const checked = value as Sale;
  for (const [index, line] of checked.lines.entries()) {
    if (line.refunded > line.quantity) refuse(`sale.lines[${index}].refunded`, "is too much");
  }
  return checked;
}

function refuse(field: string, problem: string): never {
  throw new HTTPException(422, { message: `${field} ${problem}.` });
}
