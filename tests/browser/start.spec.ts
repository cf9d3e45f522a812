// The first steps as a new shop owner takes them: from the operator's link to the first order, only
// through pages.
import { expect, test, type Page } from "@playwright/test";

import { addMerchant, expectToFit, worker } from "./owner";
import { noteSecret } from "./secrets";

/** Reports a sale as the shop's page does, with the key of the pasted line. */
async function placeOrder(key: string, id: string): Promise<number> {
  const now = new Date().toISOString();
  const line = {
    product: "11", variant: null, sku: "MUG-BLUE", title: "Blue mug",
    quantity: 1, refunded: 0, total: 1799, collections: [],
  };
  const sale = {
    platform: "woocommerce", id, sold_at: now, updated_at: now, status: "paid", test: false, currency: "EUR",
    total: 1799, items_total: 1799, refunded: 0, coupons: [], opted_in: null, lines: [line],
  };
  const response = await fetch(`${worker}/api/orders/`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: "https://mugs.example.com" },
    body: JSON.stringify({ key, sale }),
  });
  return response.status;
}

async function expectStep(page: Page, step: string, state: string): Promise<void> {
  await expect(page.locator(`#step-${step} .tag`)).toHaveText(state);
}

for (const [name, javaScriptEnabled, width] of [
  ["without scripts on a telephone", false, 375],
  ["with scripts on a desk", true, 1280],
] as const) {
  test(`a new shop owner comes to the first order ${name}`, async ({ browser }) => {
    const context = await browser.newContext({ javaScriptEnabled, viewport: { width, height: 900 } });
    const page = await context.newPage();
    const shoot = async (state: string): Promise<void> => {
      await expectToFit(page, width, state);
      for (const colorScheme of ["dark", "light"] as const) {
        await page.emulateMedia({ colorScheme });
        await page.screenshot({ path: `target/tests/start-${state}-${width}-${colorScheme}.png`, fullPage: true });
      }
    };
    let key = "";

    await test.step("signing in leads to the first steps", async () => {
      await page.goto(addMerchant("Example Mugs"));
      await page.getByRole("button", { name: "Sign in" }).click();
      await expect(page.getByRole("heading", { name: "First steps" })).toBeVisible();
      for (const cookie of await context.cookies(`${worker}/settings`)) noteSecret(cookie.value);
      await expectStep(page, "shop", "next");
      await shoot("new");
    });

    await test.step("the shop is added", async () => {
      await page.getByLabel("Name of the shop").fill("Mugs online");
      await page.getByLabel("Shop system").selectOption("WooCommerce");
      await page.getByLabel("Address of the shop").fill("https://mugs.example.com");
      await page.getByRole("button", { name: "Add the shop" }).click();
      await expectStep(page, "shop", "done");
      await expectStep(page, "campaign", "next");
    });

    await test.step("one click makes the campaign", async () => {
      await page.getByRole("button", { name: "Plant 1 tree for every order" }).click();
      await expectStep(page, "campaign", "done");
    });

    await test.step("the code to paste is shown once, and the plugin exchanges it for its values", async () => {
      const plugin = await page.getByRole("link", { name: "Download the WordPress plugin" }).getAttribute("href");
      const zip = await page.request.get(worker + (plugin ?? ""));
      expect([zip.status(), (await zip.body()).subarray(0, 2).toString()]).toEqual([200, "PK"]);
      await page.getByRole("button", { name: "Make the code to paste" }).click();
      const code = await page.locator("#code").innerText();
      noteSecret(code.split("@")[0]);
      await shoot("code");
      const site = "https://mugs.example.com";
      const connected = await page.request.post(`${worker}/api/connections`, { data: { code, site } });
      const connection = await connected.json();
      key = connection.api_key;
      for (const secret of [key, connection.webhook_secret.slice("pigwh".length)]) noteSecret(secret);
      await page.getByRole("link", { name: "I have pasted it" }).click();
      await expect(page.locator("body")).not.toContainText(code);
      await expect(page.locator("#step-plugin")).toContainText("Make a code to connect it again");
    });

    await test.step("the webhook's page shows the address, for a shop without the plugin", async () => {
      await page.getByRole("link", { name: "Connect it without the plugin" }).click();
      await expect(page.locator("#address")).toContainText(`${worker}/webhooks/woocommerce/shop_`);
      await expect(page.locator("#state")).toContainText("The secret is set");
      await shoot("webhook");
      await page.getByRole("link", { name: "First steps" }).click();
    });

    await test.step("the page waits, and shows the first order without a click", async () => {
      await expect(page.locator("#step-order")).toContainText("Waiting for your first order");
      await shoot("waiting");
      expect(await placeOrder(key, "1001")).toBe(201);
      await expect(page.locator("#step-order")).toContainText("Order 1001 arrived. It orders 1 tree.", { timeout: 15_000 });
      await expectStep(page, "order", "done");
      await expectStep(page, "plugin", "done");
      await shoot("arrived");
    });

    await test.step("the list of orders finds it by its number, and says why it orders a tree", async () => {
      await page.getByRole("navigation", { name: "Settings" }).getByRole("link", { name: "Orders", exact: true }).click();
      await page.getByLabel("Order number").fill("9999");
      await page.getByRole("button", { name: "Search" }).click();
      await expect(page.locator("#orders")).toContainText("No order has the number or id 9999");
      await page.getByLabel("Order number").fill("#1001");
      await page.getByRole("button", { name: "Search" }).click();
      await expect(page.locator("#orders")).toContainText("each order: 1 tree");
      await shoot("orders");
      await page.getByRole("link", { name: "1001", exact: true }).click();
      await expect(page.locator("#trees")).toContainText("1 tree for every order: 1 tree");
      await expect(page.locator("#items")).toContainText("Blue mug");
      await expect(page.locator("#history")).toContainText("First reported to this service");
      await shoot("order");
    });
    await context.close();
  });
}
