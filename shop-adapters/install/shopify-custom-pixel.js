// Play It Green for Shopify. In the admin: Settings > Customer events > Add custom pixel. Paste all of this, and
// put in your two values. Save, then Connect.
const worker = "WORKER_ADDRESS"; // such as https://play-it-green.example.com
const key = "PUBLISHABLE_KEY"; // starts with pig_pk_

analytics.subscribe("checkout_completed", async (event) => {
  try {
    const wasm = fetch(`${worker}/plugin/plugin.wasm`);
    const plugin = await import(`${worker}/plugin/plugin.js`);
    await plugin.default({ module_or_path: wasm });
    await plugin.submit({ shopify: event }, key, worker);
  } catch (error) {
    console.warn("Play It Green: the sale could not be told.", error);
  }
});
