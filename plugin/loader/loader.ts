// Finds the sale on a confirmation page and hands it to the module. On any other page it does
// nothing: no request, no Wasm.

import type { Found, Module, Sale } from "./module";

/** A number that changes with the module, so that its files can be cached for good. */
declare const BUILD: number;

type Page = { playitgreen?: Found[] | { push(found: Found): void; sale(sale: Sale): void } };

const page = window as Page;
const script = document.currentScript as HTMLScriptElement;
const { key = "", endpoint = new URL(script.src).origin } = script.dataset;
const prefix = "play-it-green:";
const badge = "play-it-green-badge";

// What may be kept in the browser: the fields of the contract. Nothing else that a shop hands over,
// such as the buyer's address, is written down.
const fields = (
  "sale woocommerce platform id sold_at updated_at status paid test currency total items_total " +
  "refunded coupons opted_in lines product variant sku title quantity collections"
).split(" ");

// Where storage is refused, as in a sandboxed frame, the page's memory has to do.
let store: Record<string, string> = {};
try {
  store = localStorage;
} catch {}

const keep = (name: string, value: string) => {
  try {
    store[name] = value;
  } catch {}
};

const modules: Record<string, Promise<Module>> = {};

const load = async (platform: string) => {
  const address = (kind: string) => new URL(`${platform}.${kind}?${BUILD}`, script.src).href;
  // Both at once: the module asks for its Wasm only when it runs.
  const wasm = fetch(address("wasm"));
  const module: Module = await import(address("js"));
  await module.default({ module_or_path: wasm });
  return module;
};

/** The shop's own place for the badge, or a new one after the snippet or at the page's end. */
const place = () => {
  const own = document.querySelector(badge);
  if (own) return own;
  const made = document.createElement(badge);
  if (document.body.contains(script)) script.after(made);
  else document.body.append(made);
  return made;
};

/** A name is kept with what was found, and once that is delivered with the trees in its place. */
const isDelivered = (name: string) => +store[name] >= 0;

const submit = async (found: Found, name: string, isShown?: boolean) => {
  if (store[name] === "0") return;
  const platform = Object.keys(found)[0];
  const module = await (modules[platform] ||= load(platform));
  if (!isDelivered(name)) keep(name, `${await module.submit(found, key, endpoint)}`);
  if (isShown && +store[name] > 0) {
    const host = place();
    // The first sale of a page is the one that it is about.
    if (!host.shadowRoot) module.show(+store[name], host);
  }
};

// One sale after the other, so that none is sent twice.
let turn = Promise.resolve();

const push = (found: Found) => {
  const current = prefix + Object.values(found)[0].id;
  // A pixel has neither storage nor a page to show anything on.
  const hasPage = !("shopify" in found);
  // Before anything is fetched: a buyer who leaves at once costs a delay, not a sale.
  if (hasPage && !isDelivered(current)) keep(current, JSON.stringify(found, fields));
  turn = turn.then(async () => {
    try {
      await submit(found, current, hasPage);
      // The network is there: sales that an earlier page could not deliver can follow.
      for (const name of Object.keys(store)) {
        if (name.startsWith(prefix) && !isDelivered(name)) {
          await submit(JSON.parse(store[name]), name);
        }
      }
    } catch (error) {
      console.warn("Play It Green could not post the sale:", error);
    }
  });
};

const start = () => {
  const island = document.getElementById("play-it-green-sale");
  if (island) push({ woocommerce: JSON.parse(island.textContent!) });
  return island;
};

// Whoever pastes the snippet twice still has one loader.
if (!page.playitgreen || Array.isArray(page.playitgreen)) {
  const waiting = page.playitgreen || [];
  page.playitgreen = { push, sale: (sale) => push({ sale }) };
  waiting.forEach(push);
  if (!start()) addEventListener("DOMContentLoaded", start);
}
