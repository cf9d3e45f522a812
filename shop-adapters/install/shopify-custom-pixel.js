// Play It Green for Shopify.
//
// In the Shopify admin: Settings > Customer events > Add custom pixel. Name it "Play It Green",
// paste all of this, put your own two values in, then Save and Connect.
// Under "Customer privacy", choose what your privacy policy says; "Not required" counts every sale.
//
// It reads what was bought. It never sends who bought it.

const worker = "https://YOUR-WORKER";
const key = "YOUR-PUBLISHABLE-KEY";

analytics.subscribe("checkout_completed", (event) => {
  (window.playitgreen ||= []).push({ shopify: event });
  const script = document.createElement("script");
  script.src = worker + "/plugin/loader.js";
  script.dataset.key = key;
  document.head.append(script);
});
