// Two local servers for the tests of the storefront plugin: a shop, and a Worker that records every
// request. The real Worker's responses have their own tests. After each test, the fixture checks
// the plugin's general promises: no uncaught error, no shifted layout, at most one order per sale.

import { expect, test as base, type BrowserContext, type Page } from "@playwright/test";
import { existsSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

const root = new URL("../../../", import.meta.url);

export const read = (path: string) => readFileSync(new URL(path, root), "utf8");

export type Request = { method: string; path: string; origin?: string; type?: string; body: string };

/** The Worker's response to a sale; `null` is no response, `"cut"` a broken connection. */
export type Answer = { status: number; body: unknown; delay?: number } | null | "cut";

const TYPES: Record<string, string> = { js: "text/javascript", wasm: "application/wasm" };

const CORS = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Expose-Headers": "x-shop, link",
  "x-shop": "shop_1",
};

export const KEY = "pig_pk_test_0000";

const listen = async (server: Server) => {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const textOf = async (request: IncomingMessage) => {
  let text = "";
  for await (const part of request) text += part;
  return text;
};

export class Storefront {
  requests: Request[] = [];
  warnings: string[] = [];
  errors: string[] = [];
  shifts: number[] = [];
  /** The sales that the Worker accepted, once per acceptance. */
  taken: string[] = [];
  campaigns: unknown[] = [perMug];
  caps: Record<string, number> = {};
  totals = { trees: 1234, orders: 400 };
  /** Returns the response to a GET of campaigns. */
  list: () => Answer = () => ({ status: 200, body: this.campaigns });
  /** Returns the response to a POST of a sale. */
  order: (sale: any) => Answer = () => ({
    status: 201,
    body: { sale: "19", proof: "claimed", trees: 2, orders: [] },
  });
  /** The Content-Security-Policy of the shop's pages. */
  policy: string | undefined;
  /** Other documents of the shop, by their paths. */
  documents: Record<string, unknown> = {};
  /** Milliseconds before the response with each file of the plugin. */
  fileDelay = 0;
  /** The files of the plugin whose connection breaks. */
  lost: string[] = [];
  /**
   * True if a sale may be accepted twice, for example after its tab was closed before the response.
   */
  mayRepeat = false;
  worker = "";
  shop = "";
  #html = "";
  #servers: Server[] = [];

  async start() {
    const worker = createServer((request, response) => void this.#answerAsWorker(request, response));
    const shop = createServer((request, response) => this.#answerAsShop(request, response));
    this.#servers = [worker, shop];
    [this.worker, this.shop] = [await listen(worker), await listen(shop)];
  }

  /** Breaks every connection, including those of pending requests. */
  disconnect() {
    for (const server of this.#servers) server.closeAllConnections();
  }

  async stop() {
    this.disconnect();
    for (const server of this.#servers) {
      await new Promise((done) => server.close(done));
    }
  }

  async watch(context: BrowserContext) {
    context.on("weberror", (error) => this.errors.push(String(error.error())));
    context.on("console", (message) => {
      if (message.type() === "warning") this.warnings.push(message.text());
    });
    await context.exposeBinding("reportShift", (_, value: number) => void this.shifts.push(value));
    await context.addInitScript(() => {
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as any[]) {
          if (!entry.hadRecentInput) window.reportShift(entry.value);
        }
      }).observe({ type: "layout-shift", buffered: true });
    });
  }

  #answerAsShop(request: IncomingMessage, response: ServerResponse) {
    const path = request.url!.split("?")[0];
    if (path in this.documents) {
      response.writeHead(200, { "Content-Type": "application/json" });
      return response.end(JSON.stringify(this.documents[path]));
    }
    if (path.startsWith("/api/")) {
      response.writeHead(404, { "Content-Type": "application/json" });
      return response.end(JSON.stringify({ title: "not found" }));
    }
    const policy = this.policy && { "Content-Security-Policy": this.policy };
    response.writeHead(200, { "Content-Type": "text/html; charset=utf-8", ...policy });
    response.end(path === "/favicon.ico" ? "" : this.#html);
  }

  async #answerAsWorker(request: IncomingMessage, response: ServerResponse) {
    const path = request.url!.split("?")[0];
    const { origin, "content-type": type } = request.headers;
    const body = await textOf(request);
    this.requests.push({ method: request.method!, path, origin, type, body });
    if (this.lost.includes(path.split("/").at(-1)!)) return request.socket.destroy();
    if (path.startsWith("/plugin/")) return this.#answerWithFile(path, response);
    const bodies: Record<string, () => Answer> = {
      "/api/campaigns/": this.list,
      "/api/totals/": () => ({ status: 200, body: this.totals }),
      "/storefront/caps": () => ({ status: 200, body: this.caps }),
      "/api/orders/": () => this.#take(JSON.parse(body).sale),
      "/storefront/sales": () => {
        const { found, island } = JSON.parse(body);
        return this.#take(island ? JSON.parse(island) : Object.values(found)[0]);
      },
    };
    const answer = bodies[path]?.() ?? null;
    if (answer === null) return;
    if (answer === "cut") return request.socket.destroy();
    await new Promise((done) => setTimeout(done, answer.delay ?? 0));
    response.writeHead(answer.status, { ...CORS, "Content-Type": "application/json" });
    response.end(typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body));
  }

  #take(sale: any): Answer {
    const answer = this.order(sale);
    if (answer && answer !== "cut" && answer.status < 300) this.taken.push(String(sale.id));
    return answer;
  }

  #answerWithFile(path: string, response: ServerResponse) {
    const file = new URL(`plugin/dist${path}`, root);
    if (!existsSync(file)) return response.writeHead(404, CORS).end();
    const type = TYPES[path.split(".").at(-1)!];
    setTimeout(() => {
      response.writeHead(200, { ...CORS, "Content-Type": type });
      response.end(readFileSync(file));
    }, this.fileDelay);
  }

  /** Opens a page of the shop with this HTML. */
  async open(page: Page, html: string, path = "/checkout/order-received/19/") {
    this.#html = html;
    await page.goto(`${this.shop}${path}`);
  }

  /** Returns the line that a shop owner pastes. */
  snippet(loader = "loader", attributes = "") {
    return `<script async src="${this.worker}/plugin/${loader}.js" data-worker="${this.worker}" data-key="${KEY}" ${attributes}></script>`;
  }

  /** Returns a confirmation page with a data island. */
  confirmation(found: unknown = island, before = "", attributes = "", signed = "") {
    return `<!doctype html><html lang="en"><title>Thank you</title><body>${before}<h1>Thank you</h1>
      <script type="application/json" id="play-it-green-sale" ${signed}>${JSON.stringify(found)}</script>
      ${this.snippet("loader", attributes)}<p>Your order has been received.</p>`;
  }

  /** Returns a page without a sale. */
  product(body = "") {
    return `<!doctype html><html lang="en"><title>Mugs</title><body>${this.snippet()}<h1>Mugs</h1>${body}`;
  }

  /** Returns every request so far, as `GET /plugin/BUILD/sale.js`. */
  paths() {
    return this.requests.map(({ method, path }) => `${method} ${path.replace(/plugin\/\d+/, "plugin/BUILD")}`);
  }

  posts() {
    return this.requests.filter(({ method }) => method === "POST");
  }

  posted(): string[] {
    return this.posts().map(({ body }) => JSON.parse(body).sale.id);
  }

  async called(path: string) {
    await expect.poll(() => this.paths()).toContain(path);
  }

  check() {
    expect(this.errors, "uncaught errors").toEqual([]);
    expect(this.shifts, "shifted layout").toEqual([]);
    if (!this.mayRepeat) expect(this.taken.length, "sales taken twice").toBe(new Set(this.taken).size);
  }
}

export const test = base.extend<{ storefront: Storefront }>({
  storefront: [
    async ({ context }, use) => {
      const storefront = new Storefront();
      await storefront.start();
      await storefront.watch(context);
      await use(storefront);
      await storefront.stop();
      storefront.check();
    },
    { auto: true },
  ],
});

export { expect };

/** Returns the entries that the plugin stored in the browser for the shop. */
export const kept = (page: Page): Promise<Record<string, string>> =>
  page.evaluate(() => Object.fromEntries(Object.entries({ ...localStorage }).filter(([name]) => name.startsWith("play-it-green:"))));

export const badge = (page: Page) => page.locator("play-it-green-badge");

export const perMug = {
  id: "campaign_1",
  starts_at: null,
  ends_at: null,
  conditions: { trees: [{ per_item: { items: { sku: ["MUG-BLUE"] }, trees: 1 } }] },
};

export const island = {
  id: 19,
  sold_at: "2026-11-22T08:51:49Z",
  updated_at: "2026-11-22T08:52:53Z",
  status: "processing",
  paid: false,
  currency: "USD",
  total: "43.95",
  refunded: null,
  coupons: ["tenoff"],
  opted_in: null,
  lines: [
    {
      product: 11,
      variant: null,
      sku: "MUG-BLUE",
      title: 'Blue "big" mug \u2603',
      quantity: 2,
      refunded: 0,
      total: "35.98",
      collections: ["mugs"],
    },
  ],
};

export const sale = {
  platform: "woocommerce",
  id: "19",
  sold_at: "2026-11-22T08:51:49Z",
  updated_at: "2026-11-22T08:52:53Z",
  status: "paid",
  test: false,
  currency: "USD",
  total: 4395,
  items_total: 3598,
  refunded: 0,
  coupons: ["tenoff"],
  opted_in: null,
  lines: [{ ...island.lines[0], product: "11", total: 3598 }],
};
