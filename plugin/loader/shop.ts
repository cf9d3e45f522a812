// What the loader, or the Shopify pixel, hands to the files that it loads.

/** One field, which says what was found: the canonical sale, or what a platform hands over. */
export type Found = Record<string, { id: string | number }>;

/**
 * Sales by their names, each as the JSON text of what was found until it is delivered, and then as the
 * number of trees it orders; with words behind the number if they wait for the buyer's payment.
 */
export type Outbox = {
  read(): Record<string, string> | Promise<Record<string, string>>;
  write(name: string, text: string): unknown;
};

export type Shop = {
  /** The publishable key. */
  key: string;
  /** The address of the folder that holds this build's files, which is the Worker's. */
  files: string;
  outbox: Outbox;
};

/** What the names of sales begin with, in the browser's storage. */
export const PREFIX = "play-it-green:";

/**
 * What may be kept in the browser: the fields of the contract and of the island. Nothing else that a
 * shop hands over, such as the buyer's address, is written down. The platform comes first; the order
 * of the others is the one that brotli makes smallest: every page of a shop loads them.
 */
export const SALE_FIELDS =
  "sale woocommerce sold_at collections updated_at coupons variant lines opted_in currency " +
  "items_total status fees id quantity total sku platform product test paid refunded title bundled";
