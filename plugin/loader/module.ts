// What the loader and the Shopify pixel import: the Wasm's functions, in the order they are used.

// The glue that wasm-bindgen writes for this platform's build.
import * as glue from "glue";

export type Sale = { id: string | number };

/** One field, which says what was found: the canonical sale, or what a platform hands over. */
export type Found = Record<string, Sale>;

export type Module = {
  /** Instantiates the Wasm; the first thing to call. */
  default(wasm: { module_or_path: Promise<Response> }): Promise<unknown>;
  submit(found: Found, key: string, endpoint: string): Promise<number>;
  /** Writes how many trees the order plants into an element that has no shadow root yet. */
  show(trees: number, host: Element): void;
};

export default glue.default as Module["default"];

export const show = (glue as Pick<Module, "show">).show;

/**
 * Posts what the page found when it qualifies; answers how many trees it orders, 0 when none.
 * Rejects with what went wrong; the same sale can be submitted again.
 */
export const submit: Module["submit"] = async (found, key, endpoint) => {
  const [shop, campaigns] = await glue.campaigns(endpoint, key);
  const event = glue.orderEvent(found, key, shop, campaigns);
  return event ? glue.post(endpoint, event) : 0;
};
