// Statements in the database of the Worker under test.
import { expect } from "@playwright/test";

const worker = process.env.PLAY_IT_GREEN_WORKER ?? "";
const DATABASE = "00000000-0000-0000-0000-000000000000";

export async function sql(statement: string, ...values: string[]): Promise<void> {
  const url = `${worker}/cdn-cgi/local/explorer/api/d1/database/${DATABASE}/raw`;
  const body = JSON.stringify({ sql: statement, params: values });
  const response = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
  expect(response.status, await response.text()).toBe(200);
}
