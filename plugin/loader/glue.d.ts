// The plugin's glue, which wasm-bindgen writes for each platform.

declare module "glue" {
  /** Starts the Wasm module; everything else can be called after it. */
  export default function init(module: { module_or_path: Promise<Response> }): Promise<unknown>;
  /** The order event of a sale that is sent, or nothing if no campaign orders trees for it. */
  export function orderEvent(found: object, key: string, shop: string, campaigns: unknown): object | undefined;
  export function send(address: string, event: string): Promise<Response>;
  /** For each campaign its id and the trees of a sale. */
  export function countTrees(sale: unknown, id: string, campaigns: unknown): [string, number][];
}
