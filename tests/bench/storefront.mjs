// Measures the cost of a confirmation page for the buyer, in Chromium with a processor four times
// as slow: the plugin, the same job written by hand in JavaScript, and Snowplow's page view, in
// turns.
//
// Run `node tests/bench/storefront.mjs [ROUNDS]` after `npm run bench`, which builds the served
// files.

import { chromium } from "@playwright/test";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const ROUNDS = Number(process.argv[2] ?? 15);
const SLOWDOWN = 4;
const root = new URL("../../", import.meta.url);
const types = { js: "text/javascript", wasm: "application/wasm" };

const campaigns = ["MUG-BLUE", "MUG-RED", "MUG-GREEN", "CUP", "PLATE", "BOWL"].map((sku, index) => ({
  id: `campaign_${index}`,
  version: 1,
  name: sku,
  starts_at: null,
  ends_at: null,
  conditions: { trees: [{ per_item: { items: { sku: [sku] }, trees: 1 } }] },
}));

const island = {
  id: 19, sold_at: "2026-11-22T08:51:49Z", updated_at: "2026-11-22T08:52:53Z", status: "processing",
  paid: false, currency: "USD", total: "143.95", refunded: null, coupons: [], opted_in: null,
  lines: Array.from({ length: 8 }, (_, index) => ({
    product: 11 + index, variant: null, sku: index ? `SKU-${index}` : "MUG-BLUE", title: "Blue mug",
    quantity: 2, refunded: 0, total: "17.99", collections: ["mugs"],
  })),
};

const files = {
  "/handwritten.js": "tests/bench/storefront/handwritten.js",
  "/snowplow.js": "target/peers/snowplow-browser-tracker.js",
};

const listen = async (answer) => {
  const server = createServer(answer);
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { server, origin: `http://127.0.0.1:${server.address().port}` };
};

const worker = await listen((request, response) => {
  const path = request.url.split("?")[0];
  const headers = {
    "Access-Control-Allow-Origin": request.headers.origin ?? "*",
    "Access-Control-Allow-Credentials": "true",
    "Access-Control-Allow-Headers": "content-type, sp-anonymous",
    "Access-Control-Expose-Headers": "x-shop",
    "x-shop": "shop_1",
  };
  const file = files[path] ?? (path.startsWith("/plugin/") ? `plugin/dist${path}` : undefined);
  if (file) {
    response.writeHead(200, { ...headers, "Content-Type": types[path.split(".").at(-1)] });
    return response.end(readFileSync(new URL(file, root)));
  }
  response.writeHead(200, { ...headers, "Content-Type": "application/json" });
  response.end(JSON.stringify(path === "/api/campaigns/" ? campaigns : { trees: 2 }));
});

const contenders = {
  nothing: "",
  plugin: `<script async src="${worker.origin}/plugin/loader.js" data-worker="${worker.origin}" data-key="pig_pk_test"></script>`,
  handwritten: `<script async src="${worker.origin}/handwritten.js" data-key="pig_pk_test"></script>`,
  snowplow: `<script>globalThis.peerEndpoint = "${worker.origin}"</script><script async src="${worker.origin}/snowplow.js"></script>`,
};

const shop = await listen((request, response) => {
  response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" });
  response.end(`<!doctype html><html lang="en"><title>Thank you</title><link rel="icon" href="data:,">
    <body><h1>Thank you</h1><script type="application/json" id="play-it-green-sale">${JSON.stringify(island)}</script>
    ${contenders[request.url.slice(1)] ?? ""}`);
});

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
});

/**
 * Makes one visit with an empty cache. Returns milliseconds of script, from script to request, and
 * of long tasks.
 */
const visit = async (name) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send("Performance.enable");
  await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWDOWN });
  await page.addInitScript(() => {
    window.longTasks = 0;
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) window.longTasks += duration;
    }).observe({ type: "longtask", buffered: true });
  });
  const posted = name !== "nothing" && page.waitForRequest((request) => request.method() === "POST");
  await page.goto(`${shop.origin}/${name}`);
  await posted;
  await page.waitForLoadState("networkidle");
  const { metrics } = await session.send("Performance.getMetrics");
  const script = metrics.find((metric) => metric.name === "ScriptDuration").value * 1000;
  const { sent, longTasks } = await page.evaluate(() => {
    const entries = performance.getEntriesByType("resource");
    const start = entries.find((entry) => /loader|handwritten|snowplow\.js/.test(entry.name));
    const post = entries.find((entry) => /\/api\/orders\/|\/tp2/.test(entry.name));
    return { sent: start && post ? post.startTime - start.responseEnd : NaN, longTasks: window.longTasks };
  });
  await context.close();
  return { script, sent, longTasks };
};

const results = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
for (const name of Object.keys(contenders)) await visit(name);
for (let round = 0; round < ROUNDS; round += 1) {
  for (const name of Object.keys(contenders)) results[name].push(await visit(name));
}
await browser.close();
for (const { server } of [worker, shop]) server.close();

const median = (name, kind) => {
  const sorted = results[name].map((result) => result[kind]).sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)];
};
const bare = median("nothing", "script");
console.log(`A confirmation page in Chromium, processor slowed ${SLOWDOWN} times, median of ${ROUNDS}, in ms:`);
console.log(`${"".padEnd(14)}${"script".padStart(10)}${"to request".padStart(12)}${"long tasks".padStart(12)}`);
for (const name of ["handwritten", "plugin", "snowplow"]) {
  const script = (median(name, "script") - bare).toFixed(1);
  const [sent, longTasks] = [median(name, "sent").toFixed(0), median(name, "longTasks").toFixed(0)];
  console.log(`${name.padEnd(14)}${script.padStart(10)}${sent.padStart(12)}${longTasks.padStart(12)}`);
}
const share = (median("plugin", "script") - bare) / (median("snowplow", "script") - bare);
console.log(`The plugin's script time is ${Math.round(share * 100)} % of Snowplow's page view.`);
