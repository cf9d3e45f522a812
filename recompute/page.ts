// The button on the page of a closed purchase order that recomputes it in this browser.

import init, { Recomputation } from "glue";

interface Records {
  order?: unknown;
  lines?: unknown;
  items: { id: string }[];
  has_more: boolean;
}

const section = document.querySelector<HTMLElement>("#digest")!;
const button = section.querySelector<HTMLButtonElement>("button")!;
const result = section.querySelector<HTMLElement>("[role=status]")!;

const read = async (after: string): Promise<Records> => {
  const response = await fetch(`${section.dataset.records}?after=${after}`);
  if (!response.ok) throw new Error(`the server responded with ${response.status}`);
  return response.json();
};

const show = (text: string, className: string): void => {
  result.textContent = text;
  result.className = className;
};

/** Reads all records, page after page, and returns the first difference in words. */
const recompute = async (): Promise<string | undefined> => {
  await init({ module_or_path: fetch(new URL("recompute.wasm", import.meta.url)) });
  let page = await read("");
  const recomputation = new Recomputation(page.order, page.lines);
  let count = 0;
  for (;;) {
    recomputation.add(page.items);
    count += page.items.length;
    show(`${count.toLocaleString("en")} orders and credits read …`, "soft");
    if (!page.has_more) return recomputation.difference(section.dataset.digest!);
    page = await read(page.items.at(-1)!.id);
  }
};

button.hidden = false;
button.addEventListener("click", async () => {
  button.disabled = true;
  try {
    const difference = await recompute();
    if (difference === undefined) show("It agrees: this browser computed the same sums and the same digest.", "good");
    else show(`It differs: ${difference}`, "notice");
  } catch (error) {
    show(`It could not be recomputed: ${error instanceof Error ? error.message : error}. Try again.`, "notice");
  }
  button.disabled = false;
});
