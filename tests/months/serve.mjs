// Serves the built Worker from a workerd that tests may kill: with its queue, its cron events and a
// D1 that fails on request.
//
//     MINIFLARE_WORKERD_PATH=SUPERVISE node tests/months/serve.mjs FOLDER PORT VARIABLES
//
// Prints the address. Ends when its standard input does.

import { Miniflare, convertV4MiniflareOptions } from "miniflare";

import { esModule, migrate, workerModules } from "../miniflare.mjs";

const [state, port, variables] = process.argv.slice(2);
const QUEUE = "play-it-green-month-ends";

const miniflare = new Miniflare(
  convertV4MiniflareOptions({
    host: "127.0.0.1",
    // The port is fixed, because clients must find the restarted Worker at the same address.
    port: Number(port),
    resourcePersistencePath: state,
    unsafeLocalExplorer: true,
    unsafeTriggerHandlers: true,
    workers: [
      {
        name: "worker",
        modules: [
          esModule("tests/months/faulty.mjs"),
          ...workerModules(),
        ],
        modulesRoot: process.cwd(),
        compatibilityDate: "2026-11-01",
        d1Databases: { DB: "00000000-0000-0000-0000-000000000000" },
        queueProducers: { MONTH_ENDS: { queueName: QUEUE } },
        // As in wrangler.toml, except the wait before a message is delivered again.
        queueConsumers: {
          [QUEUE]: { maxBatchSize: 1, maxBatchTimeout: 0, maxRetries: 3, retryDelay: 1 },
        },
        bindings: JSON.parse(variables),
      },
    ],
  }),
);

const url = String(await miniflare.ready).replace(/\/$/, "");
await migrate(await miniflare.getD1Database("DB", "worker"));
console.log(url);
for await (const _input of process.stdin);
await miniflare.dispose();
