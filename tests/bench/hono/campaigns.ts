// Evaluates campaigns for a sale: trees for each item, by its SKU.

import { HTTPException } from "hono/http-exception";

import type { Sale } from "./sale";

export interface Campaign {
  id: string;
  version: number;
  starts_at: string | null;
  ends_at: string | null;
  conditions: { trees: { per_item: { items: { sku: string[] }; trees: number } }[] };
}

/** The trees that a sale orders under one campaign, and the reason. */
export interface Order {
  campaign: string;
  version: number;
  trees: number;
  reason: string;
}

const TREES_MAX = 1_000_000;

export function qualify(sale: Sale, campaigns: Campaign[]): Order[] {
  if (isVoid(sale)) return [];
  return campaigns.flatMap((campaign) => {
    if (!isRunning(campaign, Date.parse(sale.sold_at))) return [];
    const parts = campaign.conditions.trees.map((rule) => perItem(rule.per_item, sale));
    const counted = parts.reduce((sum, part) => sum + part.trees, 0);
    if (counted === 0) return [];
    const trees = Math.min(counted, TREES_MAX);
    const reason = parts.filter((part) => part.trees > 0).map((part) => part.reason).join("; ");
    return [{ campaign: campaign.id, version: campaign.version, trees, reason }];
  });
}

function isVoid(sale: Sale): boolean {
  const isUndone = sale.status === "cancelled" || sale.status === "refunded";
  return isUndone || (sale.total > 0 && sale.refunded >= sale.total);
}

function isRunning(campaign: Campaign, soldAt: number): boolean {
  return (
    (campaign.starts_at === null || Date.parse(campaign.starts_at) <= soldAt) &&
    (campaign.ends_at === null || soldAt < Date.parse(campaign.ends_at))
  );
}

function perItem(rule: { items: { sku?: string[] }; trees: number } | undefined, sale: Sale) {
  const skus = rule?.items.sku;
  if (!skus) throw new HTTPException(500, { message: "A rule that the rival does not know." });
  const matched = new Map<string, number>();
  for (const line of sale.lines) {
    const kept = line.quantity - line.refunded;
    if (kept > 0 && line.sku !== null && skus.includes(line.sku)) {
      matched.set(line.sku, (matched.get(line.sku) ?? 0) + kept);
    }
  }
  const units = [...matched.values()].reduce((sum, each) => sum + each, 0);
  const trees = units * rule.trees;
  const named = [...matched].map(([sku, each]) => `${each} × SKU ${sku}`).join(", ");
  return { trees, reason: `${named}: ${trees} ${trees === 1 ? "tree" : "trees"}` };
}
