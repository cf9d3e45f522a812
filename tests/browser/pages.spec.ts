// Every page of the Worker: its style sheet applies, its policy blocks nothing of it, it fits a
// telephone, light and dark, and axe finds no barrier. The pictures are in target/tests/pages.
import { execFileSync } from "node:child_process";
import { expect, test, type Locator, type Page } from "@playwright/test";
import axe from "axe-core";

import { sql } from "./database";
import { noteSecret } from "./secrets";

declare global {
  interface Window {
    axe: typeof axe;
  }
}

const worker = process.env.PLAY_IT_GREEN_WORKER ?? "";
const state = process.env.PLAY_IT_GREEN_STATE ?? "";

/** The ground of a page in both color schemes: the token `--ground`. */
const GROUND = { light: "rgb(245, 244, 238)", dark: "rgb(14, 21, 17)" } as const;

/**
 * Adds a merchant with a shop, a key, an unpaid and an open purchase order, and signs in. Returns the
 * id of the shop.
 */
async function signInToFullAccount(page: Page): Promise<string> {
  const command = ["target/operator/play-it-green.cjs", "merchant", "add"];
  command.push("Quite a long name of a business that sells mugs and bowls", "--time-zone", "Europe/Berlin");
  command.push("--currency", "EUR", "--tree-price", "1.00", "--persist-to", state);
  const printed = execFileSync(process.execPath, command, { encoding: "utf8" });
  const id = /mer_\w+/.exec(printed)?.[0] ?? "";
  const link = /http\S+\/sign-in\/\w+/.exec(printed)?.[0] ?? "";
  noteSecret(link.split("/").at(-1) ?? "");
  await sql(
    `INSERT INTO shops (id, merchant_id, name, platform, origin, created_at)
    VALUES ('shop_' || ?1, ?1, 'Mugs online', 'woocommerce', 'https://mugs.example.com', 0)`,
    id,
  );
  await sql(
    `INSERT INTO purchase_orders (id, merchant_id, period, starts_at, ends_at, state, currency, trees, total,
      digest, digest_covers, link_hash, created_at, closed_at)
    VALUES ('po_' || ?1, ?1, '1970-01', 0, 1, 'payment due', 'EUR', 1, 100, printf('%064d', 0), 'orders', 'po_' || ?1, 0, 1)`,
    id,
  );
  await sql(
    `INSERT INTO orders (id, merchant_id, reference, product_code, quantity, test, trees, unit_price, reason, month,
      sold_at, received_at, purchase_order_id)
    VALUES ('ord_' || ?1, ?1, '1087', 'PLAY1TREEAPI', 1, 0, 1, 100, '1 pack of 1 tree', '1970-01', 0, 0, 'po_' || ?1)`,
    id,
  );
  await sql(
    `INSERT INTO purchase_orders (id, merchant_id, period, starts_at, ends_at, state, currency, link_hash, created_at)
    VALUES ('po_open_' || ?1, ?1, strftime('%Y-%m'), unixepoch('now', 'start of month') * 1000,
      unixepoch('now', 'start of month', '+1 month') * 1000, 'open', 'EUR', 'po_open_' || ?1, 0)`,
    id,
  );
  await sql(
    `INSERT INTO orders (id, merchant_id, reference, product_code, quantity, test, trees, unit_price, reason, month,
      sold_at, received_at, purchase_order_id)
    SELECT 'ord_' || value || ?1, ?1, value, 'PLAY1TREEAPI', 1, 0, value, 100, 'packs of 1 tree', strftime('%Y-%m'),
      unixepoch('now') * 1000, 0, 'po_open_' || ?1 FROM json_each('[1, 3, 12]')`,
    id,
  );
  await page.goto(link);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { name: "First steps" })).toBeVisible();
  for (const cookie of await page.context().cookies(`${worker}/settings`)) noteSecret(cookie.value);
  return `shop_${id}`;
}

/** Lets the shop name orders: counted, unconfirmed, refused and unknown ones. */
async function addNamedSales(shop: string): Promise<void> {
  await sql(
    `INSERT INTO named_sales (shop_id, sale_id, month, problem)
    SELECT ?1, value ->> 0, value ->> 1, value ->> 2 FROM json_each(?2)`,
    shop,
    JSON.stringify([
      ["1085", "2026-11", null],
      ["1086", "2026-11", null],
      ["1087", "2026-11", null],
      ["1080", "2026-10", "Total is not an amount: send a decimal number such as 1234.50"],
      ["1079", "", "Order date is not a date: use one such as 2026-11-22 08:51:49"],
    ]),
  );
}

/** Adds sales of the merchant's shop, a held claim, a budget and a card that expires. */
async function addSales(): Promise<void> {
  const shop = "(SELECT id FROM shops ORDER BY rowid DESC LIMIT 1)";
  const merchant = "(SELECT merchant_id FROM shops ORDER BY rowid DESC LIMIT 1)";
  for (const [number, held] of [["1085", ""], ["1086", "it would order 60 trees, and a claim of this shop orders at most 50"]]) {
    await sql(
      `INSERT INTO sales (id, shop_id, mode, sale_id, number, proof, status, test, facts, evaluated_under, written_by,
        sold_at, received_at, held_because)
      VALUES ('sale_of_pages_' || ?1, ${shop}, 'live', ?1, ?1, 'claimed', 'paid', 0, '{}', '[]', '', unixepoch() * 1000,
        unixepoch() * 1000, nullif(?2, ''))`,
      number,
      held,
    );
  }
  await sql(`UPDATE merchants SET monthly_budget = 2000 WHERE id = ${merchant}`);
  await sql(
    `INSERT INTO payers (merchant_id, provider, customer, card, card_brand, card_last_four, card_expires, created_at,
      card_saved_at)
    VALUES (${merchant}, 'sandbox', 'customer', 'card', 'visa', '4242', strftime('%Y-%m'), 0, 0)`,
  );
}

/** Returns the rules of WCAG 2.2 AA and of good practice that the page breaks, with the elements. */
async function barriers(page: Page): Promise<string[]> {
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  return violations.map((rule) => `${rule.id}: ${rule.nodes.map((node) => node.html).join(" ")}`);
}

/** Clicks what leads to another page, and waits until that page is there: it has this heading. */
async function follow(page: Page, link: Locator, heading: string | RegExp): Promise<void> {
  await link.click();
  await expect(page.getByRole("heading", { level: 1, name: heading })).toBeVisible();
  await page.waitForLoadState();
}

/** Checks one page in both color schemes and at both widths. */
async function checkLook(page: Page, name: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    // Without motion, no color is measured on its way to the other scheme.
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const width of [1280, 375]) {
      await page.setViewportSize({ width, height: 900 });
      const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      expect(ground, `${name}, ${colorScheme}`).toBe(GROUND[colorScheme]);
      const needed = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(needed, `${name} at ${width} px`).toBeLessThanOrEqual(width);
      expect(await barriers(page), `${name} at ${width} px, ${colorScheme}`).toEqual([]);
      const path = `target/tests/pages/${name}-${width}-${colorScheme}.png`;
      await page.screenshot({ path, fullPage: name !== "docs" });
    }
  }
}

test("every page looks the same by one style sheet, and its policy blocks nothing of it", async ({ page }) => {
  // The script runs before the page's own policy applies.
  await page.addInitScript({ content: axe.source });
  const blocked: string[] = [];
  page.on("console", (message) => {
    if (message.text().includes("Content Security Policy")) blocked.push(message.text());
  });
  const sheets = new Set<string>();
  page.on("response", (response) => {
    if (response.request().resourceType() === "stylesheet") sheets.add(new URL(response.url()).pathname);
  });

  await test.step("pages for anyone", async () => {
    for (const [name, path] of [
      ["front", "/"],
      ["unknown", "/nowhere"],
      ["docs", "/docs"],
      ["sign-in", "/sign-in"],
      ["sign-up", "/sign-up"],
      ["sign-in-link", "/sign-in/none"],
      ["problem", "/pay/none"],
      ["mailbox", "/mailbox"],
    ] as const) {
      await page.goto(worker + path);
      await checkLook(page, name);
    }
    await page.goto(`${worker}/sign-in`);
    await page.getByLabel("Mail address").fill("no-account-has-this-address@example.com");
    await follow(page, page.getByRole("button", { name: "Mail me a sign-in link" }), "Look into your mail");
    await checkLook(page, "sign-in-sent");
  });

  await test.step("pages of a merchant", async () => {
    const shop = await signInToFullAccount(page);
    await checkLook(page, "settings-start");
    await addSales();
    await page.goto(`${worker}/settings`);
    await expect(page.getByRole("heading", { level: 1, name: /so far$/ })).toBeVisible();
    await checkLook(page, "settings-overview");
    for (const [name, path] of [
      ["settings-api-payments", "/settings/api-payments"],
      ["settings-campaigns", "/settings/campaigns"],
      ["settings-campaign", "/settings/campaigns/new"],
      ["settings-orders", "/settings/orders"],
      ["settings-purchase-orders", "/settings/purchase-orders"],
    ] as const) {
      await page.goto(worker + path);
      await checkLook(page, name);
    }
    await page.getByRole("link", { name: "January 1970" }).click();
    await expect(page.getByRole("button", { name: "Recompute it in this browser" })).toBeVisible();
    await checkLook(page, "settings-purchase-order-closed");
    await page.goto(`${worker}/settings/purchase-orders/open`);
    await checkLook(page, "settings-purchase-order-open");
    await page.goto(`${worker}/settings/shops/${shop}/webhook`);
    await checkLook(page, "settings-webhook");
    await follow(page, page.getByRole("link", { name: "import the shop's orders" }), /^Import orders of /);
    await checkLook(page, "settings-import");
    await addNamedSales(shop);
    await page.getByLabel("Consumer key").fill("ck_0123456789abcdef");
    await page.getByLabel("Consumer secret").fill("cs_0123456789abcdef");
    await page.getByRole("button", { name: "Save the key" }).click();
    await expect(page.getByRole("button", { name: "Fetch now" })).toBeVisible();
    await page.waitForLoadState();
    await page.getByLabel("The file, as CSV or JSON").setInputFiles({
      name: "orders.csv",
      mimeType: "text/csv",
      buffer: Buffer.from("order_id,status,order_date,order_total\n1,completed,2026-11-22,1.00\n2,completed,yesterday,1.00\n"),
    });
    await page.getByRole("button", { name: "Check the file" }).click();
    await expect(page.locator("#outcome")).toContainText("2 rows with 2 orders");
    await checkLook(page, "settings-import-report");
    await page.goto(`${worker}/settings/security`);
    await checkLook(page, "settings-security");
    await page.goto(`${worker}/settings/payments`);
    await page.getByRole("button", { name: "New pay link" }).last().click();
    await expect(page.getByRole("link", { name: /^Pay / }).first()).toBeVisible();
    await page.waitForLoadState();
    await checkLook(page, "settings-payments");
    await follow(page, page.getByRole("link", { name: "Pay 1.00 EUR" }), /^Trees of /);
    await checkLook(page, "pay");
    await follow(page, page.getByRole("link", { name: "Print it, or see every order" }), /^Purchase order /);
    await checkLook(page, "document");
  });

  expect(blocked).toEqual([]);
  expect([...sheets].sort()).toEqual([expect.stringMatching(/^\/style\/[0-9a-f]{16}\.css$/), "/style/latest.css"]);
});
