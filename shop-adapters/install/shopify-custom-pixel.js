// Play It Green for Shopify. In the admin: Settings > Customer events > Add custom pixel. Paste all of this, and
// put in your two values. Save, then Connect. It keeps and sends what was bought, and never who bought it.
const worker = "WORKER_ADDRESS"; // such as https://play-it-green.example.com
const key = "PUBLISHABLE_KEY"; // starts with pig_pk_

const fields =
  "shopify timestamp data checkout order id currencyCode totalPrice amount subtotalPrice totalTax shippingLine " +
  "lineItems title quantity variant sku price product finalLinePrice discountAllocations discountApplications type " +
  "attributes key value transactions paymentMethod";
const isBought = (name, value) =>
  name === "attributes" ? value?.filter(({ key }) => key === "plant_trees")
  : fields.split(" ").includes(name) || /^\d*$/.test(name) ? value : undefined;
const storage = browser.localStorage;
const quietly = (act) => act().catch((error) => console.warn("Play It Green:", error));
const deliver = async (sales) => (await import(`${worker}/plugin/pixel.js`)).deliver({ key, storage }, sales);
const ifAllowed = (act) =>
  init.customerPrivacy?.analyticsProcessingAllowed === false
    ? customerPrivacy.subscribe("visitorConsentCollected", (event) =>
        event.customerPrivacy.analyticsProcessingAllowed && quietly(act))
    : quietly(act);

analytics.subscribe("checkout_completed", (event) => ifAllowed(async () => {
  // The number stands at the end, or before a query.
  const id = /\d+(?=[?#]|$)/.exec(event.data.checkout.order?.id);
  const name = `play-it-green:${id}`;
  // Kept before anything is loaded: a buyer who leaves at once costs a delay, not a sale.
  const kept = await storage.getItem(name).catch(() => null);
  const sale = kept || JSON.stringify({ shopify: event }, isBought);
  if (!id || sale[0] !== "{") return;
  if (!kept) {
    await storage.setItem(name, sale).catch(() => {});
    const names = await storage.getItem("play-it-green-pixel").catch(() => null);
    await storage.setItem("play-it-green-pixel", names ? `${names} ${name}` : name).catch(() => {});
  }
  await deliver({ [name]: sale });
}));

// A sale that an earlier page could not deliver.
ifAllowed(async () => {
  if (await storage.getItem("play-it-green-pixel").catch(() => null)) await deliver({});
});
