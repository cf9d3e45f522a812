// Compiles campaigns to functions from a sale to its trees.

import { asciiLowerCase } from "./texts.mjs";

const TREES_PER_ORDER_MAX = 1_000_000;
const COUPONS_MAX = 100;
const COLLECTIONS_MAX = 5_000;
const TITLES_BYTES_MAX = 131_072;

/** Returns a function that counts the trees of a sale under this campaign. */
export function compileCampaign(shop, { starts_at, ends_at, conditions }) {
  const isRunning = within(starts_at, ends_at);
  const holds = conditions.when ? compileCondition(shop, conditions.when) : () => true;
  const rules = conditions.trees.map(compileRule);
  const cap = Math.min(conditions.cap_per_order ?? Infinity, TREES_PER_ORDER_MAX);
  return (sale) => {
    if (isVoid(sale) || !isRunning(sale) || !holds(sale)) return 0;
    let trees = 0;
    for (const rule of rules) trees += rule(sale);
    return Math.min(trees, cap);
  };
}

/** Returns the sale without the coupons, collections and titles beyond the limits. */
export function limited(sale) {
  sale.coupons.length = Math.min(sale.coupons.length, COUPONS_MAX);
  let collections = COLLECTIONS_MAX;
  let bytes = 0;
  for (const line of sale.lines) {
    if (!line.isBundled && line.collections.length > 0) {
      line.collections.length = Math.min(line.collections.length, collections);
      collections -= line.collections.length;
    }
    bytes += Buffer.byteLength(line.title);
    if (bytes >= TITLES_BYTES_MAX) line.title = "";
  }
  return sale;
}

/** A gift card can make the total smaller than what the items cost, which a refund then meets. */
function isVoid({ status, total, itemsTotal, refunded }) {
  const isReturned = total === 0 || refunded >= Math.max(total, itemsTotal);
  return status === "cancelled" || status === "refunded" || (refunded > 0 && isReturned);
}

function spent({ itemsTotal, refunded }) {
  return Math.max(itemsTotal - refunded, 0);
}

function kept({ quantity, refunded }) {
  return Math.max(quantity - refunded, 0);
}

function within(from, until) {
  const first = from ? Date.parse(from) : -Infinity;
  const end = until ? Date.parse(until) : Infinity;
  return ({ soldAt }) => first <= soldAt && soldAt < end;
}

function compileCondition(shop, condition) {
  if (condition === "opted_in") return (sale) => sale.optedIn === true;
  const [[kind, asked]] = Object.entries(condition);
  switch (kind) {
    case "all": {
      const all = asked.map((each) => compileCondition(shop, each));
      return (sale) => all.every((holds) => holds(sale));
    }
    case "any": {
      const any = asked.map((each) => compileCondition(shop, each));
      return (sale) => any.some((holds) => holds(sale));
    }
    case "not": {
      const holds = compileCondition(shop, asked);
      return (sale) => !holds(sale);
    }
    case "minimum_amount":
      return (sale) => sale.currency === asked.currency && spent(sale) >= asked.amount;
    case "coupon": {
      const codes = new Set(asked.map(asciiLowerCase));
      return (sale) => sale.coupons.some((coupon) => codes.has(asciiLowerCase(coupon)));
    }
    case "shop": {
      const isAsked = asked.includes(shop);
      return () => isAsked;
    }
    case "sold_between":
      return within(asked.from, asked.until);
    case "item": {
      const matches = compileItems(asked);
      return (sale) => sale.lines.some((line) => kept(line) > 0 && matches(line));
    }
    default:
      throw new Error(`unknown condition ${kind}`);
  }
}

function compileRule(rule) {
  const [[kind, { trees, items, each, currency }]] = Object.entries(rule);
  switch (kind) {
    case "per_order":
      return () => trees;
    case "per_item": {
      const matches = compileItems(items);
      return (sale) => {
        let units = 0;
        for (const line of sale.lines) if (matches(line)) units += kept(line);
        return units * trees;
      };
    }
    case "per_amount":
      return (sale) => {
        if (sale.currency !== currency) return 0;
        const amount = spent(sale);
        return ((amount - (amount % each)) / each) * trees;
      };
    default:
      throw new Error(`unknown rule ${kind}`);
  }
}

/** A part of a bundle, which has a line of its own, counts by its product, variant or SKU only. */
function compileItems(items) {
  if (items === "every") return (line) => !line.isBundled;
  const [[kind, values]] = Object.entries(items);
  const listed = new Set(values);
  switch (kind) {
    case "product":
      return (line) => listed.has(line.product);
    case "variant":
      return (line) => listed.has(line.variant);
    case "sku":
      return (line) => listed.has(line.sku);
    case "collection":
      return (line) => !line.isBundled && line.collections.some((name) => listed.has(name));
    case "title_contains": {
      const parts = values.filter(Boolean).map(ignoringAsciiCase);
      if (parts.length === 0) return () => false;
      const pattern = new RegExp(parts.join("|"));
      return (line) => !line.isBundled && pattern.test(line.title);
    }
    default:
      throw new Error(`unknown items ${kind}`);
  }
}

/** Returns a pattern that matches a text. The flag `i` would also fold letters beyond ASCII. */
function ignoringAsciiCase(text) {
  return text.replace(/[^]/g, (unit) => {
    if (/[a-z]/i.test(unit)) return `[${unit.toLowerCase()}${unit.toUpperCase()}]`;
    return /[\\^$.*+?()[\]{}|/-]/.test(unit) ? `\\${unit}` : unit;
  });
}
