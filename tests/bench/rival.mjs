// The rival: what the Rust code does with a webhook, written by hand in plain JavaScript.
//
// Body in, trees under each campaign out. Campaigns are compiled once, as the Rust code reads them
// once. It counts trees only: unlike the Rust code it does not note down why.

import { compileCampaign } from "./rival/conditions.mjs";
import { LONG_INTEGER } from "./rival/values.mjs";
import { shopifySale } from "./rival/shopify.mjs";
import { woocommerceSale } from "./rival/woocommerce.mjs";

/** The same calls as the Wasm module's `Rules`, for text instead of bytes. */
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
 * JSON.parse makes doubles of integers, which keep ids up to 2^53. Should a sale have a longer one,
 * which no shop sends today, it is read again, slowly and exactly.
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
