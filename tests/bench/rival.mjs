// The baseline: the Rust code's work on a webhook, written by hand in plain JavaScript.
//
// Takes a body and returns the trees under each campaign. Campaigns are compiled once, as the Rust
// code reads them once. It only counts trees: unlike the Rust code, it records no reasons.

import { compileCampaign } from "./rival/conditions.mjs";
import { LONG_INTEGER } from "./rival/values.mjs";
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
    const sale = read(text, convert);
    return this.#campaigns.map((trees) => trees(sale));
  }
}

/**
 * JSON.parse reads integers as doubles, which are exact up to 2^53. If a sale has a longer id,
 * which no shop sends today, the text is parsed again by a slower, exact method.
 */
function read(text, convert) {
  try {
    return convert(JSON.parse(text));
  } catch (error) {
    if (error !== LONG_INTEGER) throw error;
    return convert(JSON.parse(text, keepLongIntegers));
  }
}

function keepLongIntegers(_key, value, { source }) {
  const isLong = typeof value === "number" && !Number.isSafeInteger(value) && /^\d+$/.test(source);
  return isLong ? source : value;
}
