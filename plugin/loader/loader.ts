// Finds the sale on a confirmation page, stores it, and loads the module that delivers it. On any
// other page it makes no request and loads no Wasm.

import { PREFIX, SALE_FIELDS, type Found, type Shop } from "./shop";

/** The folder of this build's files, which never change. */
declare const BUILD: string;

/**
 * The source of the sales of this loader: `island` (and the shop's own calls), `ga4` or
 * `bigcommerce`.
 */
declare const SOURCE: string;

const page = window as any;
const script = document.currentScript as HTMLScriptElement;
const { key = "", consent } = script.dataset;
const files = new URL(`${BUILD}/`, script.src).href;

// A page without storage, such as a sandboxed frame, uses memory instead.
let store: Record<string, string> = {};
try {
  // An app's web view without storage has null here.
  store = localStorage || store;
} catch {}

const write = (name: string, text: string) => {
  try {
    store[name] = text;
  } catch {
    store = { ...store, [name]: text };
  }
};

/** Reports errors in the console, and never throws into the shop's own code. */
const quietly =
  (act: (...values: any[]) => unknown) =>
  async (...values: any[]) => {
    try {
      return await act(...values);
    } catch (error) {
      console.warn("Play It Green:", error);
    }
  };

const shop: Shop = { key, files, outbox: { read: () => ({ ...store }), write } };

/** Loads a file of this build, and passes the shop to it. */
const load = quietly(async (file: string, ...values: unknown[]) =>
  (await import(`${files}${file}.js`)).default(shop, ...values),
);

const fields = /* @__PURE__ */ SALE_FIELDS.split(" ");

/**
 * Returns true if the visitor allows sales to be counted, by the consent interface of WordPress or
 * Shopify.
 */
const isAllowed = (): boolean =>
  page.wp_has_consent?.(consent || "statistics") ??
  (SOURCE === "island"
    ? page.Shopify?.customerPrivacy?.analyticsProcessingAllowed?.()
    : undefined) ??
  !consent;

const waiting: Found[] = [];

/** Stores the waiting sales, and delivers all stored ones. Without consent, no sale is stored. */
const go = quietly(() => {
  if (!isAllowed()) return;
  const found: Record<string, (string | Found)[]> = {};
  for (const each of waiting.splice(0)) {
    const platform = Object.keys(each)[0];
    const name = PREFIX + each[platform].id;
    // The sale is stored before any file loads: if the buyer leaves at once, it is delayed, not
    // lost. For platforms with other field names, the module stores it, before it requests the
    // Wasm.
    if (SOURCE === "island" && !(+store[name] >= 0)) write(name, JSON.stringify(each, fields));
    (found[platform] ||= []).push(SOURCE === "island" ? name : each);
  }
  // Sales that an earlier page could not deliver.
  for (const name in store) {
    if (name.startsWith(PREFIX) && store[name][0] === "{") found[store[name].split('"')[1]] ||= [];
  }
  for (const platform in found) load(platform, found[platform]);
});

const push = (found: Found) => {
  waiting.push(found);
  go();
};

/** Adds a sale that has no date. The date becomes text when the sale is stored. */
const seen = (platform: string, id: unknown, payload: object) =>
  id && push({ [platform]: { id, at: new Date(), ...payload } as any });

/**
 * Google's data layer, and all its entries as one object: several pushes can describe one event.
 */
let layer: any;
let model: any;

const see = (entry: any) => {
  const whole = entry?.[2] ? entry : (model = { ...model, ...entry });
  const data = whole[2] || whole.ecommerce;
  seen("ga4", data?.transaction_id || data?.purchase?.actionField?.id, { entry: whole });
};

const watch = /* @__PURE__ */ quietly((made: any) => {
  layer = made;
  const add = layer.push;
  layer.forEach(see);
  layer.push = (...entries: unknown[]) => {
    entries.forEach(see);
    return add.apply(layer, entries);
  };
});

/** Looks for a sale and for widgets. Returns a true value if looking again is unnecessary. */
const look = quietly(async () => {
  if (document.querySelector("play-it-green-basket,play-it-green-counter")) load("widgets");
  if (SOURCE === "bigcommerce") {
    // The id of the template comes first: the address has an id only after the purchase of a single
    // product.
    const id = script.dataset.order || /order-confirmation\/(\d+)/.exec(location.pathname)?.[1];
    if (!id) return;
    const response = await fetch(`/api/storefront/order/${id}`);
    return response.ok && seen("bigcommerce", id, { order: await response.json() });
  } else if (SOURCE === "island") {
    const island = document.getElementById("play-it-green-sale");
    if (island) push({ woocommerce: JSON.parse(island.textContent!) });
    return island;
  }
});

// A page with the snippet twice still has one loader.
const early = page.playitgreen;
if (!early?.check) {
  const check = (panel?: unknown) => load("check", isAllowed, panel);
  page.playitgreen = { push, sale: (sale: Found[string]) => push({ sale }), check };
  early?.forEach?.(push);
  document.addEventListener("wp_listen_for_consent_change", go);
  if (SOURCE === "island") document.addEventListener("visitorConsentCollected", go);
  go();
  if (SOURCE === "ga4") {
    // A shop may create its data layer after this loader ran.
    if (page.dataLayer) watch(page.dataLayer);
    else Object.defineProperty(page, "dataLayer", { get: () => layer, set: watch });
  }
  look().then((found) => found || document.addEventListener("DOMContentLoaded", look));
  if (location.search.includes("playitgreen-check")) check(1);
}
