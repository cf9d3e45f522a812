// The one line that a shop owner pastes. On a confirmation page it keeps the sale, then fetches the module that
// tells the Worker of it; on every other page it decides just that.

/** What a page holds: the data island of a WooCommerce shop, or a sale in the shape of the contract. */
type Found = { woocommerce: { id: unknown } } | { sale: { id: unknown } };

interface Plugin {
  default(wasm: { module_or_path: Promise<Response> }): Promise<unknown>;
  /** Answers how many trees the sale orders; rejects when a later try can succeed. */
  submit(found: Found, key: string, endpoint: string): Promise<number>;
  /** Writes how many trees the order plants into an element that has no shadow root yet. */
  show(trees: number, host: Element): void;
}

const script = document.currentScript as HTMLScriptElement;
const key = script.dataset.key ?? "";
const { origin, href } = new URL(script.src);
const PREFIX = "play-it-green/";

// Where storage is forbidden, even naming it throws.
let storage: Storage | undefined;
try {
  storage = localStorage;
} catch {
  storage = undefined;
}

/** The module, fetched once: its glue and its Wasm at the same time. */
let plugin: Promise<Plugin> | undefined;
const load = (): Promise<Plugin> =>
  (plugin ??= (async () => {
    const wasm = fetch(new URL("plugin.wasm", href));
    const module: Plugin = await import(new URL("plugin.js", href).href);
    await module.default({ module_or_path: wasm });
    return module;
  })());

/** Tells the Worker of a kept sale; what it answers takes the sale's place, so that it is told once. */
const deliver = async (name: string, found: Found): Promise<number> => {
  const trees = await (await load()).submit(found, key, origin);
  storage?.setItem(name, String(trees));
  return trees;
};

/** The shop's own place for the badge, or a new one after the snippet. */
const badge = (): Element => {
  const own = document.querySelector<HTMLElement>("play-it-green-badge");
  if (own) return own;
  const host = document.createElement("play-it-green-badge");
  host.style.cssText = "display:block;margin:1em 0;font-weight:600";
  script.after(host);
  return host;
};

const tell = async (found: Found): Promise<void> => {
  const { id } = "sale" in found ? found.sale : found.woocommerce;
  const name = PREFIX + key + "/" + id;
  const told = Number(storage?.getItem(name) ?? NaN);
  // Kept before anything is fetched: a buyer who leaves at once costs a delay, not a sale.
  if (Number.isNaN(told)) storage?.setItem(name, JSON.stringify(found));
  try {
    const trees = Number.isNaN(told) ? await deliver(name, found) : told;
    if (trees > 0) (await load()).show(trees, badge());
  } catch (error) {
    console.warn("Play It Green: the sale is told on the next page.", error);
  }
};

/** Sales of earlier pages that could not be told there. */
const tellEarlier = (): void => {
  for (const name of Object.keys(storage ?? {})) {
    const kept = name.startsWith(PREFIX + key + "/") ? storage?.getItem(name) : null;
    if (kept?.startsWith("{")) deliver(name, JSON.parse(kept)).catch(() => undefined);
  }
};

Object.assign(window, { playitgreen: { sale: (sale: { id: unknown }) => tell({ sale }) } });
tellEarlier();
const island = document.getElementById("play-it-green-sale");
if (island) void tell({ woocommerce: JSON.parse(island.textContent ?? "") });
