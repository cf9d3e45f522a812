// The content of the post of a sale, on every kind of page that holds one.

import { badge, expect, island, kept, KEY, perMug, read, sale, test } from "./storefront";

const NBSP = "\u00a0";

test("a page without a sale loads the loader and nothing else", async ({ page, storefront }) => {
  await storefront.open(page, storefront.product());
  await page.waitForLoadState("networkidle");
  expect(storefront.paths()).toEqual(["GET /plugin/loader.js"]);
  expect(await kept(page)).toEqual({});
});

test("a data island is posted once, without preflight, and the trees are shown", async ({ page, storefront }) => {
  await storefront.open(page, storefront.confirmation());
  await expect(badge(page)).toHaveText(`This order plants 2${NBSP}trees×`);
  expect(storefront.paths().toSorted()).toEqual([
    "GET /api/campaigns/",
    "GET /plugin/BUILD/widgets.js",
    "GET /plugin/BUILD/woocommerce.js",
    "GET /plugin/BUILD/woocommerce.wasm",
    "GET /plugin/loader.js",
    "POST /api/orders/",
  ]);
  const [post] = storefront.posts();
  expect(JSON.parse(post.body)).toEqual({ key: KEY, sale });
  expect(post.type).toMatch(/^text\/plain/);
  expect(post.origin).toBe(storefront.shop);
  expect(storefront.warnings).toEqual([]);
});

test("the page gets one global and no cookie", async ({ page, storefront }) => {
  await storefront.open(page, "<!doctype html><title>Bare</title>");
  const before = await page.evaluate(() => Object.getOwnPropertyNames(window));
  await storefront.open(page, storefront.confirmation());
  await expect(badge(page)).toBeVisible();
  const after = await page.evaluate(() => Object.getOwnPropertyNames(window));
  expect(after.filter((name) => !before.includes(name))).toEqual(["playitgreen"]);
  expect(await page.context().cookies()).toEqual([]);
});

test("a sale that no campaign wants never leaves the shop", async ({ page, storefront }) => {
  storefront.campaigns = [{ ...perMug, conditions: { ...perMug.conditions, when: { shop: ["shop_2"] } } }];
  await storefront.open(page, storefront.confirmation());
  await expect.poll(() => kept(page)).toEqual({ "play-it-green:19": "0" });
  expect(storefront.posts()).toEqual([]);
  await expect(badge(page)).toHaveCount(0);
});

test("a condition on the shop is asked of the shop that the key belongs to", async ({ page, storefront }) => {
  storefront.campaigns = [{ ...perMug, conditions: { ...perMug.conditions, when: { shop: ["shop_1"] } } }];
  await storefront.open(page, storefront.confirmation());
  await expect(badge(page)).toBeVisible();
});

test("five reloads show the trees again and ask the Worker nothing", async ({ page, storefront }) => {
  await storefront.open(page, storefront.confirmation());
  await expect(badge(page)).toBeVisible();
  storefront.requests = [];
  for (let visit = 0; visit < 5; visit += 1) {
    await page.reload();
    await expect(badge(page)).toHaveText(`This order plants 2${NBSP}trees×`);
  }
  expect(storefront.paths().filter((path) => path.includes("/api/"))).toEqual([]);
});

test("two tabs that open the same page post one sale", async ({ context, page, storefront }) => {
  const other = await context.newPage();
  storefront.order = () => ({ status: 201, body: { trees: 2 }, delay: 200 });
  await Promise.all([
    storefront.open(page, storefront.confirmation()),
    storefront.open(other, storefront.confirmation()),
  ]);
  await expect(badge(page)).toBeVisible();
  await expect(badge(other)).toBeVisible();
  expect(storefront.posted()).toEqual(["19"]);
});

test("the shop's own code can hand over a sale, before the loader is there or after", async ({ page, storefront }) => {
  const own = { ...sale, platform: "custom" };
  await storefront.open(
    page,
    `<!doctype html><title>Shop</title><script>
      (window.playitgreen ||= []).push({ sale: ${JSON.stringify({ ...own, id: "before" })} });
    </script><body>${storefront.snippet()}`,
  );
  await expect(badge(page)).toBeVisible();
  await page.evaluate((after) => window.playitgreen.sale(after), { ...own, id: "after" });
  await expect.poll(() => storefront.posts().length).toBe(2);
  expect(storefront.posts().map(({ body }) => JSON.parse(body).sale)).toEqual([
    { ...own, id: "before" },
    { ...own, id: "after" },
  ]);
});

test("sales that are handed over at the same time are posted once each", async ({ page, storefront }) => {
  const sales = ["1", "2", "3"].map((id) => ({ sale: { ...sale, id } }));
  const twice = storefront.snippet() + storefront.snippet();
  await storefront.open(
    page,
    `<!doctype html><title>Shop</title><body>${twice}<script>
      window.playitgreen = ${JSON.stringify(sales)};
    </script>`,
  );
  const all = { "play-it-green:1": "2", "play-it-green:2": "2", "play-it-green:3": "2" };
  await expect.poll(() => kept(page)).toEqual(all);
  expect(storefront.posted().toSorted()).toEqual(["1", "2", "3"]);
  await expect(badge(page)).toHaveCount(1);
  expect(storefront.warnings).toEqual([]);
});

test("nothing that a shop's own code hands over throws into it", async ({ page, storefront }) => {
  await storefront.open(page, storefront.product());
  await expect.poll(() => page.evaluate(() => typeof window.playitgreen?.sale)).toBe("function");
  await page.evaluate(() => {
    const { playitgreen } = window;
    const circular: any = { id: 1 };
    circular.lines = circular;
    for (const found of [undefined, null, 7, "sale", {}, [], { sale: null }, { sale: circular }]) {
      playitgreen.push(found);
    }
    playitgreen.sale(undefined);
  });
  await page.evaluate((own) => window.playitgreen.sale(own), { ...sale, platform: "custom" });
  await expect.poll(() => storefront.posted()).toEqual(["19"]);
});

test("a sale that names a prototype or a constructor changes no object of the page", async ({ page, storefront }) => {
  const hostile = `"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}`;
  const isUnchanged = () => page.evaluate(() => !("polluted" in {}) && {}.constructor === Object);
  await storefront.open(page, storefront.confirmation().replace('{"id":19', `{${hostile},"id":19`));
  await expect(badge(page)).toBeVisible();
  expect(JSON.parse(storefront.posts()[0].body)).toEqual({ key: KEY, sale });
  await page.evaluate(
    ([own, other, hostile]) => {
      const { playitgreen } = window;
      playitgreen.sale(JSON.parse(`{${hostile},${own.slice(1)}`));
      playitgreen.push(JSON.parse(`{"sale":{${hostile},${other.slice(1)}}`));
    },
    [...["__proto__", "constructor"].map((id) => JSON.stringify({ ...sale, platform: "custom", id })), hostile],
  );
  const ids = ["19", "__proto__", "constructor"];
  await expect.poll(() => storefront.posted().toSorted()).toEqual(ids);
  expect(Object.keys(await kept(page)).toSorted()).toEqual(ids.map((id) => `play-it-green:${id}`));
  expect(await isUnchanged()).toBe(true);

  const entry = read("shop-adapters/tests/samples/ga4-purchase.json").trim();
  storefront.campaigns = [{ ...perMug, conditions: { trees: [{ per_order: { trees: 2 } }] } }];
  await storefront.open(page, `<!doctype html><title>Shop</title><body>${storefront.snippet("loader-ga4")}
    <script>window.dataLayer = [JSON.parse(${JSON.stringify(`{${hostile},${entry.slice(1)}`)})]</script>`);
  const id = JSON.parse(entry).ecommerce.transaction_id;
  await expect.poll(() => storefront.posted()).toContain(id);
  expect(JSON.stringify(storefront.posts())).not.toContain("polluted");
  expect(await isUnchanged()).toBe(true);
});

test("an island that is no JSON breaks nothing", async ({ page, storefront }) => {
  await storefront.open(page, storefront.confirmation().replace('{"id":19', "{oops"));
  await expect.poll(() => storefront.warnings.length).toBe(1);
  expect(storefront.posts()).toEqual([]);
});

test("personal data that a shop hands over is neither kept nor sent", async ({ page, storefront }) => {
  storefront.order = () => ({ status: 503, body: { message: "try again later" } });
  const buyer = { email: "buyer@example.com", name: "Nobody Invented" };
  await storefront.open(
    page,
    `<!doctype html><title>Shop</title><body>${storefront.snippet()}<script>
      (window.playitgreen ||= []).push({ sale: ${JSON.stringify({ ...sale, ...buyer, buyer })} });
    </script>`,
  );
  await expect.poll(() => storefront.warnings).toHaveLength(1);
  const texts = JSON.stringify([await kept(page), storefront.posts()]);
  expect(texts).toContain("MUG-BLUE");
  expect(texts).not.toContain("buyer@example.com");
  expect(texts).not.toContain("Nobody Invented");
});

test("Google's data layer is read, whether the purchase comes before the loader or after", async ({ page, storefront }) => {
  const entry = JSON.parse(read("shop-adapters/tests/samples/ga4-purchase.json"));
  const withBuyer = { ...entry, user_data: { email: "buyer@example.com" } };
  const second = structuredClone(withBuyer);
  second.ecommerce.transaction_id = "T_later";
  storefront.campaigns = [{ ...perMug, conditions: { trees: [{ per_order: { trees: 2 } }] } }];
  await storefront.open(
    page,
    `<!doctype html><title>Shop</title><script>window.dataLayer = [{ event: "page_view" }, ${JSON.stringify(withBuyer)}]</script>
     <body>${storefront.snippet("loader-ga4")}<h1>Thank you</h1>`,
  );
  await expect.poll(() => storefront.posted()).toEqual([entry.ecommerce.transaction_id]);
  await page.evaluate((pushed) => {
    const { dataLayer } = window;
    dataLayer.push({ event: "scroll" });
    dataLayer.push({ ...pushed, event: "purchase_begins" }, pushed, { ...pushed, event: "refund" });
    (function gtag(..._: unknown[]) {
      dataLayer.push(arguments);
    })("event", "purchase", { ...pushed.ecommerce, transaction_id: "T_gtag" });
  }, second);
  const ids = [entry.ecommerce.transaction_id, "T_later", "T_gtag"];
  await expect.poll(() => storefront.posted().toSorted()).toEqual(ids.toSorted());
  expect(JSON.stringify([await kept(page), storefront.posts()])).not.toContain("buyer@example.com");
  expect(await page.evaluate(() => window.dataLayer.length)).toBe(7);
  await page.evaluate((own) => window.playitgreen.sale(own), { ...sale, platform: "custom", id: "own" });
  await expect.poll(() => storefront.posted()).toContain("own");
});

test("a data layer that the shop makes after the loader ran is read", async ({ page, storefront }) => {
  const entry = JSON.parse(read("shop-adapters/tests/samples/ga4-purchase.json"));
  storefront.campaigns = [{ ...perMug, conditions: { trees: [{ per_order: { trees: 2 } }] } }];
  await storefront.open(page, `<!doctype html><title>Shop</title><body>${storefront.snippet("loader-ga4")}`);
  await page.waitForFunction(() => window.playitgreen?.check);
  const length = await page.evaluate((pushed) => {
    const shop = window;
    shop.dataLayer = shop.dataLayer || [];
    shop.dataLayer.push(pushed);
    return shop.dataLayer.length;
  }, entry);
  expect(length).toBe(1);
  await expect.poll(() => storefront.posted()).toEqual([entry.ecommerce.transaction_id]);
});

for (const [title, pushes] of Object.entries({
  "the purchase first and its event later": (ecommerce: any) => [{ ecommerce }, { event: "purchase" }],
  "its event first and the purchase later": (ecommerce: any) => [{ event: "purchase" }, { ecommerce }],
})) {
  test(`a purchase in two pushes is read, ${title}`, async ({ page, storefront }) => {
    const { ecommerce } = JSON.parse(read("shop-adapters/tests/samples/ga4-purchase.json"));
    storefront.campaigns = [{ ...perMug, conditions: { trees: [{ per_order: { trees: 2 } }] } }];
    const layer = `<script>window.dataLayer = [{ event: "view_cart", ecommerce: { items: [] } }, { ecommerce: null }]</script>`;
    await storefront.open(page, `<!doctype html><title>Shop</title>${layer}<body>${storefront.snippet("loader-ga4")}`);
    await page.waitForFunction(() => window.playitgreen?.check);
    await page.evaluate((all) => {
      for (const one of all) window.dataLayer.push(one);
    }, [...pushes(ecommerce), { event: "scroll" }, { event: "refund", ecommerce }]);
    await expect.poll(() => storefront.posted()).toEqual([ecommerce.transaction_id]);
  });
}

test("what the shop signed reaches the Worker byte for byte, with its signature", async ({ page, storefront }) => {
  const signed = 'data-signature="c2lnbmVk"';
  storefront.order = () => ({ status: 503, body: { message: "try again later" } });
  const text = JSON.stringify(island);
  await storefront.open(page, storefront.confirmation(island, "", "", signed));
  await expect.poll(() => storefront.posts().length).toBeGreaterThan(0);
  // The buyer leaves the page before the Worker accepts the sale, and the next page has no island.
  storefront.order = () => ({ status: 201, body: { sale: "19", proof: "verified", trees: 2, orders: [] } });
  await page.evaluate(() => localStorage.removeItem("play-it-green"));
  await storefront.open(page, storefront.product());
  await expect.poll(() => storefront.taken).toEqual(["19"]);
  for (const { path, body } of storefront.posts()) {
    expect(path).toBe("/storefront/sales");
    expect(JSON.parse(body)).toEqual({ key: KEY, island: text, signature: "c2lnbmVk" });
  }
});

test("a signed sale that no campaign asks for is not sent", async ({ page, storefront }) => {
  storefront.campaigns = [];
  await storefront.open(page, storefront.confirmation(island, "", "", 'data-signature="c2lnbmVk"'));
  await expect.poll(async () => (await kept(page))["play-it-green:19"]).toBe("0");
  expect(storefront.posts()).toEqual([]);
});

test("the badge of an unpaid order says what its trees wait for, and asks again later", async ({ page, storefront }) => {
  const answer = (awaiting_payment: boolean) => ({
    status: 200,
    body: { sale: "19", proof: "claimed", trees: 2, awaiting_payment, orders: [] },
  });
  storefront.mayRepeat = true;
  storefront.order = () => answer(true);
  await storefront.open(page, storefront.confirmation());
  await expect(badge(page)).toContainText("This order plants 2\u00a0trees when your payment arrives");
  await page.waitForLoadState("networkidle");
  storefront.order = () => answer(false);
  await page.reload();
  await expect(badge(page).locator("[part=text]")).toHaveText("This order plants 2\u00a0trees");
  expect(storefront.taken).toEqual(["19", "19"]);
});

test("in a shop with a data layer, a widget further down the page is found, too", async ({ page, storefront }) => {
  // The loader runs before the rest of the page is parsed, as when it comes from the cache.
  const loader = storefront.snippet("loader-ga4").replace("async ", "");
  const html = `<!doctype html><title>Mug</title><script>window.dataLayer = []</script>${loader}<body><play-it-green-counter></play-it-green-counter>`;
  await storefront.open(page, html);
  await expect(page.locator("play-it-green-counter")).toContainText("1,234");
});

test("a page of a shop with a data layer and no purchase loads the loader and nothing else", async ({ page, storefront }) => {
  const layer = `<script>window.dataLayer = [{ event: "view_item", ecommerce: { items: [] } }]</script>`;
  await storefront.open(page, `<!doctype html><title>Mug</title>${layer}<body>${storefront.snippet("loader-ga4")}`);
  await page.waitForLoadState("networkidle");
  expect(storefront.paths()).toEqual(["GET /plugin/loader-ga4.js"]);
});

test("BigCommerce's confirmation page is read from its own interface, by the order's id in the line", async ({ page, storefront }) => {
  const order = JSON.parse(read("shop-adapters/tests/payloads/bigcommerce-order.json"));
  storefront.campaigns = [{ ...perMug, conditions: { trees: [{ per_order: { trees: 2 } }] } }];
  const path = `/api/storefront/order/${order.orderId}`;
  storefront.documents[path] = { ...order, billingAddress: { email: "buyer@example.com" } };
  const html = (id: string) =>
    `<!doctype html><title>Shop</title><body>${storefront.snippet("loader-bigcommerce", `data-order="${id}"`)}<h1>Thank you</h1>`;
  // A shop that returns no order yet, or not to this visitor, reports no sale.
  await storefront.open(page, html("404"), "/checkout/order-confirmation");
  await page.waitForLoadState("networkidle");
  expect(await kept(page)).toEqual({});
  await storefront.open(page, html(`${order.orderId}`), "/checkout/order-confirmation");
  await expect.poll(() => storefront.posted()).toEqual([String(order.orderId)]);
  expect(JSON.stringify([await kept(page), storefront.posts()])).not.toContain("buyer@example.com");
  storefront.requests = [];
  await storefront.open(page, html(""), "/mugs/");
  await page.waitForLoadState("networkidle");
  expect(storefront.paths()).toEqual(["GET /plugin/loader-bigcommerce.js"]);
});

test("BigCommerce is asked for an order twice at most, however much a page loads", async ({ page, storefront }) => {
  const asked: string[] = [];
  page.on("request", (request) => {
    if (request.url().includes("/api/storefront/order/")) asked.push(request.url());
  });
  await page.route("**/part/*", (route) => route.fulfill({ body: "", contentType: "text/javascript" }));
  const parts = [...Array(20).keys()].map((part) => `<script src="/part/${part}"></script>`).join("");
  const line = storefront.snippet("loader-bigcommerce", 'data-order="404"').replace("async ", "");
  await storefront.open(page, `<!doctype html><title>Shop</title>${line}<body>${parts}`, "/checkout/order-confirmation");
  await page.waitForLoadState("networkidle");
  expect(asked.length).toBeGreaterThan(0);
  expect(asked.length).toBeLessThanOrEqual(2);
});

test("where a single product was bought at once, BigCommerce's address has the id", async ({ page, storefront }) => {
  const order = JSON.parse(read("shop-adapters/tests/payloads/bigcommerce-order.json"));
  storefront.campaigns = [{ ...perMug, conditions: { trees: [{ per_order: { trees: 2 } }] } }];
  storefront.documents[`/api/storefront/order/${order.orderId}`] = order;
  const html = `<!doctype html><title>Shop</title><body>${storefront.snippet("loader-bigcommerce")}<h1>Thank you</h1>`;
  await storefront.open(page, html, `/checkout/order-confirmation/${order.orderId}`);
  await expect.poll(() => storefront.posted()).toEqual([String(order.orderId)]);
});
