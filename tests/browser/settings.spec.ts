// Settings > API Payments as a shop owner uses it, from the operator's command to a revoked key.
import { expect, test, type Page } from "@playwright/test";

import { OWNER, addMerchant, expectToFit, signIn, worker } from "./owner";
import { noteSecret } from "./secrets";

/** Returns the text of the key, which the page shows only once. */
async function shownKey(page: Page): Promise<string> {
  const key = await page.locator(".copy").first().innerText();
  expect(key).toMatch(/^pig_[ps]k_(live|test)_[0-9a-f]{40}$/);
  noteSecret(key);
  return key;
}

async function saveCard(page: Page, number: string): Promise<void> {
  await page.getByLabel("Test card number").fill(number);
  await page.getByLabel("I authorize Play It Green to save this card").check();
  await page.getByRole("button", { name: "Save a card" }).click();
}

async function addShop(page: Page, address: string): Promise<void> {
  await page.getByLabel("Name of the shop").fill("Mugs online");
  await page.getByLabel("Shop system").selectOption("WooCommerce");
  await page.getByLabel("Address of the shop").fill(address);
  await page.getByRole("button", { name: "Add the shop" }).click();
}

async function makeStorefrontKey(page: Page): Promise<void> {
  await page.locator("#publishable-name").fill("Storefront");
  await page.getByRole("button", { name: "Make the publishable key" }).click();
}

test("a shop owner signs in, adds the shop, and makes, rotates and revokes its key", async ({ page }) => {
  const link = addMerchant("Example Mugs");
  let key = "";

  await test.step("the link signs in, and the sidebar says where one is", async () => {
    await signIn(page, link);
    const sidebar = page.getByRole("navigation", { name: "Settings" });
    await expect(sidebar.getByRole("heading", { name: "Settings" })).toBeVisible();
    await expect(sidebar.getByRole("link", { name: "API Payments" })).toHaveAttribute("aria-current", "page");
  });

  await test.step("an address that is none is told where it was typed, and stays there", async () => {
    await addShop(page, "mugs.example.com");
    await expect(page.getByRole("alert")).toContainText("https://mugs.example.com");
    await expect(page.getByLabel("Address of the shop")).toHaveValue("mugs.example.com");
    await expect(page.getByLabel("Shop system")).toHaveValue("woocommerce");
  });

  await test.step("the shop is added", async () => {
    await addShop(page, "https://mugs.example.com");
    await expect(page.locator("#shops")).toContainText("WooCommerce · https://mugs.example.com");
  });

  await test.step("its key is shown with the line to paste", async () => {
    await makeStorefrontKey(page);
    key = await shownKey(page);
    await expect(page.locator("#snippet")).toHaveText(
      `<script async src="${worker}/plugin/loader.js" data-worker="${worker}" data-key="${key}"></script>`,
    );
  });

  await test.step("a reload shows the text no more, and makes no second key", async () => {
    await page.reload();
    await expect(page.getByRole("alert")).toContainText("was sent before");
    await page.getByRole("link", { name: "API Payments" }).click();
    await expect(page.locator("#keys > .list > li")).toHaveCount(1);
    await expect(page.locator("body")).not.toContainText(key);
  });

  await test.step("rotating makes another, and the old one goes on for a day", async () => {
    await page.getByText("Rotate", { exact: true }).click();
    await page.getByRole("button", { name: "Rotate the key Storefront" }).click();
    expect(await shownKey(page)).not.toBe(key);
    await expect(page.locator("#keys > .list > li")).toHaveCount(2);
    await expect(page.locator("#keys")).toContainText("Works until");
  });

  await test.step("a revoked key is listed as such", async () => {
    await page.getByText("Revoke", { exact: true }).first().click();
    await page.getByRole("button", { name: "Revoke permanently: the key Storefront" }).first().click();
    await expect(page.locator("#keys > .list > li")).toHaveCount(1);
    await page.getByText("Keys that no longer work: 1").click();
    await expect(page.locator("#keys")).toContainText("Revoked on");
  });

  await test.step("whoever signs out is out, and the link does not work again", async () => {
    await page.getByRole("button", { name: "Sign out" }).click();
    await expect(page.getByRole("heading", { name: "You are signed out" })).toBeVisible();
    await page.goto(`${worker}/settings`);
    await expect(page.locator("body")).toContainText("You are not signed in");
    await page.goto(link);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByRole("alert")).toContainText("does not work");
  });
});

test("the settings work by keyboard, without scripts, and fit a telephone", async ({ browser }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 360, height: 700 } });
  const page = await context.newPage();
  await signIn(page, addMerchant("Example Cups"));
  await addShop(page, "https://a-shop-with-quite-a-long-address-for-a-telephone.example.com");
  await page.locator("#publishable-name").fill("Storefront");
  await page.keyboard.press("Enter");
  await shownKey(page);
  for (const [name, colorScheme, width] of [
    ["light", "light", 1000],
    ["dark", "dark", 1000],
    ["telephone", "light", 360],
  ] as const) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 900 });
    await expectToFit(page, width, name);
    await page.screenshot({ path: `target/tests/settings-${name}.png`, fullPage: true });
    await page.goto(`${worker}/settings/payments`);
    await expectToFit(page, width, `payments, ${name}`);
    await page.screenshot({ path: `target/tests/settings-payments-${name}.png`, fullPage: true });
  }
  await context.close();
});

test("a shop owner saves a card, and says where mail goes and what a month may cost", async ({ page }) => {
  await signIn(page, addMerchant("Example Bowls"));
  await page.getByRole("navigation", { name: "Settings" }).getByRole("link", { name: "Payments", exact: true }).click();
  const sidebar = page.getByRole("navigation", { name: "Settings" });
  await expect(sidebar.getByRole("link", { name: "Payments", exact: true })).toHaveAttribute("aria-current", "page");

  await test.step("the operator's address is there, and another takes its place", async () => {
    const address = page.getByLabel("Address for mail about purchase orders and payments");
    await expect(address).toHaveValue(OWNER);
    await address.fill("another-owner-of-the-browser-tests@example.com");
    noteSecret("another-owner-of-the-browser-tests@example.com");
    await page.getByRole("button", { name: "Save the address" }).click();
    await expect(address).toHaveValue("another-owner-of-the-browser-tests@example.com");
  });

  await test.step("a card that is declined is told where it was typed, and one that pays is saved", async () => {
    await expect(page.locator("#card")).toContainText("No card is saved.");
    await saveCard(page, "4000 0000 0000 0002");
    await expect(page.getByRole("alert")).toContainText("The card was declined.");
    await saveCard(page, "4242 4242 4242 4242");
    await expect(page.locator("#card")).toContainText("Visa ending in 4242");
    await expect(page.locator("#card")).toContainText("to be charged at the end of each month");
  });

  await test.step("a budget is an amount", async () => {
    const budget = page.getByLabel("Budget per month, in EUR");
    await budget.fill("much");
    await page.getByRole("button", { name: "Save the budget" }).click();
    await expect(page.getByRole("alert")).toBeVisible();
    await expect(budget).toHaveValue("much");
    await budget.fill("50");
    await page.getByRole("button", { name: "Save the budget" }).click();
    await expect(budget).toHaveValue("50.00");
  });

  await test.step("another card takes its place, and it is removed", async () => {
    await page.getByText("Save another card").click();
    await saveCard(page, "5555 5555 5555 4444");
    await expect(page.locator("#card")).toContainText("Mastercard ending in 4444");
    await page.getByText("Remove the card", { exact: true }).click();
    await page.getByRole("button", { name: "Remove the card permanently" }).click();
    await expect(page.locator("#card")).toContainText("No card is saved.");
  });
});
