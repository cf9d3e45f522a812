// Serves the Worker, its baseline and the lower bounds from one workerd. Each has its own D1 and
// its own socket without a proxy: the proxy of `wrangler dev` would cost more than the work that is
// measured.
//
//     node tests/bench/serve.mjs FOLDER worker [hono] [floor]
//
// Prints one line of JSON with the addresses. Merchants are stored in the Worker's database; a line
// on standard input copies them to the others. Ends when standard input ends.

import { createInterface } from "node:readline";

import { Miniflare, convertV4MiniflareOptions } from "miniflare";

import { esModule, migrate, workerModules } from "../miniflare.mjs";

const [state, ...names] = process.argv.slice(2);
const DATABASE_ID = "00000000-0000-0000-0000-000000000000";
const MODULES = {
  worker: workerModules,
  hono: () => [esModule("target/bench/hono/main.js")],
  floor: () => [esModule("target/bench/hono/floor.js")],
};

const miniflare = new Miniflare(
  convertV4MiniflareOptions({
    host: "127.0.0.1",
    port: 0,
    resourcePersistencePath: state,
    unsafeLocalExplorer: true,
    workers: names.map((name, index) => ({
      name,
      modules: MODULES[name](),
      modulesRoot: process.cwd(),
      compatibilityDate: "2026-11-01",
      d1Databases: { DB: DATABASE_ID.slice(0, -1) + index },
      // The files without the asset server, which would stand in front of what is measured.
      serviceBindings: { ASSETS: { disk: { path: "plugin/dist", writable: false } } },
      bindings: {
        ENVIRONMENT: "production",
        ENCRYPTION_KEYS: "5b1f9c0e7a3d48621c94e8f7b2d05a6394c7d1e8f30b5a2679e6c4831d0fab52",
      },
      // The limit is counted as in production and never reached, because only the work is measured.
      ratelimits: { REQUESTS: { namespace_id: "1", simple: { limit: 1_000_000_000, period: 60 } } },
      unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
    })),
  }),
);

// Each database records its own migrations.
const TABLES = `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB '_cf*'
  AND name <> 'd1_migrations' AND sql NOT NULL`;

async function copy(from, to) {
  const { results: tables } = await from.prepare(TABLES).all();
  const inserts = [to.prepare("PRAGMA defer_foreign_keys = on")];
  for (const { name } of tables) {
    const { results: rows } = await from.prepare(`SELECT * FROM ${name}`).all();
    for (const row of rows) {
      const columns = Object.keys(row);
      const places = columns.map((_, index) => `?${index + 1}`).join();
      // A trigger may have inserted the same row already.
      const sql = `INSERT OR REPLACE INTO ${name} (${columns}) VALUES (${places})`;
      inserts.push(to.prepare(sql).bind(...Object.values(row)));
    }
  }
  await to.batch(inserts);
}

const entry = String(await miniflare.ready).replace(/\/$/, "");
const databases = await Promise.all(names.map((name) => miniflare.getD1Database("DB", name)));
await Promise.all(
  databases.map(async (database) => {
    await migrate(database);
    await database.prepare("CREATE TABLE floor (id TEXT PRIMARY KEY, facts TEXT) STRICT").run();
  }),
);
const direct = await Promise.all(
  names.map(async (name) => [
    name,
    String(await miniflare.unsafeGetDirectURL(name)).replace(/\/$/, ""),
  ]),
);
console.log(JSON.stringify({ entry, ...Object.fromEntries(direct) }));

const [worker, ...others] = databases;
for await (const _line of createInterface({ input: process.stdin })) {
  for (const other of others) await copy(worker, other);
  console.log("copied");
}
await miniflare.dispose();
