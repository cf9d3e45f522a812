// The baseline: `POST /api/orders/` of the Worker, written by hand in TypeScript on Hono.
//
// It does the same work and returns the same responses, with two simplifications: it knows only the
// conditions of the benchmark's campaign, trees for each item by its SKU, and it does not limit
// claims.

import { Hono } from "hono";
import { cors } from "hono/cors";
import { HTTPException } from "hono/http-exception";

import { type Campaign, type Order, qualify } from "./campaigns";
import { periodAfter } from "./month";
import { type Sale, checkSale } from "./sale";
import { newId, payLink, sha256 } from "./secrets";
import { findKey, keepSale, ordersOfSale } from "./store";
import type { Database, Kept, KeyRow, OrderRow } from "./store";

interface Bindings {
  DB: Database;
  ENCRYPTION_KEYS: string;
  REQUESTS: { limit(source: { key: string }): Promise<{ success: boolean }> };
}

const BODY_BYTES_MAX = 512 * 1024;

/** Milliseconds by which the clock of a shop may be ahead of ours. */
const CLOCKS_DIFFER_BY = 10 * 60 * 1000;

const app = new Hono<{ Bindings: Bindings }>({ strict: false });

app.use(cors({ origin: "*", allowHeaders: ["Authorization", "Content-Type"] }));

app.onError((error, context) => {
  const status = error instanceof HTTPException ? error.status : 500;
  const message = status === 500 ? "Something went wrong on our side." : error.message;
  return context.json({ message, success: false, data: "{}" }, status);
});

app.post("/api/orders", async (context) => {
  const bytes = await context.req.arrayBuffer();
  if (bytes.byteLength > BODY_BYTES_MAX) {
    throw new HTTPException(413, { message: "The body is too large." });
  }
  const event = readJson(bytes);
  const secret = bearer(context.req.header("authorization")) ?? event.key;
  if (typeof secret !== "string") throw new HTTPException(401, { message: "No API key." });
  const hash = await sha256(secret);
  const { success } = await context.env.REQUESTS.limit({ key: hash });
  if (!success) throw new HTTPException(429, { message: "Too many requests." });
  const key = await findKey(context.env.DB, hash, Date.now());
  if (!key) throw new HTTPException(401, { message: "This API key is not valid." });
  checkOrigin(key, context.req.header("origin"));
  checkScope(key);
  const sale = checkSale(event.sale);
  const shop = shopOf(key);
  const campaigns: Campaign[] = JSON.parse(key.campaigns);
  const isConnected = Date.parse(sale.sold_at) >= shop.connected_at;
  const orders = isConnected ? qualify(sale, campaigns) : [];
  const { isNew, rows } = await keep(context.env, key, shop.id, sale, campaigns, orders);
  if (key.kind === "secret") return context.json(saleAnswer(sale.id, key, rows), isNew ? 201 : 200);
  const answer = claimAnswer(sale, key, orders);
  return context.json(answer, answer.trees > 0 ? 201 : 200);
});

function readJson(bytes: ArrayBuffer): { key?: unknown; sale?: unknown } {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes)) ?? {};
  } catch {
    throw new HTTPException(400, { message: "The body is not valid JSON." });
  }
}

function bearer(header: string | undefined): string | undefined {
  return header?.replace(/^bearer[ :]*/i, "");
}

function checkOrigin(key: KeyRow, origin: string | undefined) {
  const isNameless = !origin || origin === "null";
  if (key.kind === "secret" || (isNameless && key.shop_platform === "shopify")) return;
  const own = key.origins === null ? [key.shop_origin] : JSON.parse(key.origins);
  if (!own.includes(origin)) {
    throw new HTTPException(403, { message: `This key works on ${own.join(", ")}.` });
  }
}

function checkScope(key: KeyRow) {
  if (key.kind === "secret" && key.scopes && !JSON.parse(key.scopes).includes("orders:write")) {
    throw new HTTPException(403, { message: "This key lacks the scope orders:write." });
  }
}

interface Shop {
  id: string;
  connected_at: number;
}

/** Returns the shop of a publishable key, or the merchant's only shop. */
function shopOf(key: KeyRow): Shop {
  const all: Shop[] = JSON.parse(key.shops);
  const shops = all.filter((shop) => key.shop_id === null || shop.id === key.shop_id);
  if (shops.length !== 1) throw new HTTPException(422, { message: "Say which shop." });
  return shops[0];
}

async function keep(
  env: Bindings,
  key: KeyRow,
  shop: string,
  sale: Sale,
  campaigns: Campaign[],
  orders: Order[],
): Promise<Kept> {
  if (orders.length === 0 || key.paused_at !== null) {
    return { isNew: false, rows: await ordersOfSale(env.DB, shop, key.mode, sale.id) };
  }
  const now = Date.now();
  const purchaseOrder = newId("po");
  const link = await payLink(env.ENCRYPTION_KEYS, purchaseOrder);
  const toldAt = Date.parse(sale.sold_at);
  const soldAt = toldAt > now + CLOCKS_DIFFER_BY ? now : toldAt;
  const latest = key.latest_period_ends_at;
  const month = periodAfter(null, soldAt, key.time_zone);
  const proof = proofOf(key);
  return keepSale(env.DB, {
    id: newId("sale"),
    merchant: key.merchant_id,
    shop,
    mode: key.mode,
    saleId: sale.id,
    proof,
    test: sale.test || key.mode === "test",
    facts: JSON.stringify({ snapshot: { proof, sale }, refunds: {} }),
    status: sale.status,
    soldAt,
    receivedAt: now,
    judgedUnder: JSON.stringify(campaigns.map((campaign) => [campaign.id, campaign.version])),
    orders: JSON.stringify(orders),
    purchaseOrder,
    month: month.label,
    own: latest !== null && latest <= soldAt ? periodAfter(latest, soldAt, key.time_zone) : month,
    next: periodAfter(latest, now, key.time_zone),
    currency: key.currency,
    linkHash: link.hash,
    linkEncrypted: link.encrypted,
  });
}

function proofOf(key: KeyRow): string {
  return key.kind === "secret" ? "verified" : "claimed";
}

const PAUSED = "The sale is kept, and nothing is ordered.";

/** Returns the response to a claim, which depends on the claim alone. */
function claimAnswer(sale: Sale, key: KeyRow, orders: Order[]) {
  const trees = key.paused_at === null ? orders.reduce((sum, order) => sum + order.trees, 0) : 0;
  return {
    sale: sale.id,
    proof: proofOf(key),
    trees,
    awaiting_payment: sale.status === "placed" && trees > 0,
    message: key.paused_at === null ? null : PAUSED,
  };
}

function saleAnswer(sale: string, key: KeyRow, rows: OrderRow[]) {
  return {
    sale,
    proof: rows[0]?.proof ?? proofOf(key),
    trees: rows.reduce((sum, row) => sum + row.trees + row.credited, 0),
    awaiting_payment: rows.some((row) => row.state === "awaiting payment"),
    orders: rows.map((row) => ({
      id: row.id,
      shop: row.shop_id,
      sale: row.sale_id,
      campaign: row.campaign_id,
      campaign_name: row.campaign,
      campaign_version: row.campaign_version,
      reference: row.reference,
      trees: row.trees,
      credited: row.credited,
      reason: row.reason,
      proof: row.proof,
      test: row.test !== 0,
      sold_at: instant(row.sold_at),
      received_at: instant(row.received_at),
      purchase_order: row.purchase_order_id,
      state: row.state,
      needs_acceptance: row.needs_acceptance !== 0,
    })),
    message: key.paused_at === null ? null : PAUSED,
  };
}

function instant(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(".000Z", "Z");
}

export default app;
