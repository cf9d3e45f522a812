// Runs the built Worker without wrangler: its modules and its migrations. Miniflare is a part of
// wrangler.

import { readFileSync, readdirSync } from "node:fs";

export function esModule(path) {
  return { type: "ESModule", path, contents: readFileSync(path, "utf8") };
}

export function wasmModule(path) {
  return { type: "CompiledWasm", path, contents: readFileSync(path) };
}

/** Returns the modules that `npm run build` produces. */
export function workerModules() {
  return [esModule("worker/build/index.js"), wasmModule("worker/build/index_bg.wasm")];
}

/** Creates the Worker's tables, unless the database already has them. */
export async function migrate(database) {
  const earlier = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'd1_migrations'");
  if (await earlier.first()) return;
  const folder = "worker/migrations";
  // The same record as wrangler's; `/health` shows the last migration.
  await database.prepare("CREATE TABLE d1_migrations (id INTEGER PRIMARY KEY, name TEXT)").run();
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".sql")).sort()) {
    const sql = readFileSync(`${folder}/${file}`, "utf8").replace(/^\s*--.*\n/gm, "");
    const note = database.prepare("INSERT INTO d1_migrations (name) VALUES (?1)").bind(file);
    const steps = statements(sql).map((statement) => database.prepare(statement));
    // One call per file: a call per statement would take longer than all the rest.
    await database.batch([...steps, note]);
  }
}

/** Splits SQL after semicolons, except within a trigger, which may hold several. */
function statements(sql) {
  return sql.match(/(?:CREATE TRIGGER[\s\S]*?^END|[^;\s][^;]*);?/gm) ?? [];
}
