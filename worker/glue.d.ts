// The Worker's glue, which wasm-bindgen writes, and one event that Cloudflare's types do not name.

declare module "glue" {
  /** What the crate `worker` notes about a panic. */
  export function __worker_init_state(): { criticalError: boolean };
  /** Begins with a new instance of the Wasm module. */
  export function __wbg_reset_state(): void;
  export function fetch(request: Request, env: unknown, context: ExecutionContext): Promise<Response>;
  export function scheduled(controller: ScheduledController, env: unknown, context: ExecutionContext): Promise<void>;
  export function queue(batch: MessageBatch, env: unknown, context: ExecutionContext): Promise<void>;
}

declare function addEventListener(type: "error", listener: (event: ErrorEvent) => void): void;
