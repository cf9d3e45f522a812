// Lower bounds: the cost of the database alone, in plain JavaScript. `POST /insert` is one bare
// INSERT; `POST /calls` is both round trips of an order event, without reading or checking it.

import { periodAfter } from "./month";
import { newId } from "./secrets";
import { type Database, findKey, keepSale } from "./store";

interface Bindings {
  DB: Database;
}

const SOLD_AT = Date.parse("2026-11-22T08:51:49Z");
const FACTS = JSON.stringify({ sale: "x".repeat(450) });

async function insert(database: Database, sale: string): Promise<Response> {
  await database.prepare("INSERT INTO floor (id, facts) VALUES (?1, ?2)").bind(sale, FACTS).run();
  return new Response(null, { status: 201 });
}

async function calls(database: Database, sale: string, hash: string): Promise<Response> {
  const key = await findKey(database, hash, Date.now());
  if (!key?.shop_id) return new Response("No such key", { status: 401 });
  const [campaign] = JSON.parse(key.campaigns);
  const reason = "2 × SKU MUG-BLUE: 2 trees";
  const order = { campaign: campaign.id, version: 1, trees: 2, reason };
  const now = Date.now();
  const month = periodAfter(null, SOLD_AT, key.time_zone);
  const { rows } = await keepSale(database, {
    id: newId("sale"),
    merchant: key.merchant_id,
    shop: key.shop_id,
    mode: key.mode,
    saleId: sale,
    proof: "claimed",
    test: false,
    facts: FACTS,
    status: "paid",
    soldAt: SOLD_AT,
    receivedAt: now,
    judgedUnder: JSON.stringify([[campaign.id, order.version]]),
    orders: JSON.stringify([order]),
    purchaseOrder: newId("po"),
    month: month.label,
    own: month,
    next: periodAfter(key.latest_period_ends_at, now, key.time_zone),
    currency: key.currency,
    linkHash: newId("hash"),
    linkEncrypted: newId("link"),
  });
  return Response.json(rows, { status: 201 });
}

export default {
  async fetch(request: Request, bindings: Bindings): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const sale = searchParams.get("sale") ?? "";
    if (pathname === "/insert") return insert(bindings.DB, sale);
    return calls(bindings.DB, sale, searchParams.get("hash") ?? "");
  },
};
