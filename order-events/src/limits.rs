//! Every limit on sales and campaigns, in one place.
//!
//! Limits on sales prevent a bad sale from affecting others. They are wide, because a rejected sale
//! plants no trees. Limits on conditions bound the cost of evaluating one sale.

/// Lines in one sale. Shopify takes 500 in a cart; `WooCommerce` sets no limit.
pub const LINES_PER_SALE: usize = 1_000;

/// Bytes in an id, a SKU, a coupon or a collection: 255 characters of four bytes, as `BigCommerce`
/// allows for a SKU. <https://support.bigcommerce.com/articles/Public/Platform-Limits>
pub const ID_BYTES: usize = 1_020;

/// Bytes in the title of a line or the name of a campaign: 255 characters of four bytes.
pub const TITLE_BYTES: usize = 1_020;

/// Coupons on one sale, and collections on one line: `BigCommerce` allows 1,000 categories per
/// product. <https://support.bigcommerce.com/articles/Public/Platform-Limits>
pub const NAMES_PER_LIST: usize = 1_000;

/// Collections of all lines together that are evaluated; those of later lines are left out.
pub const COLLECTIONS_PER_SALE: usize = 5_000;

/// Bytes in the titles of all lines together in which parts are searched; those of later lines are
/// left out.
pub const TITLES_BYTES_PER_SALE: usize = 131_072;

/// Coupons of one sale that are evaluated; the others are left out.
pub const COUPONS_EVALUATED: usize = 100;

/// Units of one line. Keeps every product of quantity and trees far inside an `i64`.
pub const QUANTITY: u32 = 1_000_000;

/// Minor units in one amount: 2^53 - 1, the largest integer that every JSON reader preserves
/// exactly.
pub const AMOUNT: i64 = 9_007_199_254_740_991;

/// Trees that one sale may order under one campaign, under any conditions.
pub const TREES_PER_ORDER: u32 = 1_000_000;

/// Trees that a cap per month may name.
pub const TREES_PER_MONTH: u32 = 1_000_000_000;

/// Campaigns of one merchant. Each of the merchant's sales is evaluated against all of them.
pub const CAMPAIGNS_PER_MERCHANT: usize = 50;

/// Bytes in the conditions of all campaigns of one merchant, as JSON. The Worker evaluates every
/// posted sale against all of them, and a storefront downloads them.
pub const CAMPAIGN_BYTES_PER_MERCHANT: usize = 262_144;

/// Tree rules in one campaign.
pub const TREE_RULES: usize = 20;

/// Levels of conditions within one another: `{"not": "opted_in"}` has two.
pub const CONDITION_DEPTH: usize = 10;

/// Conditions in one campaign, with those that only combine others.
pub const CONDITIONS: usize = 100;

/// Values in all lists of one campaign together: ids, SKUs, coupons, collections and shops. The
/// storefront downloads them.
pub const VALUES: usize = 2_000;

/// Parts of titles in one campaign, and in all campaigns of a merchant together. Each is searched
/// for in the title of each line.
pub const TITLE_PARTS: usize = 50;

/// Comparisons that the search for contradictions in one campaign may cost. Realistic conditions
/// take a few hundred. If the search is cut off, the conditions count as possible.
pub const CONTRADICTION_WORK: u32 = 100_000;
