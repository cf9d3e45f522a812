// What the glue calls instead of the page's `fetch`. Shops patch theirs, and gloo-net stops the
// Wasm for good when one throws at once, rejects with what is no Error, or answers no Response.

const fetchOfPage = globalThis.fetch;

const safeFetch = async (...request: Parameters<typeof fetch>) => {
  try {
    const response = await fetchOfPage(...request);
    if (response instanceof Response) return response;
  } catch {}
  throw new TypeError("no response");
};

export { safeFetch as fetch };
