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

const host = () => {
  const made = document.createElement(badge);
  return (
    document.querySelector(badge) ||
    (document.body.contains(script) ? script.insertAdjacentElement("afterend", made)
                                    : document.body.appendChild(made))!
  );
};

/** A name is kept as the text of what was found, and once that is delivered as the trees. */
const submit = async (found: Found, name: string, isShown?: boolean) => {
  const platform = Object.keys(found)[0];
  let trees = +store[name];
  const isDelivered = trees >= 0;
  if (!isDelivered) keep(name, JSON.stringify(found, fields));
  if (trees === 0) return;
  const module = await (modules[platform] ||= load(platform));
  if (!isDelivered) keep(name, `${(trees = await module.submit(found, key, endpoint))}`);
  if (trees > 0 && isShown) module.show?.(trees, host());
};

const push = async (found: Found) => {
  const current = prefix + Object.values(found)[0].id;
  try {
    await submit(found, current, true);
    // The network is there: sales that an earlier page could not deliver can follow.
    for (const name of Object.keys(store)) {
      if (name.startsWith(prefix) && store[name][0] === "{") {
        await submit(JSON.parse(store[name]), name);
      }
    }
  } catch (error) {
    console.warn("Play It Green could not post the sale:", error);
  }
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
