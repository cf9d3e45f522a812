// The plugin's glue, which wasm-bindgen generates for each platform.

declare module "glue" {
  /** Starts the Wasm module. Call it before any other function. */
  export default function init(module: { module_or_path: Promise<Response> }): Promise<unknown>;
  /** Returns the order event of a sale, or nothing if no campaign orders trees for it. */
  export function orderEvent(found: object, key: string, shop: string, campaigns: unknown): object | undefined;
  export function send(address: string, event: string): Promise<Response>;
  /** Returns the id of each campaign and its trees for a sale. */
  export function countTrees(sale: unknown, id: string, campaigns: unknown): [string, number][];
}
