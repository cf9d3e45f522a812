// Play It Green for Shopify. In the admin: Settings > Customer events > Add custom pixel. Paste all of this, and
// put in your two values. Save, then Connect. It reads what was bought, and never sends who bought it.
const worker = "WORKER_ADDRESS"; // such as https://play-it-green.example.com
const key = "PUBLISHABLE_KEY"; // starts with pig_pk_

analytics.subscribe("checkout_completed", (event) => {
  (window.playitgreen ||= []).push({ shopify: event });
  const script = document.createElement("script");
  script.src = `${worker}/plugin/loader.js`;
  script.dataset.key = key;
  document.head.append(script);
});
