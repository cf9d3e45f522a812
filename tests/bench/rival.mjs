// The baseline: the Rust code's work on a webhook, written by hand in plain JavaScript.
//
// Takes a body and returns the trees under each campaign. Campaigns are compiled once, as the Rust
// code reads them once. It only counts trees: unlike the Rust code, it records no reasons. It
// repairs less of a body that is not JSON, and its sums are exact up to 2^53 minor units.

import { compileCampaign, limited } from "./rival/conditions.mjs";
import { LONG_INTEGER, only } from "./rival/texts.mjs";
import { shopifySale } from "./rival/shopify.mjs";
import { woocommerceSale } from "./rival/woocommerce.mjs";

/** The same methods as the Wasm module's `Rules`, for text instead of bytes. */
export class Rules {
  #campaigns;

  constructor(shop, campaigns) {
    this.#campaigns = JSON.parse(campaigns).map((campaign) => compileCampaign(shop, campaign));
  }

  woocommerceOrder(text) {
    return this.#trees(text, woocommerceSale);
  }

  shopifyOrder(text) {
    return this.#trees(text, shopifySale);
  }

  #trees(text, convert) {
    const sale = limited(read(text, convert));
    return this.#campaigns.map((trees) => trees(sale));
  }
}

/**
 * JSON.parse reads integers as doubles, which are exact up to 2^53. If a sale has a longer id,
 * which no shop sends today, the text is parsed again by a slower, exact method.
 */
function read(text, convert) {
  try {
    return convert(only(parse(text)));
  } catch (error) {
    if (error !== LONG_INTEGER) throw error;
    return convert(only(parse(text, keepLongIntegers)));
  }
}

/** Plugins of a shop put control characters into its orders, and some shops a byte order mark. */
function parse(text, reviver) {
  try {
    return JSON.parse(text, reviver);
  } catch {
    return JSON.parse(text.replace(/^\ufeff/, "").replace(/[\0-\x1f]/g, " "), reviver);
  }
}

function keepLongIntegers(_key, value, { source }) {
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? source : value;
}
