// The basket of a page, as a sale that was not made yet: from attributes, from the shop's own code,
// or from the platform's cart.

/** One kind of item. Amounts are in major units, as the shop shows them. */
export type Item = {
  product?: string;
  variant?: string;
  sku?: string;
  title?: string;
  quantity?: number;
  /** The price of all its units, after discounts. */
  total?: number;
  collections?: string[];
};

export type Basket = { currency: string; coupons?: string[]; items: Item[] };

/**
 * Currencies whose minor unit does not have two digits. A test holds the list to the one of
 * `order-events/src/currency.rs`. The browser's own list describes how people write money, and omits
 * digits that still count.
 */
const DIGITS: Record<string, number> = {};
for (const [codes, digits] of [
  ["BIF BYR CLP DJF GNF IRT ISK JPY KMF KRW PYG RWF TRL UGX UYI VND VUV XAF XOF XPF", 0],
  ["BHD IQD JOD KWD LYD OMR TND", 3],
  ["CLF UYW", 4],
  ["BTC", 8],
] as const) {
  for (const code of codes.split(" ")) DIGITS[code] = digits;
}

/** Digits of a currency's minor unit. */
const digitsOf = (currency: string): number => DIGITS[currency] ?? 2;

/** Returns the sale that the basket would become if it were bought now. */
export const saleOf = ({ currency, coupons = [], items }: Basket) => {
  const minor = (amount = 0) => Math.round(amount * 10 ** digitsOf(currency));
  const now = new Date().toISOString();
  const lines = items.map((item) => ({
    product: item.product ?? null,
    variant: item.variant ?? null,
    sku: item.sku ?? null,
    title: item.title ?? "",
    quantity: item.quantity ?? 1,
    refunded: 0,
    total: minor(item.total),
    collections: item.collections ?? [],
  }));
  const total = lines.reduce((sum, line) => sum + line.total, 0);
  return {
    platform: "custom",
    id: "basket",
    sold_at: now,
    updated_at: now,
    status: "placed",
    test: false,
    currency,
    total,
    items_total: total,
    refunded: 0,
    coupons,
    opted_in: null,
    lines,
  };
};

/** Returns a basket of one product, from the attributes of an element. */
export const fromAttributes = (element: Element): Basket | undefined => {
  const text = (name: string) => element.getAttribute(name) || undefined;
  const currency = text("currency");
  if (!currency) return;
  const quantity = Number(text("quantity") ?? 1);
  const item: Item = {
    product: text("product"),
    variant: text("variant"),
    sku: text("sku"),
    title: text("product-title"),
    quantity,
    total: Number(text("price") ?? 0) * quantity,
    collections: text("collections")?.split(" "),
  };
  return { currency, items: [item] };
};

const json = async (address: string) => {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}`);
  return answer.json();
};

/** Reads Shopify's cart. Its amounts have two decimals in every currency. */
const fromShopify = async (): Promise<Basket> => {
  const cart = await json("/cart.js");
  return {
    currency: cart.currency,
    coupons: (cart.cart_level_discount_applications ?? []).map((each: any) => each.title),
    items: cart.items.map((item: any) => ({
      product: `${item.product_id}`,
      variant: `${item.variant_id}`,
      sku: item.sku || undefined,
      title: item.product_title,
      quantity: item.quantity,
      total: item.final_line_price / 100,
    })),
  };
};

/** Reads WooCommerce's cart. Its amounts have as many decimals as the shop shows. */
const fromWooCommerce = async (): Promise<Basket> => {
  const { items, coupons, totals } = await json("/wp-json/wc/store/v1/cart");
  const major = (amount: string) => Number(amount) / 10 ** totals.currency_minor_unit;
  return {
    currency: totals.currency_code,
    coupons: coupons.map((each: any) => each.code),
    items: items.map((item: any) => ({
      // The cart lists a variation by its own id.
      [item.variation?.length ? "variant" : "product"]: `${item.id}`,
      sku: item.sku || undefined,
      title: item.name,
      quantity: item.quantity,
      total: major(item.totals.line_total),
    })),
  };
};

export const CARTS: Record<string, () => Promise<Basket>> = {
  shopify: fromShopify,
  woocommerce: fromWooCommerce,
};

/** Requests that change the cart of a page. */
const CHANGE = /\/cart\/(add|change|update|clear)|\/wc\/store\/|wc-ajax=/;

/** Calls `changed` whenever the page's cart may have changed. */
export const watchCart = (changed: () => void) => {
  addEventListener("pageshow", changed);
  try {
    new PerformanceObserver((list) => {
      const entries = list.getEntries();
      // The plugin's own request for the cart is not a change.
      if (entries.some(({ name }) => CHANGE.test(name) && !name.endsWith("/v1/cart"))) changed();
    }).observe({ type: "resource" });
  } catch {}
};
