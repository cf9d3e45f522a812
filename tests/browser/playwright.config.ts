// Settings of the browser tests: one Chromium, the running demo, a screenshot of each failure.
import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: ".",
  outputDir: "../../target/tests/browser",
  workers: 1,
  forbidOnly: true,
  reporter: [["list"]],
  timeout: 60_000,
  use: {
    baseURL: process.env.PLAY_IT_GREEN_DEMO,
    screenshot: "only-on-failure",
    viewport: { width: 1000, height: 900 },
    launchOptions: {
      executablePath: process.env.CHROMIUM,
      // A browser without a network, running as root in a container, needs these arguments.
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
