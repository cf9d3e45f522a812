// Signing in by a mailed link, as an owner does it: without scripts, and on a second device.
import { execFileSync } from "node:child_process";
import { expect, test, type BrowserContext, type Page } from "@playwright/test";

import { noteSecret } from "./secrets";

const worker = process.env.PLAY_IT_GREEN_WORKER ?? "";
const state = process.env.PLAY_IT_GREEN_STATE ?? "";
const ADDRESS = "owner-who-signs-in-by-mail@example.com";

/** Adds a merchant whose owner has opened the operator's link once, so that the address is known. */
async function addMerchant(page: Page, name: string): Promise<void> {
  noteSecret(ADDRESS);
  const command = ["target/operator/play-it-green.cjs", "merchant", "add", name, "--time-zone", "UTC"];
  command.push("--currency", "EUR", "--tree-price", "1.00", "--email", ADDRESS, "--persist-to", state);
  const printed = execFileSync(process.execPath, command, { encoding: "utf8" });
  const link = /http\S+\/sign-in\/\w+/.exec(printed)?.[0] ?? "";
  noteSecret(link.split("/").at(-1) ?? "");
  await page.goto(link);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
}

/** The links that were taken from the mailbox. */
const taken = new Set<string>();

/** Waits for a mail to this address with this subject and a link of its own, and returns the link. */
async function mailedLink(mailbox: Page, address: string, subject: string): Promise<string> {
  let link = "";
  await expect(async () => {
    await mailbox.goto(`${worker}/mailbox`);
    const newest = mailbox.locator("article").first();
    await expect(newest).toContainText(address, { timeout: 500 });
    await expect(newest).toContainText(subject, { timeout: 500 });
    link = /\/sign-in\/\w+/.exec((await newest.locator("pre").textContent()) ?? "")?.[0] ?? "";
    expect(taken.has(link)).toBe(false);
  }).toPass();
  taken.add(link);
  noteSecret(link.split("/").at(-1) ?? "");
  return worker + link;
}

/** Asks for a link on the page, and returns the one in the mailbox. */
async function askForLink(page: Page, mailbox: Page): Promise<string> {
  await page.goto(`${worker}/sign-in`);
  await page.getByLabel("Mail address").fill(ADDRESS);
  await page.getByRole("button", { name: "Mail me a sign-in link" }).click();
  await expect(page.getByRole("heading", { name: "Look into your mail" })).toBeVisible();
  return mailedLink(mailbox, ADDRESS, "Sign in");
}

async function noteCookies(context: BrowserContext): Promise<void> {
  for (const cookie of await context.cookies(`${worker}/settings`)) noteSecret(cookie.value);
}

test("an owner signs in by mail without scripts, and on another device with the digits", async ({ browser }) => {
  const desktop = await browser.newContext({ javaScriptEnabled: false });
  const telephone = await browser.newContext({ viewport: { width: 375, height: 700 }, colorScheme: "dark" });
  const [page, other, mailbox] = [await desktop.newPage(), await telephone.newPage(), await desktop.newPage()];
  await addMerchant(page, "Example Plates");

  await test.step("the browser that asked needs the link only", async () => {
    const link = await askForLink(page, mailbox);
    await page.screenshot({ path: "target/tests/pages/sign-in-sent.png" });
    await page.goto(link);
    await expect(page.getByLabel("Six digits")).toHaveCount(0);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByRole("heading", { name: "First steps" })).toBeVisible();
    await noteCookies(desktop);
  });

  await test.step("another device asks for the digits, and says where wrong ones were typed", async () => {
    const link = await askForLink(page, mailbox);
    await page.goto(`${worker}/sign-in/sent`);
    const digits = (await page.locator(".digits").textContent()) ?? "";
    expect(digits).toMatch(/^\d{6}$/);
    await other.goto(link);
    await other.getByLabel("Six digits").fill(digits === "123456" ? "654321" : "123456");
    await other.getByRole("button", { name: "Sign in" }).click();
    await expect(other.getByRole("alert")).toContainText("These are not the digits");
    await expect(other.getByLabel("Six digits")).toBeFocused();
    await other.screenshot({ path: "target/tests/pages/sign-in-digits.png" });
    await other.getByLabel("Six digits").fill(digits);
    await other.keyboard.press("Enter");
    await expect(other.getByRole("heading", { name: "First steps" })).toBeVisible();
    await noteCookies(telephone);
  });

  await test.step("a page of the settings leads one who is signed out to the form", async () => {
    await other.getByRole("button", { name: "Sign out" }).click();
    await other.goto(`${worker}/settings/payments`);
    await other.getByRole("main").getByRole("link", { name: "Sign in" }).click();
    await expect(other.getByLabel("Mail address")).toBeVisible();
  });
  await desktop.close();
  await telephone.close();
});

test("a new owner signs up from the front page without scripts, and comes into the settings", async ({ browser }) => {
  const address = "owner-who-signs-up@example.com";
  noteSecret(address);
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 375, height: 800 } });
  const [page, mailbox] = [await context.newPage(), await context.newPage()];
  await addMerchant(page, "Example Trays");
  await page.goto(worker);
  await page.getByRole("link", { name: "Sign up" }).click();
  await page.getByLabel("Mail address").fill(address);
  await page.getByLabel("Name of your business").fill("Example Jugs");
  await page.getByLabel("Time zone").selectOption("Europe/Berlin");
  await page.getByLabel("Currency").selectOption("EUR");
  await page.screenshot({ path: "target/tests/pages/sign-up-filled.png", fullPage: true });
  await page.getByRole("button", { name: "Mail me a link" }).click();
  await expect(page.getByRole("status")).toContainText("on its way to you");
  await page.goto(await mailedLink(mailbox, address, "Create your account"));
  await page.getByRole("button", { name: "Create the account" }).click();
  await expect(page.getByRole("navigation", { name: "Settings" })).toContainText("Example Jugs");
  await expect(page.getByRole("heading", { name: "1. Your shop" })).toBeVisible();
  await noteCookies(context);
  await context.close();
});
