// The import of a shop's own list of orders, as a shop owner does it in Chromium.
import { expect, test } from "@playwright/test";

import { addMerchant, expectToFit, signIn, worker } from "./owner";

const COLUMNS = "order_id,order_number,order_date,status,order_total,order_currency,line_item_1";

/** Returns the export of a plugin for WooCommerce with these many orders. */
function exported(orders: number, unreadable: string[] = []): Buffer {
  const rows = Array.from({ length: orders }, (_, index) => {
    const id = index + 1;
    return `${id},${id},2026-11-22 09:00:00,completed,35.98,EUR,name:Blue mug|product_id:11|quantity:2|total:35.98`;
  });
  return Buffer.from([COLUMNS, ...rows, ...unreadable, ""].join("\n"));
}

for (const width of [375, 1280]) {
  test(`an owner checks a file, imports it, and the report adds up, ${width} pixels wide`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 });
    const outcome = page.locator("#outcome");
    const row = page.locator("#reconciliation tbody tr");

    await test.step("the webhook's page of a new shop leads to the import", async () => {
      await signIn(page, addMerchant("Example Mugs"));
      await page.getByLabel("Name of the shop").fill("Mugs online");
      await page.getByLabel("Shop system").selectOption("WooCommerce");
      await page.getByLabel("Address of the shop").fill("https://mugs.example.com");
      await page.getByRole("button", { name: "Add the shop" }).click();
      const shop = await page.locator('form[action*="/test-mode"]').first().getAttribute("action");
      await page.goto(`${worker}/settings/shops/${shop?.split("/")[4]}/webhook`);
      await page.getByRole("link", { name: "import the shop's orders" }).click();
      await expect(page.locator("#reconciliation")).toContainText("Check or import a file first");
    });

    await test.step("a file of several pieces is checked, and nothing is imported", async () => {
      await page.getByLabel("The file, as CSV or JSON").setInputFiles({
        name: "orders.csv", mimeType: "text/csv", buffer: exported(6_000, ["6001,6001,yesterday,completed,1,EUR,"]),
      });
      await expect(page.getByRole("button", { name: "Import the orders" })).toBeDisabled();
      await page.getByRole("button", { name: "Check the file" }).click();
      await expect(outcome).toContainText("6001 rows with 6001 orders: 6000 new, 0 changed, 0 unchanged, 1 refused.", {
        timeout: 30_000,
      });
      await expect(outcome).toContainText("Row 6002, order 6001");
      await page.reload();
      await expect(row.first()).toContainText("November 2026");
      await expect(row.first().locator("td")).toHaveText(["6000", "0", "0", "0", "6000"]);
    });

    await test.step("a file is imported once it is checked, and its orders are counted", async () => {
      await page.getByLabel("The file, as CSV or JSON").setInputFiles({
        name: "orders.csv", mimeType: "text/csv", buffer: exported(20),
      });
      await page.getByRole("button", { name: "Check the file" }).click();
      await expect(outcome).toContainText("20 new");
      await page.getByRole("button", { name: "Import the orders" }).click();
      await expect(outcome).toContainText("The orders are imported", { timeout: 30_000 });
      await page.getByRole("link", { name: "See the orders by month" }).click();
      await expect(row.first().locator("td")).toHaveText(["6000", "20", "0", "0", "5980"]);
      await expectToFit(page, width, "import");
    });

    await test.step("a file that is no export says so", async () => {
      await page.getByLabel("The file, as CSV or JSON").setInputFiles({
        name: "products.csv", mimeType: "text/csv", buffer: Buffer.from("Handle,Title\nmug,Mug\n"),
      });
      await page.getByRole("button", { name: "Check the file" }).click();
      await expect(outcome.getByRole("alert")).toContainText("does not name the columns of an export of orders");
    });
  });
}
