// What the storefront plugin sends, keeps and shows, in a real browser against two local servers: a
// shop and a Worker that writes down every request. The Worker's own answers are tested elsewhere.

import { expect, test, type Page } from "@playwright/test";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

const root = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");
const key = "pig_pk_test";

type Request = { method: string; path: string; origin?: string; type?: string; body: string };

/** A server on a free port of this machine. */
const serve = async (answer: (request: IncomingMessage, response: ServerResponse) => void) => {
  const server = createServer(answer);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((done) => (server.closeAllConnections(), server.close(done))),
  };
};

const types: Record<string, string> = { js: "text/javascript", wasm: "application/wasm" };

let requests: Request[];
let campaigns: unknown[];
let isSilent: boolean;
let orders: { status: number; body: unknown };
let pageHtml: string;
let pagePolicy: string | undefined;
let worker: Awaited<ReturnType<typeof serve>>;
let shop: Awaited<ReturnType<typeof serve>>;
let warnings: string[];

const bodyOf = async (request: IncomingMessage) => {
  let body = "";
  for await (const part of request) body += part;
  return body;
};

const answerAsWorker = async (request: IncomingMessage, response: ServerResponse) => {
  const path = request.url!.split("?")[0];
  const { origin, "content-type": type } = request.headers;
  requests.push({ method: request.method!, path, origin, type, body: await bodyOf(request) });
  const cors = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "x-shop",
    "x-shop": "shop_1",
  };
  if (path.startsWith("/plugin/")) {
    response.writeHead(200, { ...cors, "Content-Type": types[path.split(".")[1]] });
    return response.end(readFileSync(new URL(`plugin/dist${path}`, root)));
  }
  if (path === "/api/campaigns/" && isSilent) return;
  const { status, body } = path === "/api/orders/" ? orders : { status: 200, body: campaigns };
  response.writeHead(status, { ...cors, "Content-Type": "application/json" });
  response.end(JSON.stringify(body));
};

test.beforeEach(async ({ page }) => {
  [requests, warnings, pagePolicy] = [[], [], undefined];
  [campaigns, isSilent] = [[perMug], false];
  orders = { status: 201, body: { sale: "19", proof: "claimed", trees: 2, orders: [] } };
  worker = await serve(answerAsWorker);
  shop = await serve((_, response) => {
    const policy = pagePolicy && { "Content-Security-Policy": pagePolicy };
    response.writeHead(200, { "Content-Type": "text/html; charset=utf-8", ...policy });
    response.end(pageHtml);
  });
  page.on("console", (message) => message.type() === "warning" && warnings.push(message.text()));
});

test.afterEach(async () => {
  await Promise.all([worker.close(), shop.close()]);
});

const perMug = {
  id: "campaign_1",
  version: 1,
  name: "A tree a mug",
  starts_at: null,
  ends_at: null,
  conditions: { trees: [{ per_item: { items: { sku: ["MUG-BLUE"] }, trees: 1 } }] },
};

const island = {
  id: 19,
  sold_at: "2026-11-22T08:51:49Z",
  updated_at: "2026-11-22T08:52:53Z",
  status: "processing",
  paid: false,
  currency: "USD",
  total: "43.95",
  refunded: null,
  coupons: ["tenoff"],
  opted_in: null,
  lines: [
    {
      product: 11,
      variant: null,
      sku: "MUG-BLUE",
      title: 'Blue "big" mug \u2603',
      quantity: 2,
      refunded: 0,
      total: "35.98",
      collections: ["mugs"],
    },
  ],
};

const sale = {
  platform: "woocommerce",
  id: "19",
  sold_at: "2026-11-22T08:51:49Z",
  updated_at: "2026-11-22T08:52:53Z",
  status: "paid",
  test: false,
  currency: "USD",
  total: 4395,
  items_total: 3598,
  refunded: 0,
  coupons: ["tenoff"],
  opted_in: null,
  lines: [{ ...island.lines[0], product: "11", total: 3598 }],
};

const snippet = () =>
  `<script async src="${worker.origin}/plugin/loader.js" data-key="${key}"></script>`;

const islandPage = (found: unknown = island, before = "") => `<!doctype html><title>Thank you</title>
  <body>${before}<h1>Thank you</h1>
  <script type="application/json" id="play-it-green-sale">${JSON.stringify(found)}</script>
  ${snippet()}<p>Your order has been received.</p>`;

const open = async (page: Page, html: string) => {
  pageHtml = html;
  await page.goto(`${shop.origin}/checkout/order-received/19/`);
};

const badge = (page: Page) => page.locator("play-it-green-badge");
const paths = () => requests.map(({ method, path }) => `${method} ${path}`);
const posts = () => requests.filter(({ method }) => method === "POST");
const kept = (page: Page) => page.evaluate(() => ({ ...localStorage }));
const wasCalled = (path: string) => expect.poll(paths).toContain(path);

test("a page without a sale loads the loader and nothing else", async ({ page }) => {
  await open(page, `<!doctype html><title>Mugs</title><body>${snippet()}<h1>Mugs</h1>`);
  await page.waitForLoadState("networkidle");
  expect(paths()).toEqual(["GET /plugin/loader.js"]);
  expect(await kept(page)).toEqual({});
});

test("a data island is posted once, without preflight, and the trees are shown", async ({
  page,
}) => {
  await open(page, islandPage());
  await expect(badge(page)).toHaveText("This order plants 2 trees");
  expect(paths().toSorted()).toEqual([
    "GET /api/campaigns/",
    "GET /plugin/loader.js",
    "GET /plugin/woocommerce.js",
    "GET /plugin/woocommerce.wasm",
    "POST /api/orders/",
  ]);
  const [post] = posts();
  expect(JSON.parse(post.body)).toEqual({ key, sale });
  expect(post.type).toMatch(/^text\/plain/);
  expect(post.origin).toBe(shop.origin);
  expect(warnings).toEqual([]);
});

test("one tree is written in the singular", async ({ page }) => {
  orders.body = { trees: 1 };
  await open(page, islandPage());
  await expect(badge(page)).toHaveText("This order plants 1 tree");
});

test("the badge goes where the shop wants it and moves nothing", async ({ page }) => {
  const place = `<play-it-green-badge style="display:block;height:3em"></play-it-green-badge>`;
  await page.addInitScript(() => {
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) (window as any).shift = entry;
    }).observe({ type: "layout-shift", buffered: true });
  });
  await open(page, islandPage(island, place));
  await expect(badge(page)).toHaveCount(1);
  await expect(badge(page)).toHaveText("This order plants 2 trees");
  expect(await page.evaluate(() => (window as any).shift)).toBeUndefined();
});

test("a sale that no campaign wants never leaves the shop", async ({ page }) => {
  campaigns = [{ ...perMug, conditions: { ...perMug.conditions, when: { shop: ["shop_2"] } } }];
  await open(page, islandPage());
  await wasCalled("GET /api/campaigns/");
  await expect.poll(() => kept(page)).toEqual({ "play-it-green:19": "0" });
  expect(posts()).toEqual([]);
  await expect(badge(page)).toHaveCount(0);
});

test("a condition on the shop is asked of the shop that the key belongs to", async ({ page }) => {
  campaigns = [{ ...perMug, conditions: { ...perMug.conditions, when: { shop: ["shop_1"] } } }];
  await open(page, islandPage());
  await expect(badge(page)).toHaveText("This order plants 2 trees");
});

test("a reload shows the trees again and asks the Worker nothing", async ({ page }) => {
  await open(page, islandPage());
  await expect(badge(page)).toHaveText("This order plants 2 trees");
  requests = [];
  await page.reload();
  await expect(badge(page)).toHaveText("This order plants 2 trees");
  expect(paths().filter((path) => path.includes("/api/"))).toEqual([]);
});

test("a sale that the Worker could not take is kept and sent again", async ({ page }) => {
  orders = { status: 503, body: { message: "try again later", success: false, data: "{}" } };
  await open(page, islandPage());
  await expect.poll(() => warnings).toHaveLength(1);
  expect(warnings[0]).toContain("try again later");
  const pending = await kept(page);
  expect(JSON.parse(pending["play-it-green:19"])).toEqual({ woocommerce: island });
  orders = { status: 201, body: { trees: 2 } };
  await open(page, islandPage({ ...island, id: 20 }));
  await expect.poll(() => kept(page)).toEqual({ "play-it-green:19": "2", "play-it-green:20": "2" });
  expect(posts().map(({ body }) => JSON.parse(body).sale.id)).toEqual(["19", "20", "19"]);
});

test("the shop's own code can hand over a sale, before the loader is there or after", async ({
  page,
}) => {
  const own = { ...sale, platform: "custom" };
  await open(
    page,
    `<!doctype html><title>Shop</title><script>
      (window.playitgreen ||= []).push({ sale: ${JSON.stringify({ ...own, id: "before" })} });
    </script><body>${snippet()}`,
  );
  await expect(badge(page)).toHaveText("This order plants 2 trees");
  await page.evaluate((after) => (window as any).playitgreen.sale(after), { ...own, id: "after" });
  await expect.poll(() => posts().length).toBe(2);
  expect(posts().map(({ body }) => JSON.parse(body).sale)).toEqual([
    { ...own, id: "before" },
    { ...own, id: "after" },
  ]);
});

test("sales that are handed over at the same time are posted once each", async ({ page }) => {
  const sales = ["1", "2", "3"].map((id) => ({ sale: { ...sale, id } }));
  await open(
    page,
    `<!doctype html><title>Shop</title><body>${snippet()}${snippet()}<script>
      window.playitgreen = ${JSON.stringify(sales)};
    </script>`,
  );
  const all = { "play-it-green:1": "2", "play-it-green:2": "2", "play-it-green:3": "2" };
  await expect.poll(() => kept(page)).toEqual(all);
  expect(posts().map(({ body }) => JSON.parse(body).sale.id).toSorted()).toEqual(["1", "2", "3"]);
  await expect(badge(page)).toHaveCount(1);
  expect(warnings).toEqual([]);
});

test("a buyer who leaves at once costs a delay, not a sale", async ({ page }) => {
  isSilent = true;
  await open(page, islandPage());
  await wasCalled("GET /api/campaigns/");
  isSilent = false;
  await open(page, islandPage({ ...island, id: 20 }));
  await expect.poll(() => kept(page)).toEqual({ "play-it-green:19": "2", "play-it-green:20": "2" });
});

test("personal data that a shop hands over is neither kept nor sent", async ({ page }) => {
  orders = { status: 503, body: { message: "try again later" } };
  const buyer = { email: "buyer@example.com", name: "Nobody Invented" };
  await open(
    page,
    `<!doctype html><title>Shop</title><body>${snippet()}<script>
      (window.playitgreen ||= []).push({ sale: ${JSON.stringify({ ...sale, ...buyer, buyer })} });
    </script>`,
  );
  await expect.poll(() => warnings).toHaveLength(1);
  const texts = JSON.stringify([await kept(page), posts()]);
  expect(texts).toContain("MUG-BLUE");
  expect(texts).not.toContain("buyer@example.com");
  expect(texts).not.toContain("Nobody Invented");
});

test("a malformed sale is named in the console, posts nothing and breaks nothing", async ({
  page,
}) => {
  await open(page, islandPage({ ...island, lines: [{ ...island.lines[0], title: 7 }] }));
  await expect.poll(() => warnings).toHaveLength(1);
  expect(warnings[0]).toContain("title");
  expect(posts()).toEqual([]);
  await page.evaluate((found) => (window as any).playitgreen.push({ woocommerce: found }), {
    ...island,
    id: 20,
  });
  await expect.poll(() => posts().map(({ body }) => JSON.parse(body).sale.id)).toEqual(["20"]);
});

for (const [what, patch] of [
  ["throws at once", "() => { throw 1 }"],
  ["rejects with no Error", "() => Promise.reject('no')"],
  ["answers no Response", "() => Promise.resolve({ ok: true })"],
]) {
  test(`a shop's own fetch that ${what} does not stop the module`, async ({ page }) => {
    await open(
      page,
      islandPage(
        island,
        `<script>{ const fetchOfBrowser = fetch;
          window.fetch = (request) =>
            request.url?.includes("/api/") ? (${patch})() : fetchOfBrowser(request); }</script>`,
      ),
    );
    await expect.poll(() => warnings).toHaveLength(1);
    expect(warnings[0]).toContain("the Worker cannot be reached");
    expect(Object.keys(await kept(page))).toEqual(["play-it-green:19"]);
  });
}

test("where the page's policy forbids Wasm, the sale is kept and the console says so once", async ({
  page,
}) => {
  pagePolicy = "script-src 'unsafe-inline' http://127.0.0.1:*";
  await open(page, islandPage());
  await expect.poll(() => warnings).toHaveLength(1);
  expect(warnings[0]).toContain("Play It Green");
  expect(Object.keys(await kept(page))).toEqual(["play-it-green:19"]);
});

test("Shopify's pixel posts from its sandbox, and only what was bought", async ({ page }) => {
  const event = read("shop-adapters/tests/samples/shopify-checkout-completed.json");
  const pixel = read("shop-adapters/install/shopify-custom-pixel.js")
    .replace("WORKER_ADDRESS", worker.origin)
    .replace("PUBLISHABLE_KEY", key);
  campaigns = [{ ...perMug, conditions: { trees: [{ per_order: { trees: 2 } }] } }];
  const frame = `<script>
    let tell;
    const analytics = { subscribe: (name, callback) => name === "checkout_completed" && (tell = callback) };
    (function (analytics) { ${pixel} })(analytics);
    setTimeout(() => tell(${event.replaceAll("</", "<\\/")}));
  </script>`;
  const quoted = frame.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  await open(
    page,
    `<!doctype html><title>Shop</title>
     <iframe sandbox="allow-scripts allow-forms" srcdoc="${quoted}"></iframe>`,
  );
  await expect.poll(() => posts().length).toBe(1);
  const [post] = posts();
  expect(post.origin).toBe("null");
  expect(paths()).not.toContain("OPTIONS /api/orders/");
  expect(JSON.parse(post.body)).toEqual({
    key,
    sale: {
      platform: "shopify",
      id: "5396439498987",
      sold_at: "2023-08-17T07:09:17.090Z",
      updated_at: "2023-08-17T07:09:17.090Z",
      status: "placed",
      test: false,
      currency: "INR",
      total: 5073,
      items_total: 4299,
      refunded: 0,
      coupons: [],
      opted_in: null,
      lines: [
        {
          product: "7992983748843",
          variant: "43751530397931",
          sku: null,
          title: "7 Shakra Bracelet",
          quantity: 1,
          refunded: 0,
          total: 4299,
          collections: [],
        },
      ],
    },
  });
  expect(warnings).toEqual([]);
});
