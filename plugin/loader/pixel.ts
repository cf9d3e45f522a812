// The module that Shopify's custom pixel loads: the Shopify build, with the shop's storage, which a
// pixel reaches only by messages.

import type { Outbox } from "./shop";

/** The folder of this build's files, which never change. */
declare const BUILD: string;

/** `browser.localStorage`, as Shopify passes it to pixels. */
type Storage = {
  getItem(name: string): Promise<string | null>;
  setItem(name: string, text: string): Promise<unknown>;
};

/** The entry with the names of undelivered sales. Reading every name would take too long. */
const INDEX = "play-it-green-pixel";

/** A copy of the sales in memory, because storage may be unavailable. */
const memory: Record<string, string> = {};

/** Delivers the `sales` of this page, by their names, and all that earlier pages stored. */
export const deliver = async (
  { key, storage }: { key: string; storage: Storage },
  sales: Record<string, string>,
) => {
  const get = (name: string) => storage.getItem(name).catch(() => null);
  const set = (name: string, text: string) => storage.setItem(name, text).catch(() => {});
  const index = async () => new Set((await get(INDEX))?.split(" ") || []);
  const outbox: Outbox = {
    async read() {
      for (const name of [...(await index()), "play-it-green"]) {
        const text = await get(name);
        if (text) memory[name] ??= text;
      }
      return { ...memory };
    },
    async write(name, text) {
      memory[name] = text;
      await set(name, text);
      const names = await index();
      if (text[0] !== "{" && names.delete(name)) await set(INDEX, [...names].join(" "));
    },
  };
  Object.assign(memory, sales);
  const files = new URL(`${BUILD}/`, import.meta.url).href;
  const worker = new URL(files).origin;
  const module = await import(`${files}shopify.js`);
  await module.default({ key, worker, files, outbox }, Object.keys(sales));
};
