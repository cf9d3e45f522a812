// A shop owner in the browser tests: added by the operator, signed in by the printed link.
import { execFileSync } from "node:child_process";
import { expect, type Page } from "@playwright/test";

import { noteSecret } from "./secrets";

export const worker = process.env.PLAY_IT_GREEN_WORKER ?? "";
export const OWNER = "owner-of-the-browser-tests@example.com";
const state = process.env.PLAY_IT_GREEN_STATE ?? "";

/** Adds a merchant as an operator does. Returns the sign-in link that the command prints. */
export function addMerchant(name: string): string {
  noteSecret(OWNER);
  const command = ["target/operator/play-it-green.cjs", "merchant", "add", name];
  command.push("--time-zone", "Europe/Berlin", "--currency", "EUR", "--tree-price", "1.00");
  command.push("--email", OWNER, "--persist-to", state);
  const printed = execFileSync(process.execPath, command, { encoding: "utf8" });
  const link = /http\S+\/sign-in\/\w+/.exec(printed)?.[0] ?? "";
  noteSecret(link.split("/").at(-1) ?? "");
  return link;
}

export async function signIn(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { name: "First steps" })).toBeVisible();
  await page.getByRole("navigation", { name: "Settings" }).getByRole("link", { name: "API Payments" }).click();
  await expect(page.getByRole("heading", { name: "API Payments" })).toBeVisible();
  for (const cookie of await page.context().cookies(`${worker}/settings`)) noteSecret(cookie.value);
}

/** Checks that no part of the page is wider than the window. */
export async function expectToFit(page: Page, width: number, name: string): Promise<void> {
  const body = await page.locator("html").boundingBox();
  expect(body?.width, name).toBeLessThanOrEqual(width);
  for (const card of await page.locator(".sheet, .copy, .sidebar, .button").all()) {
    const box = await card.boundingBox();
    expect((box?.x ?? 0) + (box?.width ?? 0), name).toBeLessThanOrEqual(width);
  }
}
