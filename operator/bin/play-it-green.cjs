#!/usr/bin/env node
// Starts the operator's command line: on this Node.js, or on the npm package's own if this one is too old
// for wrangler.
"use strict";

const OLDEST = [22, 13];
const [major, minor] = process.versions.node.split(".").map(Number);

if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) {
  // Node.js 22 announces its SQLite as experimental each time.
  const warn = process.emitWarning;
  process.emitWarning = (warning, ...more) =>
    String(warning).includes("SQLite") ? undefined : warn.call(process, warning, ...more);
  require("./operator.js")
    .main(__dirname, process.argv.slice(2))
    .then((code) => process.exit(code));
} else {
  startOnNewerNode();
}

function startOnNewerNode() {
  let newer;
  try {
    newer = require.resolve("node/bin/node");
  } catch {
    console.error(
      `Play It Green needs Node.js ${OLDEST.join(".")} or newer. This is ${process.versions.node}.`,
    );
    process.exit(1);
  }
  const child = require("node:child_process").spawn(newer, process.argv.slice(1), { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code) => process.exit(code ?? 1));
}
