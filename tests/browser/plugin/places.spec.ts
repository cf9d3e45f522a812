// The plugin's behavior in restricted places: sandboxes, workers, policies, pages without storage,
// and visitors without consent.

import type { Page } from "@playwright/test";

import { badge, expect, island, kept, KEY, perMug, read, test, type Storefront } from "./storefront";

const everyOrder = { ...perMug, conditions: { trees: [{ per_order: { trees: 2 } }] } };

const shopifyEvent = read("shop-adapters/tests/samples/shopify-checkout-completed.json").replaceAll("</", "<\\/");

const shopifySale = {
  platform: "shopify",
  id: "5396439498987",
  sold_at: "2023-08-17T07:09:17.090Z",
  updated_at: "2023-08-17T07:09:17.090Z",
  status: "paid",
  test: false,
  currency: "INR",
  total: 5073,
  items_total: 4299,
  refunded: 0,
  coupons: [],
  opted_in: null,
  lines: [
    {
      product: "7992983748843",
      variant: "43751530397931",
      sku: null,
      title: "7 Shakra Bracelet",
      quantity: 1,
      refunded: 0,
      total: 4299,
      collections: [],
    },
  ],
};

/**
 * Returns a Shopify page: the pasted pixel in its sandboxed frame, with a `browser.localStorage`
 * that reaches the page's own by messages, as Shopify's does.
 */
const pixelPage = (storefront: Storefront, { consent = true, hasSale = true, hasStorage = true } = {}) => {
  const pixel = read("shop-adapters/install/shopify-custom-pixel.js")
    .replace("WORKER_ADDRESS", storefront.worker)
    .replace("PUBLISHABLE_KEY", KEY);
  const frame = `<script>
    const waiting = new Map();
    addEventListener("message", ({ data }) => {
      if (data.consent) return agreed({ customerPrivacy: { analyticsProcessingAllowed: true } });
      waiting.get(data.id)?.(data.value);
    });
    const ask = (action) => (...values) => ${hasStorage}
      ? new Promise((done) => {
          const id = Math.random();
          waiting.set(id, done);
          parent.postMessage({ id, action, values }, "*");
        })
      : Promise.reject(new Error("refused"));
    const browser = { localStorage: { getItem: ask("getItem"), setItem: ask("setItem") } };
    const init = { customerPrivacy: { analyticsProcessingAllowed: ${consent} } };
    let agreed, tell;
    const customerPrivacy = { subscribe: (_, callback) => { const earlier = agreed; agreed = (event) => { earlier?.(event); callback(event); }; } };
    const analytics = { subscribe: (_, callback) => (tell = callback) };
    (function (analytics, browser, init, customerPrivacy) { ${pixel} })(analytics, browser, init, customerPrivacy);
    if (${hasSale}) setTimeout(() => tell(${shopifyEvent}));
  </script>`;
  const quoted = frame.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  return `<!doctype html><title>Shop</title><script>
      addEventListener("message", ({ data, source }) => data.action &&
        source.postMessage({ id: data.id, value: localStorage[data.action](...data.values) }, "*"));
    </script><h1>Thank you</h1>
    <iframe sandbox="allow-scripts allow-forms" srcdoc="${quoted}"></iframe>`;
};

test("Shopify's pixel posts from its sandbox, once, and only what was bought", async ({ page, storefront }) => {
  storefront.campaigns = [everyOrder];
  await storefront.open(page, pixelPage(storefront));
  await expect.poll(() => kept(page)).toEqual({ "play-it-green:5396439498987": "2" });
  const [post] = storefront.posts();
  expect(post.origin).toBe("null");
  expect(storefront.requests.map(({ method }) => method)).not.toContain("OPTIONS");
  expect(JSON.parse(post.body)).toEqual({ key: KEY, sale: shopifySale });
  expect(storefront.warnings).toEqual([]);
  await page.reload();
  await page.waitForLoadState("networkidle");
  expect(storefront.posts().length).toBe(1);
});

test("what a pixel keeps holds nothing of the buyer", async ({ page, storefront }) => {
  storefront.list = () => null;
  await storefront.open(page, pixelPage(storefront));
  await storefront.called("GET /api/campaigns/");
  const text = (await kept(page))["play-it-green:5396439498987"];
  expect(text).toContain("7 Shakra Bracelet");
  const event = JSON.parse(shopifyEvent);
  const { email, phone, billingAddress } = event.data.checkout;
  for (const secret of [email, phone, billingAddress?.firstName, billingAddress?.address1, event.clientId]) {
    if (secret) expect(text).not.toContain(secret);
  }
  expect(text).not.toMatch(/address|email|phone|customer|clientId/i);
});

test("a pixel whose page was left delivers the sale from the next page of the shop", async ({ page, storefront }) => {
  storefront.campaigns = [everyOrder];
  storefront.fileDelay = 400;
  await storefront.open(page, pixelPage(storefront));
  await expect.poll(() => page.evaluate(() => localStorage["play-it-green-pixel"])).toBeTruthy();
  await page.goto("about:blank");
  expect(storefront.posts()).toEqual([]);
  await storefront.open(page, pixelPage(storefront, { hasSale: false }), "/mugs/");
  await expect.poll(() => kept(page)).toEqual({ "play-it-green:5396439498987": "2" });
  expect(storefront.posted()).toEqual(["5396439498987"]);
  storefront.requests = [];
  await storefront.open(page, pixelPage(storefront, { hasSale: false }), "/mugs/");
  await page.waitForLoadState("networkidle");
  expect(storefront.paths()).toEqual([]);
});

test("a pixel without storage posts all the same", async ({ page, storefront }) => {
  storefront.campaigns = [everyOrder];
  await storefront.open(page, pixelPage(storefront, { hasStorage: false }));
  await expect.poll(() => storefront.posted()).toEqual(["5396439498987"]);
});

test("a pixel waits for Shopify's consent, keeps nothing meanwhile, and then posts", async ({ page, storefront }) => {
  storefront.campaigns = [everyOrder];
  await storefront.open(page, pixelPage(storefront, { consent: false }));
  await page.waitForLoadState("networkidle");
  expect(storefront.paths()).toEqual([]);
  expect(await kept(page)).toEqual({});
  await page.evaluate(() => document.querySelector("iframe")!.contentWindow!.postMessage({ consent: true }, "*"));
  await expect.poll(() => storefront.posted()).toEqual(["5396439498987"]);
});

test("the plugin runs in a Web Worker", async ({ page, storefront }) => {
  storefront.campaigns = [everyOrder];
  const code = `
    const storage = { getItem: async () => null, setItem: async () => {} };
    const sale = JSON.stringify({ shopify: ${JSON.stringify(JSON.parse(shopifyEvent))} });
    import("${storefront.worker}/plugin/pixel.js").then((pixel) =>
      pixel.deliver({ key: "${KEY}", storage }, { "play-it-green:5396439498987": sale }));`;
  await storefront.open(page, "<!doctype html><title>Shop</title>");
  await page.evaluate((text) => {
    const address = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
    window.worker = new Worker(address, { type: "module" });
  }, code);
  await expect.poll(() => storefront.posted()).toEqual(["5396439498987"]);
  expect(JSON.parse(storefront.posts()[0].body).sale).toEqual(shopifySale);
});

test("a sandboxed frame without an origin has no storage, and its sale is posted", async ({ page, storefront }) => {
  const frame = storefront.confirmation().replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  await storefront.open(page, `<!doctype html><title>Shop</title><iframe width="600" height="400" sandbox="allow-scripts allow-forms" srcdoc="${frame}"></iframe>`);
  await expect.poll(() => storefront.posted()).toEqual(["19"]);
  expect(storefront.posts()[0].origin).toBe("null");
  await expect(page.frameLocator("iframe").locator("play-it-green-badge")).toBeVisible();
});

for (const [what, code] of [
  ["throws when it is touched", "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } })"],
  ["is not there, as in an app's web view,", "Object.defineProperty(window, 'localStorage', { value: null })"],
  ["is full", "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }; for (let size = 1 << 22; size > 8; size >>= 1) try { localStorage['x' + size] = 'x'.repeat(size); localStorage['y' + size] = 'x'.repeat(size); } catch {}"],
] as const) {
  test(`storage that ${what} costs no sale`, async ({ page, storefront }) => {
    await page.addInitScript(code);
    await storefront.open(page, storefront.confirmation());
    await expect(badge(page)).toBeVisible();
    expect(storefront.posted()).toEqual(["19"]);
  });
}

test("where a policy forbids Wasm, the console says so once and the Worker judges what was found", async ({ page, storefront }) => {
  storefront.policy = "script-src 'unsafe-inline' http://127.0.0.1:*";
  await storefront.open(page, storefront.confirmation({ ...island, billing: { email: "buyer@example.com" } }));
  await expect(badge(page)).toBeVisible();
  expect(storefront.warnings).toEqual([expect.stringContaining("wasm-unsafe-eval")]);
  const [post] = storefront.posts();
  expect([post.path, post.type]).toEqual(["/storefront/sales", expect.stringMatching(/^text\/plain/)]);
  expect(JSON.parse(post.body)).toEqual({ key: KEY, found: { woocommerce: island } });
  expect(storefront.requests.map(({ method }) => method)).not.toContain("OPTIONS");
  storefront.requests = [];
  await page.reload();
  await expect(badge(page)).toBeVisible();
  expect(storefront.posts()).toEqual([]);
});

test("a policy that forbids to connect leaves the sale kept, and breaks nothing", async ({ page, storefront }) => {
  storefront.policy = "connect-src 'self'";
  await storefront.open(page, storefront.confirmation());
  await expect.poll(() => storefront.warnings.length).toBeGreaterThan(0);
  expect(storefront.posts()).toEqual([]);
  expect(Object.keys(await kept(page))).toEqual(["play-it-green:19"]);
});

test("a policy for styles and Trusted Types does not stop the badge", async ({ page, storefront }) => {
  storefront.policy = "style-src 'self'; require-trusted-types-for 'script'";
  await storefront.open(page, storefront.confirmation());
  await expect(badge(page)).toBeVisible();
  expect(await badge(page).evaluate((host) => getComputedStyle(host).position)).toBe("fixed");
});

/** The consent interface that the WP Consent API plugin adds to a page. */
const wordPress = (isDelayed = false) => `<script>
  let answer = {};
  const add = () => (window.wp_has_consent = (category) => answer[category] === true);
  ${isDelayed ? "addEventListener('load', add);" : "add();"}
  window.agree = () => {
    answer = { statistics: true };
    document.dispatchEvent(new CustomEvent("wp_listen_for_consent_change", { detail: { statistics: "allow" } }));
  };
</script>`;

/** The consent interface of Shopify's storefront. */
const shopify = `<script>
  let isAllowed = false;
  window.Shopify = { customerPrivacy: { analyticsProcessingAllowed: () => isAllowed } };
  window.agree = () => {
    isAllowed = true;
    document.dispatchEvent(new CustomEvent("visitorConsentCollected", { detail: { analyticsAllowed: true } }));
  };
</script>`;

const withhold = async (page: Page, storefront: Storefront, loader = "loader") => {
  await page.waitForLoadState("networkidle");
  expect(storefront.paths()).toEqual([`GET /plugin/${loader}.js`]);
  expect(await kept(page)).toEqual({});
};

for (const [what, before, attributes] of [
  ["WordPress", wordPress(), ""],
  ["a WordPress that is late to ask", wordPress(true), 'data-consent="statistics"'],
]) {
  test(`without consent by ${what} nothing is kept or sent; once it is given, the sale is`, async ({ page, storefront }) => {
    await storefront.open(page, storefront.confirmation(island, before, attributes));
    await withhold(page, storefront);
    await page.evaluate(() => window.agree());
    await expect(badge(page)).toBeVisible();
    expect(storefront.posted()).toEqual(["19"]);
  });
}

test("without consent by Shopify's storefront nothing is kept or sent; once it is given, the sale is", async ({ page, storefront }) => {
  const own = `<script>(window.playitgreen ||= []).push({ woocommerce: ${JSON.stringify(island)} })</script>`;
  const line = storefront.snippet("loader-shopify");
  await storefront.open(page, `<!doctype html><title>Shop</title><body>${shopify}${own}${line}`);
  await withhold(page, storefront, "loader-shopify");
  await page.evaluate(() => window.agree());
  await expect(badge(page)).toBeVisible();
  expect(storefront.posted()).toEqual(["19"]);
});

/** A consent interface that answers by a cookie of an earlier visit, from the moment it is there. */
const earlier = (answer: boolean, when: string) => `<script>
  const add = () => {
    window.wp_has_consent = (category) => ${answer} && category === "statistics";
  };
  ${when}
</script>`;

/** How late the script of the consent interface may run. */
const arrivals: Record<string, string> = {
  "at the end of the page": "add();",
  "after the page": `addEventListener("load", () => {
    document.head.append(Object.assign(document.createElement("script"), { src: "/late.js" }));
  });`,
  "much later": `addEventListener("load", () => setTimeout(() => {
    add();
    document.dispatchEvent(new CustomEvent("wp_consent_type_defined"));
  }, 200));`,
};

const serveLate = (page: Page) =>
  page.route("**/late.js", (route) => route.fulfill({ body: "add();", contentType: "text/javascript" }));

for (const [when, arrival] of Object.entries(arrivals)) {
  test(`consent of an earlier visit counts, whose script comes ${when}`, async ({ page, storefront }) => {
    const attributes = 'data-consent="statistics"';
    await serveLate(page);
    await storefront.open(page, storefront.confirmation(island, "", attributes) + earlier(true, arrival));
    await expect(badge(page)).toBeVisible();
    expect(storefront.posted()).toEqual(["19"]);
  });

  test(`a refusal of an earlier visit counts, whose script comes ${when}, also after a reload`, async ({ page, storefront }) => {
    const attributes = 'data-consent="statistics"';
    await serveLate(page);
    await storefront.open(page, storefront.confirmation(island, "", attributes) + earlier(false, arrival));
    await withhold(page, storefront);
    storefront.requests = [];
    await page.reload();
    await page.waitForFunction(() => (window as any).wp_has_consent);
    await page.waitForLoadState("networkidle");
    expect(storefront.posts()).toEqual([]);
    expect(await kept(page)).toEqual({});
  });
}

test("with a data layer, a consent interface at the end of the page is asked without data-consent, too", async ({ page, storefront }) => {
  const entry = read("shop-adapters/tests/samples/ga4-purchase.json").replaceAll("</", "<\\/");
  storefront.campaigns = [everyOrder];
  // The loader comes from the cache, before the end of the page.
  const line = storefront.snippet("loader-ga4").replace("async ", "");
  const html = (answer: boolean) =>
    `<!doctype html><title>Shop</title><script>window.dataLayer = [${entry}]</script>${line}<body>${earlier(answer, "add();")}`;
  await storefront.open(page, html(false));
  await withhold(page, storefront, "loader-ga4");
  await storefront.open(page, html(true));
  await expect.poll(() => storefront.posts().length).toBe(1);
});

test("consent to another category than the shop asks for is none", async ({ page, storefront }) => {
  await storefront.open(page, storefront.confirmation(island, wordPress(), 'data-consent="marketing"'));
  await page.evaluate(() => window.agree());
  await withhold(page, storefront);
});
