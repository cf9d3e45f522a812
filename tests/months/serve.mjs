// Serves the built Worker from a workerd that tests may kill: with its queue, its cron events and a
// D1 that fails as it is told.
//
//     MINIFLARE_WORKERD_PATH=SUPERVISE node tests/months/serve.mjs FOLDER PORT VARIABLES
//
// Prints the address. Ends when its standard input does.

import { readFileSync, readdirSync } from "node:fs";

import { Miniflare, convertV4MiniflareOptions } from "miniflare";

const [state, port, variables] = process.argv.slice(2);
const QUEUE = "play-it-green-month-ends";

const miniflare = new Miniflare(
  convertV4MiniflareOptions({
    host: "127.0.0.1",
    // Not any free one: whoever comes after a kill has to be found at the same place.
    port: Number(port),
    defaultPersistRoot: state,
    unsafeLocalExplorer: true,
    unsafeTriggerHandlers: true,
    workers: [
      {
        name: "worker",
        modules: [
          esModule("tests/months/faulty.mjs"),
          esModule("worker/build/index.js"),
          wasmModule("worker/build/index_bg.wasm"),
        ],
        modulesRoot: process.cwd(),
        compatibilityDate: "2026-11-01",
        d1Databases: { DB: "00000000-0000-0000-0000-000000000000" },
        queueProducers: { MONTH_ENDS: { queueName: QUEUE } },
        // As in wrangler.toml, but for the wait before a message is delivered again.
        queueConsumers: {
          [QUEUE]: { maxBatchSize: 1, maxBatchTimeout: 0, maxRetries: 3, retryDelay: 1 },
        },
        bindings: JSON.parse(variables),
      },
    ],
  }),
);

function esModule(path) {
  return { type: "ESModule", path, contents: readFileSync(path, "utf8") };
}

function wasmModule(path) {
  return { type: "CompiledWasm", path, contents: readFileSync(path) };
}

async function migrate(database) {
  const folder = "worker/migrations";
  // As wrangler notes them; `/health` tells the last one.
  await database.prepare("CREATE TABLE d1_migrations (id INTEGER PRIMARY KEY, name TEXT)").run();
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".sql")).sort()) {
    const sql = readFileSync(`${folder}/${file}`, "utf8").replace(/^\s*--.*$/gm, "");
    // Up to a semicolon, or to the end of a trigger, which may hold several.
    for (const statement of sql.match(/(?:CREATE TRIGGER[\s\S]*?^END|[^;\s][^;]*);/gm) ?? []) {
      await database.prepare(statement).run();
    }
    await database.prepare("INSERT INTO d1_migrations (name) VALUES (?1)").bind(file).run();
  }
}

const url = String(await miniflare.ready).replace(/\/$/, "");
await migrate(await miniflare.getD1Database("DB", "worker"));
console.log(url);
for await (const _input of process.stdin);
await miniflare.dispose();
