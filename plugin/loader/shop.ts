// Types that the loader and the Shopify pixel share with the files that they load.

/** A sale with one field, named after its source: the canonical sale, or a platform's payload. */
export type Found = Record<string, { id: string | number }>;

/**
 * Sales by their names. An undelivered sale is stored as the JSON text of its payload, a delivered
 * one as its number of trees. A suffix marks trees that wait for the buyer's payment.
 */
export type Outbox = {
  read(): Record<string, string> | Promise<Record<string, string>>;
  write(name: string, text: string): unknown;
};

export type Shop = {
  /** The publishable key. */
  key: string;
  /** The address of the Worker. */
  worker: string;
  /** The address of the folder with this build's files, on the Worker or in the shop. */
  files: string;
  outbox: Outbox;
};

/** The prefix of the names of sales in the browser's storage. */
export const PREFIX = "play-it-green:";

/**
 * Fields that may be stored in the browser: those of the contract and of the island. No other field
 * of the shop's data, such as the buyer's address, is stored. The platform comes first. The order
 * of the others is the one that brotli compresses best, because every page of a shop loads them.
 */
export const SALE_FIELDS =
  "sale woocommerce sold_at collections updated_at coupons variant lines opted_in currency " +
  "items_total status fees id quantity total sku platform product test paid refunded title bundled";
