// The fields of a platform's payload that the browser may store: those that the platform's adapter
// reads. The buyer's name and address have other names.

import { SALE_FIELDS } from "./shop";

declare const ADAPTER: string;

const NAMES: Record<string, string> = {
  ga4:
    "ga4 at entry 0 1 2 event ecommerce transaction_id value tax shipping currency coupon items item_id " +
    "id item_name name item_variant variant price quantity item_category item_category2 " +
    "item_category3 item_category4 item_category5 category purchase actionField revenue products " +
    "currencyCode",
  bigcommerce:
    "bigcommerce id at order orderId status currency code orderAmount orderAmountAsInteger taxTotal " +
    "shippingCostTotal handlingCostTotal giftWrappingCostTotal coupons lineItems physicalItems " +
    "digitalItems giftCertificates customItems parentId productId variantId sku name quantity " +
    "extendedSalePrice extendedListPrice amount couponAmount",
};

const names =
  ADAPTER === "ga4" ? NAMES.ga4 : ADAPTER === "bigcommerce" ? NAMES.bigcommerce : SALE_FIELDS;

// Themes also write a list as an object whose names are numbers.
export const fields = [...names.split(" "), ...Array(1000).keys()];
