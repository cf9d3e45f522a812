// The texts of the widgets: in each language, with each platform's cart, and never more trees than
// the campaigns allow.

import type { Page } from "@playwright/test";

import { badge, expect, island, perMug, test, type Storefront } from "./storefront";

const basket = (page: Page) => page.locator("play-it-green-basket");
const counter = (page: Page) => page.locator("play-it-green-counter");

const mug = `currency="USD" product="11" sku="MUG-BLUE" price="17.99"`;

/** Returns a page that reserves the place of its widgets. */
const reserved = (storefront: Storefront, widgets: string, language = "en") =>
  `<!doctype html><html lang="${language}"><title>Mugs</title>
   <style>play-it-green-basket, play-it-green-counter, play-it-green-badge { display: block; height: 4em; }</style>
   <body>${storefront.snippet()}<h1>Mugs</h1>${widgets}<p>Below.</p>`;

const sentences: [string, number, string, string, string][] = [
  ["en", 1, "This order plants 1 tree", "This basket plants 1 tree", "1 tree so far"],
  ["en", 1200, "This order plants 1,200 trees", "This basket plants 1,200 trees", "1,200 trees so far"],
  ["de", 1, "Diese Bestellung pflanzt 1 Baum", "Dieser Warenkorb pflanzt 1 Baum", "Bisher 1 Baum"],
  ["de-AT", 12345, "Diese Bestellung pflanzt 12 345 Bäume", "Dieser Warenkorb pflanzt 12 345 Bäume", "Bisher 12 345 Bäume"],
  ["fr", 1, "Cette commande plante 1 arbre", "Ce panier plante 1 arbre", "1 arbre à ce jour"],
  ["fr", 1200, "Cette commande plante 1 200 arbres", "Ce panier plante 1 200 arbres", "1 200 arbres à ce jour"],
  ["es", 12345, "Este pedido planta 12.345 árboles", "Esta cesta planta 12.345 árboles", "12.345 árboles hasta ahora"],
  ["it", 2, "Questo ordine pianta 2 alberi", "Questo carrello pianta 2 alberi", "2 alberi finora"],
  ["nl", 1200, "Deze bestelling plant 1.200 bomen", "Dit winkelmandje plant 1.200 bomen", "Tot nu toe 1.200 bomen"],
  ["pl", 1, "To zamówienie sadzi 1 drzewo", "Ten koszyk sadzi 1 drzewo", "Dotychczas 1 drzewo"],
  ["pl", 3, "To zamówienie sadzi 3 drzewa", "Ten koszyk sadzi 3 drzewa", "Dotychczas 3 drzewa"],
  ["pl", 5, "To zamówienie sadzi 5 drzew", "Ten koszyk sadzi 5 drzew", "Dotychczas 5 drzew"],
  ["pl", 22, "To zamówienie sadzi 22 drzewa", "Ten koszyk sadzi 22 drzewa", "Dotychczas 22 drzewa"],
  ["pl", 112, "To zamówienie sadzi 112 drzew", "Ten koszyk sadzi 112 drzew", "Dotychczas 112 drzew"],
  ["sv", 2, "This order plants 2 trees", "This basket plants 2 trees", "2 trees so far"],
];

for (const [language, trees, thanks, counts, total] of sentences) {
  test(`${trees} in ${language} has the right plural and the right number`, async ({ page, storefront }) => {
    storefront.totals.trees = trees;
    const widgets = `<play-it-green-badge trees="${trees}"></play-it-green-badge>
      <play-it-green-basket ${mug} quantity="${trees}"></play-it-green-basket><play-it-green-counter></play-it-green-counter>`;
    await storefront.open(page, reserved(storefront, widgets, language), "/mugs/");
    await expect(badge(page).locator("[part=text]")).toHaveText(thanks);
    await expect(basket(page).locator("[part=text]")).toHaveText(counts);
    await expect(counter(page).locator("[part=text]")).toHaveText(total);
  });
}

test("the counter counts the trees of the key's merchant, or of everybody", async ({ page, storefront }) => {
  const widgets = `<play-it-green-counter></play-it-green-counter><play-it-green-counter of="everybody"></play-it-green-counter>`;
  const asked: string[] = [];
  page.on("request", (request) => request.url().includes("totals") && asked.push(new URL(request.url()).search));
  await storefront.open(page, reserved(storefront, widgets), "/mugs/");
  await expect(counter(page).first()).toContainText("1,234 trees");
  await expect(counter(page).last()).toContainText("1,234 trees");
  expect(asked.toSorted()).toEqual(["", expect.stringContaining("?api_key=pig_pk_")]);
  expect(storefront.paths()).not.toContain("GET /plugin/BUILD/sale.wasm");
});

test("a basket that orders nothing shows nothing", async ({ page, storefront }) => {
  const other = mug.replace("MUG-BLUE", "MUG-RED");
  await storefront.open(page, reserved(storefront, `<play-it-green-basket ${other}></play-it-green-basket>`), "/mugs/");
  await storefront.called("GET /storefront/caps");
  await expect(basket(page).locator("[part=widget]")).toBeHidden();
  expect(storefront.posts()).toEqual([]);
});

test("a basket follows the buyer's choice at once", async ({ page, storefront }) => {
  await storefront.open(page, reserved(storefront, `<play-it-green-basket ${mug}></play-it-green-basket>`), "/mugs/");
  await expect(basket(page)).toContainText("1 tree");
  await basket(page).evaluate((element) => element.setAttribute("quantity", "3"));
  await expect(basket(page)).toContainText("3 trees");
  await basket(page).evaluate((element: any) => {
    element.basket = { currency: "USD", items: [{ sku: "MUG-BLUE", quantity: 7 }, { sku: "MUG-RED", quantity: 9 }] };
  });
  await expect(basket(page)).toContainText("7 trees");
  await basket(page).evaluate((element: any) => (element.basket = { currency: "USD", items: [] }));
  await expect(basket(page).locator("[part=widget]")).toBeHidden();
});

test("a basket promises nothing that a cap, an end or a pause takes away", async ({ page, storefront }) => {
  const capped = { ...perMug, id: "capped", conditions: { ...perMug.conditions, cap_per_month: 100 } };
  const ended = { ...perMug, id: "ended", ends_at: "2026-01-01T00:00:00Z" };
  const toCome = { ...perMug, id: "to_come", starts_at: "2999-01-01T00:00:00Z" };
  storefront.campaigns = [capped, ended, toCome];
  storefront.caps = { capped: 2 };
  const widget = `<play-it-green-basket ${mug} quantity="5"></play-it-green-basket>`;
  await storefront.open(page, reserved(storefront, widget), "/mugs/");
  await expect(basket(page)).toContainText("2 trees");
  storefront.caps = { capped: 0 };
  await page.reload();
  await storefront.called("GET /storefront/caps");
  await page.waitForLoadState("networkidle");
  await expect(basket(page).locator("[part=widget]")).toBeHidden();
  storefront.campaigns = [];
  await page.reload();
  await page.waitForLoadState("networkidle");
  await expect(basket(page).locator("[part=widget]")).toBeHidden();
});

test("Shopify's cart is counted, and counted again when it changes", async ({ page, storefront }) => {
  const item = { product_id: 11, variant_id: 12, sku: "MUG-BLUE", product_title: "Blue mug", quantity: 2, final_line_price: 3598 };
  const cart = { currency: "USD", items: [item], cart_level_discount_applications: [] };
  storefront.documents["/cart.js"] = cart;
  storefront.documents["/cart/change.js"] = cart;
  await storefront.open(page, reserved(storefront, `<play-it-green-basket cart="shopify"></play-it-green-basket>`), "/cart");
  await expect(basket(page)).toContainText("2 trees");
  item.quantity = 4;
  await page.evaluate(() => fetch("/cart/change.js"));
  await expect(basket(page)).toContainText("4 trees");
});

test("a basket counts money in the contract's minor units, not in those that people write", async ({ page, storefront }) => {
  // People omit the fillér; the contract counts 100 to a forint, and 1000 fils to a dinar.
  for (const [currency, each, price, trees] of [["HUF", 1_000_000, 20_000, 2], ["IQD", 1_000_000, 3000, 3], ["JPY", 1000, 4000, 4]]) {
    const conditions = { trees: [{ per_amount: { each, currency, trees: 1 } }] };
    storefront.campaigns = [{ ...perMug, conditions }];
    const html = `<play-it-green-basket currency="${currency}" product="11" price="${price}"></play-it-green-basket>`;
    await storefront.open(page, storefront.product(html), "/mugs/");
    await expect(basket(page)).toContainText(`${trees}`);
  }
});

test("WooCommerce's cart is counted in its own currency and decimals", async ({ page, storefront }) => {
  const perTenDollars = { trees: [{ per_amount: { each: 1000, currency: "USD", trees: 1 } }] };
  storefront.campaigns = [{ ...perMug, conditions: perTenDollars }];
  storefront.documents["/wp-json/wc/store/v1/cart"] = {
    items: [{ id: 11, sku: "MUG-BLUE", name: "Blue mug", quantity: 2, variation: [], totals: { line_total: "359800" } }],
    coupons: [],
    totals: { currency_code: "USD", currency_minor_unit: 4 },
  };
  await storefront.open(page, reserved(storefront, `<play-it-green-basket cart="woocommerce"></play-it-green-basket>`), "/cart");
  await expect(basket(page)).toContainText("3 trees");
});

test("where a policy forbids Wasm, the basket stays empty", async ({ page, storefront }) => {
  storefront.policy = "script-src 'unsafe-inline' http://127.0.0.1:*";
  await storefront.open(page, reserved(storefront, `<play-it-green-basket ${mug}></play-it-green-basket>`), "/mugs/");
  await expect.poll(() => storefront.warnings.join()).toContain("wasm-unsafe-eval");
  await expect(basket(page).locator("[part=widget]")).toBeHidden();
});

test("the badge goes where the shop wants it, and one in the corner can be closed by keyboard", async ({ page, storefront }) => {
  const place = `<play-it-green-badge style="display:block;height:3em"></play-it-green-badge>`;
  await storefront.open(page, storefront.confirmation(island, place));
  await expect(badge(page)).toHaveCount(1);
  await expect(badge(page).getByRole("status")).toHaveText("This order plants 2 trees");
  await expect(badge(page).getByRole("button")).toHaveCount(0);
  await storefront.open(page, storefront.confirmation());
  const close = badge(page).getByRole("button", { name: "Close" });
  await close.focus();
  await page.keyboard.press("Enter");
  await expect(badge(page)).toHaveCount(0);
});

test("a shop's theme does not reach into a widget, and its custom properties do", async ({ page, storefront }) => {
  const theme = `<style>span { color: red !important } :root { --play-it-green-color: rgb(1, 2, 3) }</style>`;
  await storefront.open(page, reserved(storefront, `${theme}<play-it-green-badge trees="3"></play-it-green-badge><play-it-green-counter></play-it-green-counter>`), "/mugs/");
  const text = badge(page).locator("[part=text]");
  await expect(text).toBeVisible();
  expect(await text.evaluate((element) => getComputedStyle(element).color)).toBe("rgb(1, 2, 3)");
});

test("pictures of the widgets, in two languages, light, dark and from right to left", async ({ page, storefront }) => {
  const gallery = (language: string, scheme: string, direction = "ltr") =>
    `<!doctype html><html lang="${language}" dir="${direction}"><title>Mugs</title>
     <style>:root { color-scheme: ${scheme} } body { margin: 0; width: 400px; font: 16px/1.4 sans-serif; background: Canvas; color: CanvasText }
       main { display: grid; gap: 12px; padding: 16px; justify-items: start } main > * { height: 2.6em }</style>
     <body>${storefront.snippet()}<main><play-it-green-badge trees="3"></play-it-green-badge>
     <play-it-green-basket ${mug} quantity="2"></play-it-green-basket><play-it-green-counter></play-it-green-counter></main>`;
  await page.setViewportSize({ width: 400, height: 180 });
  for (const [name, language, scheme, direction] of [
    ["light", "en", "light", "ltr"],
    ["dark", "en", "dark", "ltr"],
    ["german", "de", "light", "ltr"],
    ["right-to-left", "en", "light", "rtl"],
  ]) {
    await storefront.open(page, gallery(language, scheme, direction), "/mugs/");
    for (const widget of [badge(page), basket(page), counter(page)]) await expect(widget).toBeVisible();
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow, name).toBe(0);
    await page.screenshot({ path: `target/tests/widgets-${name}.png` });
  }
});
