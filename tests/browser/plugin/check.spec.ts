// The installation check lists the parts that work on a page, and a remedy for each part that does
// not.

import type { Page } from "@playwright/test";

import { expect, kept, test } from "./storefront";

type Finding = { what: string; works: boolean; advice: string };

/** Returns the advice of the failed findings, by their names. */
const problems = async (page: Page): Promise<Record<string, string>> => {
  await expect.poll(() => page.evaluate(() => typeof window.playitgreen?.check)).toBe("function");
  const findings: Finding[] = await page.evaluate(() => window.playitgreen.check());
  return Object.fromEntries(findings.filter(({ works }) => !works).map(({ what, advice }) => [what, advice]));
};

test("a snippet that works has no problem, and is checked without a sale being touched", async ({ page, storefront }) => {
  await storefront.open(page, storefront.product(), "/mugs/");
  expect(await problems(page)).toEqual({});
  expect(storefront.posts()).toEqual([]);
  expect(await kept(page)).toEqual({});
});

test("the panel opens by the address, is read out and can be closed", async ({ page, storefront }) => {
  storefront.list = () => ({ status: 401, body: { message: "This API key is not valid." } });
  await storefront.open(page, storefront.product(), "/mugs/?playitgreen-check");
  const panel = page.getByRole("region", { name: "Play It Green: installation check" });
  await expect(panel.getByRole("listitem")).toContainText(["The snippet is on the page once"]);
  await expect(panel).toContainText("Not so: The key is valid");
  await expect(panel).toContainText(`${storefront.worker}/settings/api-payments`);
  await panel.getByRole("button", { name: "Close" }).click();
  await expect(panel).toHaveCount(0);
});

test("a page without the parameter gets no panel", async ({ page, storefront }) => {
  await storefront.open(page, storefront.product(), "/mugs/?other=playitgreen");
  await page.waitForLoadState("networkidle");
  expect(storefront.paths()).toEqual(["GET /plugin/loader.js"]);
});

test("an origin that the key does not name is told in the Worker's words", async ({ page, storefront }) => {
  const message = "This publishable key works on https://mugs.example.com: add that origin.";
  storefront.list = () => ({ status: 403, body: { message } });
  await storefront.open(page, storefront.product(), "/mugs/");
  expect(await problems(page)).toEqual({ [`The key may be used on ${storefront.shop}`]: message });
});

test("a policy that forbids Wasm, and one that forbids to connect, are told by the rule to change", async ({ page, storefront }) => {
  storefront.policy = "script-src 'unsafe-inline' http://127.0.0.1:*";
  await storefront.open(page, storefront.product(), "/mugs/");
  expect(await problems(page)).toEqual({ "WebAssembly may run": expect.stringContaining("'wasm-unsafe-eval'") });
  storefront.policy = "connect-src 'none'";
  await storefront.open(page, storefront.product(), "/mugs/");
  expect(await problems(page)).toEqual({ "The Worker answers": expect.stringContaining("connect-src") });
});

test("storage that is refused is told, with what it costs", async ({ page, storefront }) => {
  await page.addInitScript(() => {
    Object.defineProperty(window, "localStorage", { get() { throw new DOMException("no", "SecurityError"); } });
  });
  await storefront.open(page, storefront.product(), "/mugs/");
  expect(Object.keys(await problems(page))).toEqual(["Sales can be kept until they are delivered"]);
});

test("consent that is withheld is told", async ({ page, storefront }) => {
  const wordPress = "<script>window.wp_has_consent = () => false</script>";
  await storefront.open(page, storefront.product(wordPress), "/mugs/");
  expect(Object.keys(await problems(page))).toEqual(["The visitor consents"]);
});

test("a secret key in a page is told to be revoked, and two snippets to be one", async ({ page, storefront }) => {
  const html = storefront.product(storefront.snippet()).replaceAll("pig_pk_test", "pig_sk_test");
  await storefront.open(page, html, "/mugs/");
  const found = await problems(page);
  expect(found["The key is a publishable one"]).toContain("Revoke it");
  expect(found["The snippet is on the page once"]).toContain("2 times");
});

test("no campaign, and no key, are told by what to make", async ({ page, storefront }) => {
  storefront.campaigns = [];
  await storefront.open(page, storefront.product(), "/mugs/");
  expect(Object.keys(await problems(page))).toEqual(["There are campaigns"]);
  await storefront.open(page, storefront.product().replace(/data-key="[^"]*"/, ""), "/mugs/");
  expect(Object.keys(await problems(page))).toEqual(["The key is a publishable one"]);
});
