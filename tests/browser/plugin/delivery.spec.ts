// A sale is delivered eventually, whatever happens to the connection, the Worker or the page.

import type { Page } from "@playwright/test";

import { badge, expect, island, kept, test, type Storefront } from "./storefront";

const TAKEN = { status: 201, body: { trees: 2 } };

/** Returns true while the browser stores sale 19 as undelivered. */
const isKept = async (page: Page) => JSON.parse((await kept(page))["play-it-green:19"] ?? "null")?.woocommerce.id === 19;

/** Ends the pause before the next attempt. */
const endPause = (page: Page) =>
  page.evaluate(() => localStorage.setItem("play-it-green", localStorage["play-it-green"].replace(/ .*/, " 0")));

const isDelivered = (page: Page) => expect.poll(() => kept(page)).toEqual({ "play-it-green:19": "2" });

const failures: [string, (storefront: Storefront) => void][] = [
  ["answers 500", (storefront) => (storefront.order = () => ({ status: 500, body: { message: "broken" } }))],
  ["answers 503 without JSON", (storefront) => (storefront.order = () => ({ status: 503, body: "<h1>no</h1>" }))],
  ["answers 200 that is not the Worker's", (storefront) => (storefront.order = () => ({ status: 200, body: "<h1>Wi-Fi</h1>" }))],
  ["breaks the line", (storefront) => (storefront.order = () => "cut")],
  ["has revoked the key", (storefront) => (storefront.list = () => ({ status: 401, body: { message: "not valid" } }))],
  ["cannot list its campaigns", (storefront) => (storefront.list = () => ({ status: 500, body: { message: "broken" } }))],
];

for (const [what, fail] of failures) {
  test(`a Worker that ${what} gets the sale on the next page`, async ({ page, storefront }) => {
    // A 200 that another server sent is counted here, although the Worker stored no sale.
    storefront.mayRepeat = what.includes("200");
    fail(storefront);
    await storefront.open(page, storefront.confirmation());
    await expect.poll(() => storefront.warnings.length).toBeGreaterThan(0);
    expect(await isKept(page)).toBe(true);
    await expect(badge(page)).toHaveCount(0);
    storefront.order = () => TAKEN;
    storefront.list = () => ({ status: 200, body: storefront.campaigns });
    await expect.poll(() => page.evaluate(() => localStorage["play-it-green"])).toMatch(/^1 /);
    await endPause(page);
    await storefront.open(page, storefront.product(), "/mugs/");
    await isDelivered(page);
    expect(await page.evaluate(() => localStorage["play-it-green"])).toBe("0 0");
  });
}

test("a sale that an earlier page could not ask about is judged by the Worker, whatever runs now", async ({ page, storefront }) => {
  storefront.list = () => ({ status: 500, body: { message: "broken" } });
  await storefront.open(page, storefront.confirmation());
  await expect.poll(() => page.evaluate(() => localStorage["play-it-green"])).toMatch(/^1 /);
  storefront.list = () => ({ status: 200, body: [] });
  await endPause(page);
  await storefront.open(page, storefront.product(), "/mugs/");
  await isDelivered(page);
  expect(storefront.posts().map(({ path }) => path)).toEqual(["/storefront/sales"]);
});

test("a failed try is repeated on the same page, after a pause that doubles", async ({ page, storefront }) => {
  const times: number[] = [];
  storefront.order = () => {
    times.push(Date.now());
    return times.length < 3 ? { status: 500, body: { message: "broken" } } : TAKEN;
  };
  await storefront.open(page, storefront.confirmation());
  await expect(badge(page)).toBeVisible({ timeout: 20_000 });
  expect(times.length).toBe(3);
  // The pauses are random: 1 to 2 seconds, then 2 to 4.
  expect(times[1] - times[0]).toBeGreaterThanOrEqual(990);
  expect(times[2] - times[1]).toBeGreaterThanOrEqual(1990);
  await isDelivered(page);
});

test("a page that is opened within the pause asks the Worker nothing until it is over", async ({ page, storefront }) => {
  storefront.order = () => ({ status: 500, body: { message: "broken" } });
  await storefront.open(page, storefront.confirmation());
  await expect.poll(() => page.evaluate(() => localStorage["play-it-green"])).toMatch(/^1 /);
  await page.evaluate(() => localStorage.setItem("play-it-green", `5 ${Date.now() + 60_000}`));
  storefront.requests = [];
  await storefront.open(page, storefront.product(), "/mugs/");
  await page.waitForLoadState("networkidle");
  expect(storefront.paths().filter((path) => path.includes("/api/") || path.includes(".wasm"))).toEqual([]);
});

test("a Worker that has too much to do is asked again when it says so", async ({ page, storefront }) => {
  let isFirst = true;
  storefront.order = () => {
    if (!isFirst) return TAKEN;
    isFirst = false;
    return { status: 429, body: { message: "too many", success: false, data: '{"retry_after":40}' } };
  };
  await storefront.open(page, storefront.confirmation());
  await expect.poll(() => page.evaluate(() => localStorage["play-it-green"])).toMatch(/^1 /);
  const [, due] = (await page.evaluate(() => localStorage["play-it-green"])).split(" ");
  expect(Number(due) - Date.now()).toBeGreaterThan(30_000);
  expect(storefront.posts().length).toBe(1);
  await endPause(page);
  await storefront.open(page, storefront.product(), "/mugs/");
  await isDelivered(page);
});

test("a sale that the Worker refuses for good is told in the console and not sent again", async ({ page, storefront }) => {
  storefront.order = () => ({ status: 422, body: { message: "sale.total: too large", success: false, data: "{}" } });
  await storefront.open(page, storefront.confirmation());
  await expect.poll(() => kept(page)).toEqual({ "play-it-green:19": "0" });
  expect(storefront.warnings).toEqual([expect.stringContaining("sale.total: too large")]);
  storefront.requests = [];
  await page.reload();
  await storefront.called("GET /plugin/BUILD/woocommerce.js");
  await page.waitForLoadState("networkidle");
  expect(storefront.posts()).toEqual([]);
});

test("a sale that cannot be read here is read by the Worker, which says what is wrong", async ({ page, storefront }) => {
  storefront.order = () => ({ status: 422, body: { message: "found: sold_at is no instant.", data: "{}" } });
  await storefront.open(page, storefront.confirmation({ ...island, sold_at: "yesterday" }));
  await expect.poll(() => kept(page)).toEqual({ "play-it-green:19": "0" });
  expect(storefront.posts().map(({ path }) => path)).toEqual(["/storefront/sales"]);
  expect(storefront.warnings.join()).toContain("sold_at is no instant");
  storefront.order = () => TAKEN;
  await page.evaluate((found) => window.playitgreen.push({ woocommerce: found }), { ...island, id: 20 });
  await expect.poll(async () => (await kept(page))["play-it-green:20"]).toBe("2");
});

test("the next page delivers what an earlier one could not, and its own sale first", async ({ page, storefront }) => {
  storefront.order = () => ({ status: 503, body: { message: "try again later" } });
  await storefront.open(page, storefront.confirmation());
  await expect.poll(() => page.evaluate(() => localStorage["play-it-green"])).toMatch(/^1 /);
  await endPause(page);
  storefront.order = () => TAKEN;
  await storefront.open(page, storefront.confirmation({ ...island, id: 20 }));
  await expect.poll(() => kept(page)).toEqual({ "play-it-green:19": "2", "play-it-green:20": "2" });
  expect(storefront.posted()).toEqual(["19", "20", "19"]);
});

test("a Worker that is slow gets the sale once", async ({ page, storefront }) => {
  storefront.order = () => ({ ...TAKEN, delay: 3000 });
  await storefront.open(page, storefront.confirmation());
  await expect(badge(page)).toBeVisible({ timeout: 10_000 });
  expect(storefront.posted()).toEqual(["19"]);
});

test("offline costs nothing but a delay: back online, the sale is posted at once", async ({ context, page, storefront }) => {
  let isFirst = true;
  storefront.list = () => {
    const answer = isFirst ? null : { status: 200, body: storefront.campaigns };
    isFirst = false;
    return answer;
  };
  const wasm = page.waitForEvent("requestfinished", (request) => request.url().endsWith(".wasm"));
  await storefront.open(page, storefront.confirmation());
  await wasm;
  await storefront.called("GET /api/campaigns/");
  await context.setOffline(true);
  storefront.disconnect();
  await expect.poll(() => page.evaluate(() => localStorage["play-it-green"])).toMatch(/^1 /);
  expect(storefront.posts()).toEqual([]);
  await page.evaluate(() => localStorage.setItem("play-it-green", `3 ${Date.now() + 300_000}`));
  await context.setOffline(false);
  await isDelivered(page);
  expect(storefront.posted()).toEqual(["19"]);
});

test("a Wasm that was lost on the way is asked for again, and the Worker judges meanwhile", async ({ page, storefront }) => {
  storefront.lost.push("woocommerce.wasm");
  await storefront.open(page, storefront.confirmation());
  await isDelivered(page);
  storefront.lost = [];
  await page.evaluate((found) => window.playitgreen.push({ woocommerce: found }), { ...island, id: 20 });
  await expect.poll(async () => (await kept(page))["play-it-green:20"]).toBe("2");
  expect(storefront.posts().map(({ path }) => path)).toEqual(["/storefront/sales", "/api/orders/"]);
});

test("a buyer who leaves 100 ms after the loader ran, on a slow line, costs no sale", async ({ page, storefront }) => {
  storefront.fileDelay = 400;
  await storefront.open(page, storefront.confirmation());
  await expect.poll(() => page.evaluate(() => Boolean(window.playitgreen))).toBe(true);
  await page.waitForTimeout(100);
  await page.goto("about:blank");
  expect(storefront.posts()).toEqual([]);
  await storefront.open(page, storefront.product(), "/mugs/");
  await isDelivered(page);
  expect(storefront.posted()).toEqual(["19"]);
});

test("a tab that is closed while it sends does not break off the request, nor lose its sale", async ({ context, page, storefront }) => {
  // The Worker stores the sale, but the tab never receives the response. The sale is posted again,
  // which orders nothing.
  storefront.mayRepeat = true;
  storefront.order = () => ({ ...TAKEN, delay: 500 });
  await storefront.open(page, storefront.confirmation());
  await storefront.called("POST /api/orders/");
  await page.close();
  await expect.poll(() => storefront.taken).toEqual(["19"]);
  const next = await context.newPage();
  await storefront.open(next, storefront.product(), "/mugs/");
  await isDelivered(next);
  expect(new Set(storefront.taken)).toEqual(new Set(["19"]));
});

for (const [what, patch] of [
  ["throws at once", "() => { throw 1 }"],
  ["rejects with no Error", "() => Promise.reject('no')"],
  ["answers no Response", "() => Promise.resolve({ ok: true })"],
]) {
  test(`a shop's own fetch that ${what} does not keep the sale from the Worker`, async ({ page, storefront }) => {
    const broken = `<script>window.fetch = ${patch};</script>`;
    await storefront.open(page, storefront.confirmation(island, broken));
    await expect(badge(page)).toBeVisible();
    expect(storefront.posted()).toEqual(["19"]);
  });

  test(`a shop's own fetch that ${what}, without the older way, leaves the sale to the next page`, async ({ page, storefront }) => {
    const broken = `<script>window.fetch = ${patch}; delete window.XMLHttpRequest;</script>`;
    await storefront.open(page, storefront.confirmation(island, broken));
    await expect.poll(() => page.evaluate(() => localStorage["play-it-green"])).toMatch(/^1 /);
    expect(storefront.posts()).toEqual([]);
    await endPause(page);
    await storefront.open(page, storefront.product(), "/mugs/");
    await isDelivered(page);
  });
}

for (const blocked of [/\/plugin\/loader\.js/, /\/plugin\/\d+\//, /\.wasm/, /\/api\//]) {
  test(`an ad blocker that stops ${blocked.source} breaks nothing and loses nothing that was kept`, async ({ page, storefront }) => {
    await page.route(blocked, (route) => route.abort("blockedbyclient"));
    await storefront.open(page, storefront.confirmation());
    await page.waitForLoadState("networkidle");
    if (blocked.source.includes("wasm")) {
      // Without its Wasm, the plugin leaves the evaluation to the Worker.
      await expect(badge(page)).toBeVisible();
      expect(storefront.posts().map(({ path }) => path)).toEqual(["/storefront/sales"]);
      return;
    }
    expect(storefront.posts()).toEqual([]);
    await page.unroute(blocked);
    if (blocked.source.includes("api")) await endPause(page);
    await storefront.open(page, storefront.confirmation());
    await isDelivered(page);
  });
}
