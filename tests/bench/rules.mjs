// Node's side of the benchmark of the rules: reads one request per line as JSON, and prints the
// result.
//
// Usage: node rules.mjs MODULE CAMPAIGNS, where MODULE is the Wasm build of tests/evaluate.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

import { Rules as Rival } from "./rival.mjs";

const [, , module, campaignsFile] = process.argv;
const { Rules } = createRequire(import.meta.url)(module);
const campaigns = readFileSync(campaignsFile, "utf8");
const shop = "shop_1";

const rules = new Rules(shop, campaigns);
const rival = new Rival(shop, campaigns);
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Calls by implementation, platform of the order, and form of the body. */
const CALLS = {
  wasm: {
    woocommerce: {
      bytes: (bytes) => rules.woocommerce_order(bytes),
      text: (text) => rules.woocommerce_order(encoder.encode(text)),
    },
    shopify: {
      bytes: (bytes) => rules.shopify_order(bytes),
      text: (text) => rules.shopify_order(encoder.encode(text)),
    },
  },
  javascript: {
    woocommerce: {
      bytes: (bytes) => rival.woocommerceOrder(decoder.decode(bytes)),
      text: (text) => rival.woocommerceOrder(text),
    },
    shopify: {
      bytes: (bytes) => rival.shopifyOrder(decoder.decode(bytes)),
      text: (text) => rival.shopifyOrder(text),
    },
  },
};

/** Returns the trees, or "refused". */
function answer(call, body) {
  try {
    return Array.from(call(body));
  } catch {
    return "refused";
  }
}

/** Repeats the call for this time, one body after the other. */
function measure(call, bodies, milliseconds) {
  const until = process.hrtime.bigint() + BigInt(milliseconds) * 1_000_000n;
  const started = process.hrtime.bigint();
  let calls = 0;
  let trees = 0;
  let now = started;
  while (now < until) {
    for (const body of bodies) trees += call(body)[0];
    calls += bodies.length;
    now = process.hrtime.bigint();
  }
  return { calls, trees, nanoseconds: Number(now - started) };
}

for await (const line of createInterface({ input: process.stdin })) {
  const { by, platform, form, bodies, milliseconds } = JSON.parse(line);
  const call = CALLS[by][platform][form];
  const given = form === "bytes" ? bodies.map((body) => encoder.encode(body)) : bodies;
  const result =
    milliseconds === null
      ? given.map((body) => answer(call, body))
      : measure(call, given, milliseconds);
  console.log(JSON.stringify(result));
}
