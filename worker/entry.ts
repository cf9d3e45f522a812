// The class that Cloudflare's runtime calls for each event. A panic or a trap leaves the Wasm's memory
// in no state to go on from, so the next event begins with a new instance.

import { WorkerEntrypoint } from "cloudflare:workers";

import * as wasm from "glue";

/** What the crate `worker` notes when Rust panics. */
const state = wasm.__worker_init_state();

const noteTrap = (error: unknown) => {
  if (error instanceof WebAssembly.RuntimeError) state.criticalError = true;
};

// Work that an event leaves behind may trap as well, after its response.
addEventListener("error", (event) => noteTrap(event.error));

const handle = async <T>(run: () => T | Promise<T>): Promise<T> => {
  if (state.criticalError) {
    wasm.__wbg_reset_state();
    state.criticalError = false;
  }
  try {
    return await run();
  } catch (error) {
    noteTrap(error);
    throw error;
  }
};

export default class extends WorkerEntrypoint {
  fetch(request: Request) {
    return handle(() => wasm.fetch(request, this.env, this.ctx));
  }

  scheduled(controller: ScheduledController) {
    return handle(() => wasm.scheduled(controller, this.env, this.ctx));
  }

  queue(batch: MessageBatch) {
    return handle(() => wasm.queue(batch, this.env, this.ctx));
  }
}
