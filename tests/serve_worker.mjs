// Serves the built Worker as worker/wrangler.toml describes it, with its database, its queue and
// its cron events. `wrangler dev` does the same, but takes several times as long to start.
//
//     node tests/serve_worker.mjs FOLDER OPTIONS
//
// OPTIONS is JSON with a test's changes. Prints the address. Ends when its standard input ends, so
// that no Worker outlives the process that started it.

import { Log, LogLevel, Miniflare, convertV4MiniflareOptions } from "miniflare";
import { unstable_getMiniflareWorkerOptions as readConfiguration } from "wrangler";

import { migrate, workerModules } from "./miniflare.mjs";

const [state, text] = process.argv.slice(2);
const { port, variables, requestsPerMinute, hasQueue, sendsMail, encryptionKeys } = JSON.parse(text);

const { workerOptions: worker } = readConfiguration("worker/wrangler.toml");
// The modules come from the build, not from wrangler's own search.
const { modulesRules: _rules, rootPath: _root, ...deployed } = worker;
const url = `http://localhost:${port}`;
const options = {
  ...deployed,
  name: "worker",
  modules: workerModules(),
  modulesRoot: process.cwd(),
  bindings: {
    ...worker.bindings,
    ENCRYPTION_KEYS: encryptionKeys,
    PUBLIC_URL: url,
    ...variables,
  },
};
if (requestsPerMinute) {
  options.ratelimits.REQUESTS.simple.limit = requestsPerMinute;
  options.ratelimits.DELIVERIES.simple.limit = requestsPerMinute * 5;
  options.ratelimits.STOREFRONT_REQUESTS.simple.limit = Math.floor(requestsPerMinute / 2);
}
if (sendsMail) options.email = { send_email: [{ name: "EMAIL" }] };
if (!hasQueue) {
  options.queueProducers = {};
  options.queueConsumers = {};
}

const miniflare = new Miniflare(
  convertV4MiniflareOptions({
    host: "127.0.0.1",
    port,
    // Wrangler stores the data in this folder under `--persist-to`, and the operator's command line
    // reads it there.
    resourcePersistencePath: `${state}/v3`,
    cf: false,
    log: new Log(LogLevel.WARN),
    // Miniflare's log of requests would contain the addresses of pay links.
    logRequests: false,
    unsafeLocalExplorer: true,
    unsafeTriggerHandlers: true,
    workers: [options],
  }),
);

await miniflare.ready;
await migrate(await miniflare.getD1Database("DB", "worker"));
console.log(url);
for await (const _input of process.stdin);
await miniflare.dispose();
