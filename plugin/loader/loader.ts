// Finds the sale on a confirmation page, stores it, and loads the module that delivers it. On any
// other page it makes no request and loads no Wasm.

import { PREFIX, SALE_FIELDS, type Found, type Shop } from "./shop";

/** The folder of this build's files, which never change. */
declare const BUILD: string;

/**
 * The source of the sales of this loader: `island`, `ga4`, `bigcommerce`, or `shopify`, where only
 * the shop's own calls report sales.
 */
declare const SOURCE: string;

const page = window as any;

type Settings = {
  key: string;
  worker: string;
  files?: string;
  consent?: string;
};

/**
 * The settings of the element with the Worker's address. Optimizers move, inline and combine
 * scripts, so it may be any element of the page.
 */
const own = { ...document.querySelector<HTMLElement>("[data-worker]")?.dataset } as Settings;
const files = `${own.files || own.worker + "/plugin"}/${BUILD}/`;

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

const shop: Shop = { ...own, files, outbox: { read: () => ({ ...store }), write } };

/** Loads a file of this build, and passes the shop to it. */
const load = quietly(async (file: string, ...values: unknown[]) =>
  (await import(`${files}${file}.js`)).default(shop, ...values),
);

const fields = /* @__PURE__ */ SALE_FIELDS.split(" ");

/**
 * Returns true if the visitor allows sales to be counted, by the consent interface of WordPress or
 * Shopify. WordPress defines its interface at the end of the page. Its own plugin says by
 * `data-consent` that it will come; on other pages with a data layer, the loader waits for the end.
 */
const isAllowed = (): boolean =>
  (SOURCE === "shopify"
    ? page.Shopify?.customerPrivacy?.analyticsProcessingAllowed?.()
    : page.wp_has_consent?.(own.consent || "statistics")) ??
  !(own.consent || (SOURCE === "ga4" && document.readyState === "loading"));

const waiting: Found[] = [];
let isStarted: unknown;
let widgets: unknown;
/** The text of the last island, or the id of the last order. */
let last: unknown;

/**
 * Looks for widgets, for a sale and for consent. Then it stores the waiting sales and delivers
 * them, and once those that an earlier page could not deliver. Without consent, no sale is stored.
 * A page may change later without loading, so an island with another text is another sale.
 */
const look = quietly(async () => {
  widgets ||=
    document.querySelector("play-it-green-basket,play-it-green-counter") && load("widgets");
  if (SOURCE === "island") {
    const text = document.getElementById("play-it-green-sale")?.textContent;
    if (text && text !== last) waiting.push({ woocommerce: JSON.parse((last = text)) });
  }
  if ((!isStarted || waiting.length) && isAllowed()) {
    isStarted = 1;
    while (waiting.length) {
      // What cannot be stored leaves the others waiting, for the next look.
      const each = waiting.shift()!;
      const platform = Object.keys(each)[0];
      let found: string | Found = each;
      // The sale is stored before any file loads: if the buyer leaves at once, it is delayed, not
      // lost. For platforms with other field names, the module stores it, before it requests the
      // Wasm.
      if (SOURCE !== "ga4" && SOURCE !== "bigcommerce") {
        found = PREFIX + each[platform].id;
        if (!(+store[found] >= 0)) write(found, JSON.stringify(each, fields));
      }
      load(platform, [found]);
    }
    for (const name in store) {
      if (name.startsWith(PREFIX) && store[name][0] === "{") load(store[name].split('"')[1], []);
    }
  }
  if (SOURCE === "bigcommerce") {
    // The id of the template comes first: the address has an id only after the purchase of a single
    // product.
    const id =
      document.querySelector<HTMLElement>("[data-order]")?.dataset.order ||
      /order-confirmation\/(\d+)/.exec(location.pathname)?.[1];
    if (!id || last) return;
    // No other event asks meanwhile. After a refusal, one may ask again.
    last = id;
    const response = await fetch(`/api/storefront/order/${id}`);
    last = response.ok && id;
    if (last) seen("bigcommerce", id, { order: await response.json() });
  }
});

const push = (found: Found) => {
  waiting.push(found);
  look();
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

/**
 * Events after which there may be consent. A consent interface may be a script at the end of the
 * page, or one that loads much later.
 */
const CHANGES =
  (SOURCE === "bigcommerce" ? "DOMContentLoaded " : "DOMContentLoaded load ") +
  (SOURCE === "shopify"
    ? "visitorConsentCollected"
    : "wp_consent_type_defined wp_listen_for_consent_change");

// A page with the snippet twice still has one loader.
const early = page.playitgreen;
if (!early?.check) {
  page.playitgreen = {
    push,
    sale: (sale: Found[string]) => push({ sale }),
    check: (panel?: unknown) => load("check", isAllowed, panel),
  };
  early?.forEach?.(push);
  // Capturing, the document gets the event `load` of each of its scripts.
  for (const change of CHANGES.split(" ")) document.addEventListener(change, look, true);
  if (SOURCE === "ga4") {
    // A shop may create its data layer after this loader ran.
    if (page.dataLayer) watch(page.dataLayer);
    else Object.defineProperty(page, "dataLayer", { get: () => layer, set: watch });
  }
  if (SOURCE === "island") {
    new MutationObserver(look).observe(document, { childList: true, subtree: true });
  }
  look();
  if (/playitgreen-check/.test(`${location}`)) page.playitgreen.check(1);
}
