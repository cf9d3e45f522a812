// Delivers the stored sales: decides with Wasm which of them qualify, posts those, and retries
// failed ones later. Each platform has its own build.

import init, * as glue from "glue";

import { fetch } from "./fetch";
import { fields } from "./fields";
import { PREFIX, type Found, type Shop } from "./shop";

/** The platform of this build. */
declare const ADAPTER: string;

/**
 * The name of the entry that stores the number of failed attempts in a row and the time of the next
 * one.
 */
const RETRY = "play-it-green";

/** Milliseconds before the second attempt. The pause doubles each time, up to the longest. */
const PAUSE = 2_000;
const LONGEST_PAUSE = 600_000;

/** Milliseconds after which a request without a response counts as failed. */
const PATIENCE = 30_000;

/** The status codes by which the Worker rejects a sale permanently. */
const REFUSALS = [400, 413, 422];

type Failure = Error & { pause?: number };

let shop: Shop;
let isListening = false;
/** The sale that the page shows. */
let current: string | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;
let turn: Promise<unknown> = Promise.resolve();
let wasm: Promise<boolean> | undefined;
const told = new Set<string>();
/** The sales that this page found. */
const fresh = new Set<string>();

const tell = (message: string) => {
  if (!told.has(message)) console.warn("Play It Green:", message);
  told.add(message);
};

const address = (path: string) => new URL(path, shop.worker).href;

/** Returns true if Wasm runs. If it does not, the Worker reads and evaluates the sale. */
const hasWasm = () =>
  (wasm ||= init({ module_or_path: fetch(`${shop.files}${ADAPTER}.wasm`) }).then(
    () => true,
    (error: unknown) => {
      // A lost download is requested again. A page that forbids Wasm always forbids it.
      if (error instanceof TypeError) wasm = undefined;
      tell(
        `without WebAssembly the Worker judges the sale. Where the page's Content-Security-Policy ` +
          `forbids it, add 'wasm-unsafe-eval' to script-src. (${error})`,
      );
      return false;
    },
  ));

/**
 * Returns the JSON of a response. A failure becomes an error, with the pause that the Worker
 * requests.
 */
const read = async (answer: Response) => {
  const body = await answer.json().catch(() => ({}));
  if (answer.ok) return body;
  const failure: Failure = new Error(body.message || `the Worker answered ${answer.status}`);
  try {
    failure.pause = JSON.parse(body.data).retry_after * 1000;
  } catch {}
  throw failure;
};

/** Posts a text, which arrives even if the buyer leaves the page meanwhile. */
const post = (url: string, body: string) =>
  fetch(url, { method: "POST", body, keepalive: body.length < 20_000 });

/**
 * The suffix of the number of trees of an unpaid sale. A page that shows the sale posts it again.
 */
const AWAITING_PAYMENT = " awaiting payment";

/** The sale of a page, and the text of its data island with the shop's signature if it has one. */
type Kept = Found & Partial<Signed>;
type Signed = { island: string; signature: string };

/** Returns the page's data island if the shop signed it and it holds the sale with this id. */
const signedIsland = (id: string | number): Signed | undefined => {
  const island = document.getElementById("play-it-green-sale");
  const { signature } = island?.dataset || {};
  // WordPress adds line breaks around the text. All other bytes are unchanged, because all are
  // signed.
  const text = island?.textContent?.trim() || "";
  return signature && JSON.parse(text).id == id ? { island: text, signature } : undefined;
};

/**
 * Posts a sale and returns its number of trees, as the browser stores it; 0 if it orders none. The
 * campaigns are those that run now, so the Worker evaluates a sale that an earlier page found.
 */
const submit = async ({ island, signature, ...found }: Kept, isLate: boolean): Promise<string> => {
  const asked = fetch(address(`/api/campaigns/?api_key=${shop.key}`));
  // The promise is awaited below, and may be rejected before that.
  asked.catch(() => {});
  let answer: Response | undefined;
  if (await hasWasm()) {
    const campaigns = await asked;
    const list = await read(campaigns);
    let event: object | undefined;
    try {
      event = glue.orderEvent(found, shop.key, campaigns.headers.get("x-shop") || "", list);
      if (event === undefined && !isLate) return "0";
    } catch (error) {
      tell(`the Worker judges a sale that could not be read here: ${error}`);
    }
    if (event && !signature) {
      answer = await glue.send(address("/api/orders/"), JSON.stringify(event));
    }
  }
  const { key } = shop;
  const body = signature ? { key, island, signature } : { key, found };
  answer ||= await post(address("/storefront/sales"), JSON.stringify(body));
  if (REFUSALS.includes(answer.status)) {
    tell(`the Worker refused the sale. ${(await read(answer).catch((error) => error)).message}`);
    return "0";
  }
  const { trees, awaiting_payment } = await read(answer);
  if (!(trees >= 0)) throw new Error("the Worker told no trees");
  return trees && awaiting_payment ? trees + AWAITING_PAYMENT : `${trees}`;
};

const inTime = <T>(work: Promise<T>): Promise<T> =>
  Promise.race([
    work,
    new Promise<never>((_, fail) =>
      setTimeout(() => fail(new Error("the Worker does not answer")), PATIENCE),
    ),
  ]);

const later = (pause: number) => {
  clearTimeout(timer);
  timer = setTimeout(deliver, pause);
};

/** Makes one attempt to deliver all sales. */
const attempt = async (isUrgent?: boolean) => {
  const { read, write } = shop.outbox;
  const kept = await read();
  const isOurs = (name: string) =>
    name.startsWith(PREFIX) && kept[name].startsWith(`{"${ADAPTER}"`);
  // The sale of the current page is first, because the buyer waits for its trees.
  const isCurrent = (name: string) => Number(name === current);
  const names = Object.keys(kept)
    .filter(isOurs)
    .sort((one, other) => isCurrent(other) - isCurrent(one));
  const [tries, due] = (kept[RETRY] || "0 0").split(" ").map(Number);
  const wait = due - Date.now();
  if (names.length && !isUrgent && wait > 0 && wait < LONGEST_PAUSE) return later(wait);
  let failure: Failure | undefined;
  for (const name of names) {
    try {
      kept[name] = await inTime(submit(JSON.parse(kept[name]), !fresh.has(name)));
      await write(name, kept[name]);
    } catch (error) {
      failure = error as Failure;
      tell(`the sale is kept, and will be posted later: ${failure.message}`);
    }
  }
  if (failure) {
    const pause =
      failure.pause || Math.min(PAUSE * 2 ** tries, LONGEST_PAUSE) * (1 - Math.random() / 2);
    await write(RETRY, `${tries + 1} ${Math.round(Date.now() + pause)}`);
    later(pause);
  } else if (tries) {
    await write(RETRY, "0 0");
  }
  if (ADAPTER === "shopify" || !current) return;
  const trees = parseInt(kept[current]);
  if (trees > 0) {
    const widgets = await import(`${shop.files}widgets.js`);
    widgets.default(shop);
    widgets.thank(trees, kept[current].endsWith(AWAITING_PAYMENT));
  }
};

/**
 * Runs one attempt after the other, across all tabs of the shop, so that no sale is posted twice.
 */
const deliver = (isUrgent?: boolean) =>
  (turn = turn.then(async () => {
    const act = () => attempt(isUrgent).catch((error) => tell(`${error}`));
    try {
      await navigator.locks.request(RETRY, act);
    } catch {
      // Sandboxed frames and shops without HTTPS have no locks.
      await act();
    }
  }));

/** Returns the trees that a basket would order, within the remaining caps of this month. */
export const count = async (given: Shop, sale: unknown): Promise<number> => {
  shop = given;
  if (ADAPTER !== "sale" || !(await hasWasm())) return 0;
  const [campaigns, caps] = await Promise.all(
    [address(`/api/campaigns/?api_key=${shop.key}`), address(`/storefront/caps?api_key=${shop.key}`)].map(
      (url) => fetch(url),
    ),
  );
  const left: Record<string, number> = await read(caps);
  const id = campaigns.headers.get("x-shop") || "";
  const counts: [string, number][] = glue.countTrees(sale, id, await read(campaigns));
  return counts.reduce((sum, [campaign, trees]) => sum + Math.min(trees, left[campaign] ?? trees), 0);
};

/** Adds the shop's signature to the stored sale of the page's data island. */
const keepSigned = async (name: string) => {
  const text = (await shop.outbox.read())[name];
  if (text?.[0] !== "{") return;
  const found = JSON.parse(text);
  const signed = signedIsland(found.woocommerce.id);
  if (signed) await shop.outbox.write(name, JSON.stringify({ ...found, ...signed }));
};

/** Refunds and the shop's events before the purchase can have the same id as the purchase. */
const isPurchase = (entry: any) =>
  entry.ecommerce?.purchase || (entry[2] ? entry[1] : entry.event) === "purchase";

/** Stores the sales that the loader could not, and delivers all stored sales. */
export default async (given: Shop, found: (string | Found)[]) => {
  if (!isListening) addEventListener("online", () => deliver(true));
  isListening = true;
  shop = given;
  for (const each of found) {
    let name = each as string;
    if (typeof each !== "string") {
      if (ADAPTER === "ga4" && !isPurchase((each[ADAPTER] as any).entry)) continue;
      name = PREFIX + each[ADAPTER].id;
      const { read, write } = shop.outbox;
      if (!(+(await read())[name] >= 0)) await write(name, JSON.stringify(each, fields));
    }
    if (ADAPTER === "woocommerce") await keepSigned(name);
    fresh.add(name);
    current = name;
  }
  await deliver();
};
