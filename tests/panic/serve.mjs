// Serves the Worker that panics, built by the same steps as the real one.
//
//     node tests/panic/serve.mjs
//
// Prints the address. Ends when its standard input does.

import { Miniflare, convertV4MiniflareOptions } from "miniflare";

import { esModule, wasmModule } from "../miniflare.mjs";

const folder = "target/tests/panicking-worker";

const miniflare = new Miniflare(
  convertV4MiniflareOptions({
    host: "127.0.0.1",
    port: 0,
    unsafeTriggerHandlers: true,
    workers: [
      {
        name: "worker",
        modules: [esModule(`${folder}/index.js`), wasmModule(`${folder}/index_bg.wasm`)],
        modulesRoot: folder,
        compatibilityDate: "2026-11-01",
      },
    ],
  }),
);

console.log(String(await miniflare.ready).replace(/\/$/, ""));
for await (const _input of process.stdin);
await miniflare.dispose();
