// Runs the built Worker with a database that fails on request. The Worker is unchanged: it gets
// another binding.
//
//     /__faults?fault=lost&at=3    the third call of the database from now on is lost
//     /__faults                    the calls since then, each as the beginning of its SQL
//     /__rows                      the rows and index entries that were written since then
//     /__variables?PAYMENTS=manual the changes of the deployer from now on, replacing all earlier ones

import Worker from "../../worker/build/index.js";

let plan = { fault: "none", at: 0 };
let calls = [];
let written = 0;
let changed = {};

function failure(message) {
  return new Error(`D1_ERROR: ${message}`, { cause: new Error(message) });
}

async function call(sql, act, env) {
  calls.push(sql.trim().slice(0, 60));
  if (calls.length !== plan.at) return act();
  switch (plan.fault) {
    case "lost":
      throw failure("Network connection lost.");
    case "answer lost":
      await act();
      throw failure("Network connection lost.");
    case "slow":
      await scheduler.wait(1500);
      return act();
    case "too many requests":
      throw failure("D1 DB is overloaded. Requests queued for too long.");
    case "internal error":
      throw failure("Internal error in D1 DB storage caused object to be reset.");
    case "killed before":
      return dying(env);
    case "killed after":
      await act();
      return dying(env);
    default:
      return act();
  }
}

/** Adds the rows that a statement wrote, by D1's own count. */
function counted(result) {
  written += result.meta.rows_written;
  return result;
}

/** Requests its own termination, and stops. */
async function dying(env) {
  await fetch(env.KILL_URL).catch(() => {});
  return new Promise(() => {});
}

class D1PreparedStatement {
  constructor(real, sql, env) {
    this.real = real;
    this.sql = sql;
    this.env = env;
  }
  bind(...values) {
    return new D1PreparedStatement(this.real.bind(...values), this.sql, this.env);
  }
  run() {
    return call(this.sql, async () => counted(await this.real.run()), this.env);
  }
}

class D1Database {
  constructor(real, env) {
    this.real = real;
    this.env = env;
  }
  prepare(sql) {
    return new D1PreparedStatement(this.real.prepare(sql), sql, this.env);
  }
  batch(statements) {
    const sql = `batch: ${statements.map((statement) => statement.sql.trim().split(/\s/, 1))}`;
    const real = statements.map((statement) => statement.real);
    return call(sql, async () => (await this.real.batch(real)).map(counted), this.env);
  }
}

export default class extends Worker {
  constructor(context, env) {
    super(context, { ...env, ...changed, DB: new D1Database(env.DB, env) });
  }
  async fetch(request) {
    const url = new URL(request.url);
    if (url.pathname === "/__variables") {
      changed = Object.fromEntries(url.searchParams);
      return new Response();
    }
    if (url.pathname === "/__rows") return Response.json(written);
    if (url.pathname !== "/__faults") return super.fetch(request);
    const told = calls;
    if (url.searchParams.has("fault")) {
      plan = { fault: url.searchParams.get("fault"), at: Number(url.searchParams.get("at")) };
      calls = [];
      written = 0;
    }
    return Response.json(told);
  }
}
