// The whole process as a shop owner sees it: sales order trees, the month ends, the purchase order
// is paid.
import { execFileSync } from "node:child_process";
import { expect, test, type Page } from "@playwright/test";

import { sql } from "./database";
import { noteSecret } from "./secrets";

const worker = process.env.PLAY_IT_GREEN_WORKER ?? "";
const state = process.env.PLAY_IT_GREEN_STATE ?? "";

/** Signs in the owner of the demo's merchant, with a link of the operator's command line. */
async function signIn(page: Page): Promise<void> {
  const merchant = (...words: string[]) => {
    const command = ["target/operator/play-it-green.cjs", "merchant", ...words, "--persist-to", state];
    return execFileSync(process.execPath, command, { encoding: "utf8" });
  };
  const id = /^(mer_\w+) {2}Example Trading/m.exec(merchant("list"))?.[1] ?? "";
  const link = /http\S+\/sign-in\/\w+/.exec(merchant("sign-in", id))?.[0] ?? "";
  noteSecret(link.split("/").at(-1) ?? "");
  await page.goto(link);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { level: 1, name: /so far$/ })).toBeVisible();
  for (const cookie of await page.context().cookies(`${worker}/settings`)) noteSecret(cookie.value);
}

/** Records every request of the page to the Worker's API from now on, as "POST /api/orders/". */
function callsToWorker(page: Page): string[] {
  const calls: string[] = [];
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.origin === worker && url.pathname.startsWith("/api/")) {
      calls.push(`${request.method()} ${url.pathname}`);
    }
  });
  return calls;
}

async function payWith(page: Page, card: string): Promise<void> {
  await page.getByLabel("Test card number").fill(card);
  await page.getByRole("button", { name: /^Pay / }).click();
}

test("a sale orders trees, the month ends, and the purchase order is paid", async ({ page }) => {
  await test.step("the Shopify sale is told from the sandboxed pixel", async () => {
    await page.goto("/");
    const posted = page.waitForResponse((response) => response.request().method() === "POST");
    await page.getByRole("link", { name: "Place the Shopify sale" }).click();
    expect((await posted).status()).toBe(201);
  });

  await test.step("the WooCommerce sale shows the buyer how many trees it plants", async () => {
    await page.goto("/");
    await page.getByRole("link", { name: "Place the WooCommerce sale" }).click();
    await expect(page.getByText("This order plants 3 trees")).toBeVisible();
  });

  await test.step("both appear as orders with their trees and reasons", async () => {
    await page.goto("/");
    const orders = page.locator("#orders");
    await expect(orders.getByRole("row", { name: /^5396439498987 A tree for every bracelet 1 / })).toBeVisible();
    await expect(orders.getByRole("row", { name: /^16 A tree for every blue mug 2 / })).toContainText(
      "2 × SKU MUG-BLUE: 2 trees",
    );
    await expect(orders.getByRole("row", { name: /^16 A tree for every 30 dollars 1 / })).toBeVisible();
  });

  await test.step("the month ends, and nothing is left to end", async () => {
    await page.getByRole("button", { name: "End the month" }).click();
    await expect(page.locator("#purchase-orders")).toContainText("payment due");
    await expect(page.getByRole("button", { name: "End the month" })).toBeDisabled();
  });

  await test.step("the merchant is told by mail, with the same link", async () => {
    const link = await page.getByRole("link", { name: "Open the purchase order" }).getAttribute("href");
    await page.getByRole("link", { name: "the mailbox" }).click();
    await page.getByRole("link", { name: "as HTML" }).first().click();
    await expect(page.getByRole("link", { name: "Pay 4.00 USD" })).toHaveAttribute("href", link ?? "");
    await page.goto("/");
  });

  await test.step("the purchase order shows its lines and the total", async () => {
    await page.getByRole("link", { name: "Open the purchase order" }).click();
    await expect(page.getByRole("note")).toHaveText("Sandbox: no real money is moved");
    await expect(page.getByRole("row", { name: /A tree for every bracelet/ })).toContainText("1.00 USD");
    await expect(page.getByRole("row", { name: /A tree for every blue mug/ })).toContainText("2.00 USD");
    await expect(page.getByRole("row", { name: /^Total/ })).toContainText("4.00 USD");
  });

  await test.step("the document is printed with every order, and without what is only for the screen", async () => {
    await page.getByRole("link", { name: "Print it, or see every order" }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(/^Purchase order PO-\d{4}-\d{2}-\d{4}$/);
    await expect(page.getByRole("row", { name: /^Total/ })).toContainText("4.00 USD");
    const csv = page.getByRole("link", { name: "All orders as a table (CSV)" });
    await expect(csv).toBeVisible();
    await page.emulateMedia({ media: "print" });
    await expect(csv).toBeHidden();
    await expect(page.getByText("2 × SKU MUG-BLUE: 2 trees")).toBeVisible();
    expect((await page.pdf()).subarray(0, 5).toString()).toBe("%PDF-");
    await page.emulateMedia({ media: "screen" });
    await page.getByRole("link", { name: "Pay page" }).click();
  });

  await test.step("a declined card is told plainly, and it can still be paid", async () => {
    await payWith(page, "4000 0000 0000 0002");
    await expect(page.getByRole("alert")).toHaveText(
      "The card was declined. Nothing was paid. Please try another card.",
    );
    await expect(page.getByRole("button", { name: "Pay 4.00 USD" })).toBeVisible();
  });

  await test.step("only the owner who is signed in can have a card remembered", async () => {
    const payPage = page.url();
    await expect(page.getByLabel("Remember this card for the next months")).toHaveCount(0);
    await signIn(page);
    await page.goto(payPage);
  });

  await test.step("a good card pays and is remembered, and nothing is left to pay", async () => {
    await page.getByLabel("Remember this card for the next months").check();
    await payWith(page, "4242 4242 4242 4242");
    await expect(page.getByRole("status")).toContainText("Thank you for ordering 4 trees");
    await expect(page.getByRole("button")).toHaveCount(0);
  });

  await test.step("the next month is paid by itself", async () => {
    await page.goto("/");
    await page.getByRole("link", { name: "Place the WooCommerce sale" }).click();
    await expect(page.getByText("This order plants 3 trees")).toBeVisible();
    await page.goto("/");
    await page.getByRole("button", { name: "End the month" }).click();
    await expect(page.locator("#purchase-orders").getByRole("cell", { name: "paid", exact: true })).toHaveCount(2);
    await page.getByRole("link", { name: "Open the purchase order" }).first().click();
    await expect(page.getByRole("status")).toContainText("with the card ending in 4242");
  });

  await test.step("the owner's browser recomputes a bill, and notices an order that was exchanged", async () => {
    await page.goto(`${worker}/settings/purchase-orders`);
    await page.getByRole("link", { name: /^[A-Z][a-z]+ \d{4}$/ }).last().click();
    const recompute = page.getByRole("button", { name: "Recompute it in this browser" });
    await recompute.click();
    await expect(page.getByRole("status")).toHaveText(/^It agrees/);
    const digest = page.locator("p.digest");
    const orders = `(SELECT id FROM orders WHERE purchase_order_id =
      (SELECT id FROM purchase_orders WHERE digest = ?1) ORDER BY id LIMIT 1)`;
    await sql(`UPDATE orders SET reason = reason || '!' WHERE id = ${orders}`, (await digest.textContent()) ?? "");
    await recompute.click();
    await expect(page.getByRole("status")).toHaveText(/^It differs: the digest of these records is [0-9a-f]{64}\.$/);
    await sql(`UPDATE orders SET reason = rtrim(reason, '!') WHERE id = ${orders}`, (await digest.textContent()) ?? "");
    await page.goto("/");
  });

  await test.step("the page fits a telephone", async () => {
    await page.setViewportSize({ width: 360, height: 700 });
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(360);
    await page.goto("/");
    await expect(page.locator("#purchase-orders")).toContainText("paid");
  });
});

test("a sale that qualifies for nothing never leaves the page", async ({ page }) => {
  const calls = callsToWorker(page);
  await page.goto("/");
  const asked = page.waitForResponse((response) => response.url().includes("/api/campaigns/"));
  await page.getByRole("link", { name: "Place one that plants nothing" }).click();
  await asked;
  await page.waitForLoadState("networkidle");
  expect(calls).toEqual(["GET /api/campaigns/"]);
  await expect(page.getByText("This order plants")).toHaveCount(0);
});

test("a confirmation page that is reloaded orders once", async ({ page }) => {
  const order = 910_000;
  for (let visit = 0; visit < 3; visit += 1) {
    await page.goto(`/woocommerce/checkout/order-received/${order}/?key=wc_order_example`);
    await page.waitForLoadState("networkidle");
  }
  await page.goto("/");
  await expect(page.locator("#orders").getByRole("row", { name: new RegExp(`^${order} A tree for every blue mug`) })).toHaveCount(1);
});
