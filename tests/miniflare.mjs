// What serves the built Worker without wrangler: its modules, and its migrations. Miniflare comes with
// wrangler.

import { readFileSync, readdirSync } from "node:fs";

export function esModule(path) {
  return { type: "ESModule", path, contents: readFileSync(path, "utf8") };
}

export function wasmModule(path) {
  return { type: "CompiledWasm", path, contents: readFileSync(path) };
}

/** The Worker as `npm run build` leaves it. */
export function workerModules() {
  return [esModule("worker/build/index.js"), wasmModule("worker/build/index_bg.wasm")];
}

/** Creates the Worker's tables, unless an earlier Worker left them in this database. */
export async function migrate(database) {
  const earlier = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'd1_migrations'");
  if (await earlier.first()) return;
  const folder = "worker/migrations";
  // As wrangler notes them; `/health` tells the last one.
  await database.prepare("CREATE TABLE d1_migrations (id INTEGER PRIMARY KEY, name TEXT)").run();
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".sql")).sort()) {
    const sql = readFileSync(`${folder}/${file}`, "utf8").replace(/^\s*--.*\n/gm, "");
    const note = database.prepare("INSERT INTO d1_migrations (name) VALUES (?1)").bind(file);
    const steps = statements(sql).map((statement) => database.prepare(statement));
    // One call for each file: a call for each statement takes longer than everything else.
    await database.batch([...steps, note]);
  }
}

/** Splits after semicolons, but for those within a trigger, which may hold several. */
function statements(sql) {
  return sql.match(/(?:CREATE TRIGGER[\s\S]*?^END|[^;\s][^;]*);?/gm) ?? [];
}
