// Settings > Campaigns as a shop owner uses it: with and without scripts, on a telephone and a desk.
import { expect, test, type Page } from "@playwright/test";

import { addMerchant, expectToFit, signIn, worker } from "./owner";

/** Opens the form of a new campaign from the list. */
async function openForm(page: Page): Promise<void> {
  await page.getByRole("navigation", { name: "Settings" }).getByRole("link", { name: "Campaigns" }).click();
  await page.getByRole("link", { name: "New campaign" }).click();
}

for (const [name, javaScriptEnabled, width] of [
  ["without scripts on a telephone", false, 375],
  ["with scripts on a desk", true, 1280],
] as const) {
  test(`a shop owner makes, tries, changes, pauses and deletes a campaign ${name}`, async ({ browser }) => {
    const context = await browser.newContext({ javaScriptEnabled, viewport: { width, height: 900 } });
    const page = await context.newPage();
    const shoot = async (state: string): Promise<void> => {
      await expectToFit(page, width, state);
      for (const colorScheme of ["dark", "light"] as const) {
        await page.emulateMedia({ colorScheme });
        await page.screenshot({ path: `target/tests/campaigns-${state}-${width}-${colorScheme}.png`, fullPage: true });
      }
    };
    await signIn(page, addMerchant("Example Mugs"));

    await test.step("the empty list says what to do", async () => {
      await page.goto(`${worker}/settings/campaigns`);
      await expect(page.locator("#campaigns")).toContainText("Until there is one, sales order no trees");
      await shoot("empty");
    });

    await test.step("only the fields of the chosen rule are shown", async () => {
      await openForm(page);
      await expect(page.getByLabel("For every order")).toBeChecked();
      await expect(page.getByLabel("Value 1")).toBeHidden();
      await shoot("new");
      await page.getByLabel("For each of these products").check();
      await expect(page.getByLabel("Value 1")).toBeVisible();
      await expect(page.getByLabel("For every full amount of")).toBeHidden();
    });

    await test.step("an error stands beside its field, and what was typed stays", async () => {
      await page.getByLabel("Name").fill("Mugs");
      await page.getByLabel("Value 1").fill("MUG-BLUE");
      await page.getByLabel("Trees each time").fill("many");
      await page.getByRole("button", { name: "Start the campaign" }).click();
      await expect(page.getByRole("alert")).toContainText("Write a whole number");
      await expect(page.getByLabel("Value 1")).toHaveValue("MUG-BLUE");
      await shoot("refused");
    });

    await test.step("trying it saves nothing", async () => {
      await page.getByLabel("Trees each time").fill("2");
      await page.getByRole("button", { name: "Try it on the last 30 days" }).click();
      await expect(page.getByRole("status")).toContainText("No sale of the last 30 days would be billed.");
      await expect(page.locator(".sentence")).toHaveText("2 trees for each item with the SKU MUG-BLUE.");
      await shoot("tried");
    });

    await test.step("the campaign runs", async () => {
      await page.getByLabel("Value 2").fill("MUG-RED");
      await page.getByText("Only for some orders").click();
      await page.getByLabel("The items cost at least").fill("20");
      await expect(page.getByLabel("Currency")).toHaveValue("EUR");
      await page.getByRole("button", { name: "Start the campaign" }).click();
      await expect(page.locator("#campaigns")).toContainText(
        "2 trees for each item with the SKU MUG-BLUE or MUG-RED, for orders of at least 20.00 EUR.",
      );
      await expect(page.locator("#campaigns .tag")).toHaveText("running");
      await shoot("list");
    });

    await test.step("it is paused and continued", async () => {
      await page.getByRole("button", { name: "Pause Mugs" }).click();
      await expect(page.locator("#campaigns .tag")).toHaveText("paused");
      await page.getByRole("button", { name: "Continue Mugs" }).click();
      await expect(page.locator("#campaigns .tag")).toHaveText("running");
    });

    await test.step("a change keeps what was there", async () => {
      await page.getByRole("link", { name: "Mugs", exact: true }).click();
      await expect(page.getByLabel("Value 2")).toHaveValue("MUG-RED");
      await page.getByLabel("Trees each time").fill("3");
      await page.getByRole("button", { name: "Save the campaign" }).click();
      await expect(page.locator("#campaigns")).toContainText("3 trees for each item");
    });

    await test.step("a copy begins with the same rule, and every condition can be written as JSON", async () => {
      await page.getByRole("link", { name: "Copy Mugs" }).click();
      await expect(page.getByLabel("Name")).toHaveValue("Copy of Mugs");
      await expect(page.getByLabel("Value 1")).toHaveValue("MUG-BLUE");
      await page.goto(`${worker}/settings/campaigns/new?as=json`);
      await page.getByLabel("Name").fill("Either");
      const conditions = { when: { any: ["opted_in", { coupon: ["SPRING"] }] }, trees: [{ per_order: { trees: 1 } }] };
      await page.getByLabel("Conditions as JSON").fill(JSON.stringify(conditions));
      await shoot("json");
      await page.getByRole("button", { name: "Start the campaign" }).click();
      await expect(page.locator("#campaigns")).toContainText(
        "1 tree for every order, for orders (whose customer opted in or with the coupon SPRING).",
      );
    });

    await test.step("a deleted campaign is gone, after a second question", async () => {
      const mugs = page.locator("#campaigns > .list > li").filter({ hasText: "Mugs" });
      await mugs.getByText("Delete", { exact: true }).click();
      await page.getByRole("button", { name: "Delete permanently: Mugs" }).click();
      await expect(page.locator("#campaigns > .list > li")).toHaveCount(1);
    });
    await context.close();
  });
}
