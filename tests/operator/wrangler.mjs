// Replaces wrangler in commands that need a Cloudflare account. It records created resources in a
// file. The deployed database is a local one: in a folder, or of the local Worker at EXPLORED. All
// other commands run the real wrangler.
//
//     ACCOUNT=FILE DEPLOYED_URL=URL DATABASE=FOLDER [EXPLORED=URL] node wrangler.mjs ARGUMENT...

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const { ACCOUNT, DATABASE, DEPLOYED_URL, EXPLORED, WRANGLER_OUTPUT_FILE_PATH } = process.env;
const words = process.argv.slice(2);
const account = existsSync(ACCOUNT)
  ? JSON.parse(readFileSync(ACCOUNT, "utf8"))
  : { databases: [], queues: [], secrets: [], versions: [], log: [] };

const option = (name) => words[words.indexOf(name) + 1];
const fail = (message) => {
  console.error(message);
  process.exit(1);
};

function passOn(args) {
  const main = createRequire(import.meta.url).resolve("wrangler");
  const script = main.replace(/wrangler-dist.*/, "bin/wrangler.js");
  const { status } = spawnSync(process.execPath, [script, ...args], { stdio: "inherit" });
  process.exitCode = status ?? 1;
}

const change = (text) => account.log.push(text);
const [command, action, name] = words;
const line = `${command} ${action}`;

if (line === "whoami --json") {
  console.log("{}");
} else if (line === "d1 list") {
  console.log(JSON.stringify(account.databases));
} else if (line === "d1 create") {
  if (account.databases.some((database) => database.name === name)) fail("exists");
  account.databases.push({ name, uuid: "11111111-2222-3333-4444-555555555555" });
  change(line);
} else if (line === "queues info") {
  if (!account.queues.includes(name)) fail("no such queue");
} else if (line === "queues create") {
  if (account.queues.includes(name)) fail("exists");
  account.queues.push(name);
  change(line);
} else if (line === "secret list") {
  if (account.versions.length === 0) fail("This Worker does not exist");
  console.log(JSON.stringify(account.secrets.map((secret) => ({ name: secret, type: "secret_text" }))));
} else if (line === "secret bulk") {
  readFileSync(name, "utf8");
  change(line);
} else if (line === "d1 execute" && EXPLORED) {
  const url = `${EXPLORED}/cdn-cgi/local/explorer/api/d1/database/00000000-0000-0000-0000-000000000000/raw`;
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ sql: option("--command") });
  const { result } = await (await fetch(url, { method: "POST", headers, body })).json();
  const objects = ({ columns, rows }) =>
    rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]])));
  console.log(JSON.stringify(result.map(({ results }) => ({ results: objects(results) }))));
} else if (line === "deployments status") {
  if (account.versions.length === 0) fail("This Worker does not exist");
  console.log(JSON.stringify({ versions: [{ version_id: account.versions.at(-1).id, percentage: 100 }] }));
} else if (line === "versions view") {
  const { id, tag } = account.versions.find((version) => version.id === name);
  console.log(JSON.stringify({ id, annotations: { "workers/tag": tag } }));
} else if (command === "deploy" && !words.includes("--dry-run")) {
  const file = words.includes("--secrets-file") ? readFileSync(option("--secrets-file"), "utf8") : "";
  for (const text of file.split("\n").filter(Boolean)) account.secrets.push(text.split("=")[0]);
  account.versions.push({ id: `v${account.versions.length + 1}`, tag: option("--tag") });
  writeFileSync(WRANGLER_OUTPUT_FILE_PATH, `${JSON.stringify({ type: "deploy", targets: [DEPLOYED_URL] })}\n`);
  change("deploy");
} else if (words.includes("--remote")) {
  if (words.includes("apply")) change("d1 migrations apply");
  passOn([...words.filter((word) => word !== "--remote"), "--local", "--persist-to", DATABASE]);
} else {
  passOn(words);
}

writeFileSync(ACCOUNT, JSON.stringify(account));
