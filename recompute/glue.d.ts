// The glue of this folder's Wasm, which wasm-bindgen generates.

declare module "glue" {
  /** Starts the Wasm module. Call it before anything else. */
  export default function init(module: { module_or_path: Promise<Response> }): Promise<unknown>;
  export class Recomputation {
    constructor(order: unknown, lines: unknown);
    add(items: unknown): void;
    /** Returns the first difference in words, or nothing if all agrees. */
    difference(digest: string): string | undefined;
  }
}
