// The loader in pages that cache, consent and speed plugins rewrote, and in shops whose pages change
// without loading.

import { readFileSync } from "node:fs";

import { badge, expect, island, kept, KEY, perMug, read, test, type Storefront } from "./storefront";

const loader = (name = "loader") => readFileSync(new URL(`../../../plugin/dist/plugin/${name}.js`, import.meta.url), "utf8");

/** The attributes of the line that a shop owner pastes. */
const settings = (storefront: Storefront) => `data-worker="${storefront.worker}" data-key="${KEY}"`;

const meta = (storefront: Storefront) => `<meta name="play-it-green" ${settings(storefront)}>`;

/** Returns a confirmation page with these scripts in place of the pasted line. */
const confirmation = (scripts: string, head = "") =>
  `<!doctype html><html lang="en"><head><title>Thank you</title>${head}</head><body><h1>Thank you</h1>
   <script type="application/json" id="play-it-green-sale">${JSON.stringify(island)}</script>${scripts}
   <p>Your order has been received.</p>`;

/** The scripts of a page after an optimizer. `/cache/` is the shop's own folder. */
const optimized: Record<string, (storefront: Storefront) => string> = {
  "re-hosted by the shop": (storefront) => `<script async src="/cache/loader.js" ${settings(storefront)}></script>`,
  "inlined": (storefront) => `<script ${settings(storefront)}>${loader()}</script>`,
  "inlined as a module": (storefront) => `<script type="module" ${settings(storefront)}>${loader()}</script>`,
  "deferred": (storefront) => `<script defer src="/cache/loader.js" ${settings(storefront)}></script>`,
  "loaded as a module": (storefront) => `<script type="module" src="/cache/loader.js" ${settings(storefront)}></script>`,
  "loaded after the page": (storefront) =>
    `${meta(storefront)}<script>addEventListener("load", () => setTimeout(() => {
      document.head.append(Object.assign(document.createElement("script"), { src: "/cache/loader.js" }));
    }, 50));</script>`,
  "combined with other scripts": (storefront) => `${meta(storefront)}<script src="/cache/combined.js"></script>`,
  "on the page twice": (storefront) => storefront.snippet() + storefront.snippet(),
  "on the page twice, once combined": (storefront) => `${storefront.snippet()}<script src="/cache/combined.js"></script>`,
};

test.beforeEach(async ({ page }) => {
  const files: Record<string, string> = {
    "loader.js": loader(),
    "combined.js": `window.before = 1;${loader()};window.after = 1;`,
  };
  await page.route("**/cache/*", (route) => {
    const body = files[route.request().url().split("/").at(-1)!];
    return route.fulfill({ body, contentType: "text/javascript" });
  });
});

for (const [what, scripts] of Object.entries(optimized)) {
  test(`a loader that is ${what} posts the sale once`, async ({ page, storefront }) => {
    await storefront.open(page, confirmation(scripts(storefront)));
    await expect(badge(page)).toBeVisible();
    await page.waitForLoadState("networkidle");
    expect(storefront.posted()).toEqual(["19"]);
    expect(JSON.parse(storefront.posts()[0].body).key).toBe(KEY);
    expect(storefront.warnings).toEqual([]);
  });
}

test("a combined loader without its settings breaks no other script", async ({ page, storefront }) => {
  await storefront.open(page, confirmation('<script src="/cache/combined.js"></script>'));
  await page.waitForLoadState("networkidle");
  expect(await page.evaluate(() => [(window as any).before, (window as any).after])).toEqual([1, 1]);
  expect(storefront.posts()).toEqual([]);
});

test("the files may come from the shop, and the sale still goes to the Worker", async ({ page, storefront }) => {
  await page.route("**/own/**", (route) => {
    const file = route.request().url().split("/own/")[1];
    const contentType = file.endsWith(".wasm") ? "application/wasm" : "text/javascript";
    return route.fulfill({ path: `plugin/dist/plugin/${file}`, contentType });
  });
  const files = `data-files="${storefront.shop}/own"`;
  await storefront.open(page, confirmation(`<script src="/own/loader.js" ${files} ${settings(storefront)}></script>`));
  await expect(badge(page)).toBeVisible();
  expect(storefront.paths().filter((path) => path.includes("/plugin/"))).toEqual([]);
  expect(storefront.posted()).toEqual(["19"]);
});

test("a buyer who leaves at once keeps the sale, if the script stands right behind it", async ({ page, storefront }) => {
  const leave = `<script>location.href = "/left/"</script>`;
  const scripts = `<script src="/cache/loader.js" ${settings(storefront)}></script>${leave}`;
  await page.route("**/left/", (route) => route.fulfill({ body: "<!doctype html><title>Left</title>", contentType: "text/html" }));
  await storefront.open(page, confirmation(scripts));
  await page.waitForURL("**/left/");
  expect(Object.keys(await kept(page))).toEqual(["play-it-green:19"]);
  expect(storefront.taken).toEqual([]);
  await page.unroute("**/left/");
  await storefront.open(page, storefront.product(), "/mugs/");
  await expect.poll(() => storefront.taken).toEqual(["19"]);
});

test("a shop that changes its pages without loading reports each sale once", async ({ page, storefront }) => {
  storefront.order = () => ({ status: 201, body: { trees: 2 } });
  await storefront.open(page, storefront.product("<main></main>"), "/mugs/");
  await page.waitForFunction(() => window.playitgreen?.check);
  const show = (id: number) =>
    page.evaluate(
      ([found, path]) => {
        history.pushState({ found }, "", path as string);
        document.querySelector("main")!.innerHTML = `<script type="application/json" id="play-it-green-sale">${found}</script>`;
      },
      [JSON.stringify({ ...island, id }), `/checkout/order-received/${id}/`],
    );
  await show(19);
  await expect(badge(page)).toBeVisible();
  await page.evaluate(() => document.querySelector("main")!.replaceChildren("Mugs"));
  await show(20);
  await expect.poll(() => storefront.posted()).toEqual(["19", "20"]);
  // The way back through the history shows the first order again.
  await page.evaluate(() => {
    addEventListener("popstate", ({ state }) => {
      document.querySelector("main")!.innerHTML = `<script type="application/json" id="play-it-green-sale">${state.found}</script>`;
    });
  });
  await page.goBack();
  await expect.poll(() => page.evaluate(() => document.querySelector("#play-it-green-sale")!.textContent)).toContain('"id":19');
  await page.waitForLoadState("networkidle");
  expect(storefront.posted()).toEqual(["19", "20"]);
});

test("a widget that the shop adds later is found", async ({ page, storefront }) => {
  await storefront.open(page, storefront.product("<main></main>"), "/mugs/");
  await page.waitForFunction(() => window.playitgreen?.check);
  await page.evaluate(() => (document.querySelector("main")!.innerHTML = "<play-it-green-counter></play-it-green-counter>"));
  await expect(page.locator("play-it-green-counter")).toContainText("1,234");
});

test("a data layer in an optimized page is read, also if the shop makes it late and in two pushes", async ({ page, storefront }) => {
  const { ecommerce } = JSON.parse(read("shop-adapters/tests/samples/ga4-purchase.json"));
  storefront.campaigns = [{ ...perMug, conditions: { trees: [{ per_order: { trees: 2 } }] } }];
  const scripts = `<script type="module">${loader("loader-ga4")}</script>`;
  await storefront.open(page, `<!doctype html><title>Shop</title>${meta(storefront)}<body>${scripts}`);
  await page.waitForFunction(() => window.playitgreen?.check);
  await page.evaluate((purchase) => {
    window.dataLayer = window.dataLayer || [];
    window.dataLayer.push({ ecommerce: purchase });
    window.dataLayer.push({ event: "purchase" });
  }, ecommerce);
  await expect.poll(() => storefront.posted()).toEqual([ecommerce.transaction_id]);
});
