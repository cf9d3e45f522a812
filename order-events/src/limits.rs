//! Every limit on what a sale or a campaign may hold, in one place.

/// Lines in one sale. Shopify allows 500 in a cart; WooCommerce sets no limit.
pub const LINES_PER_SALE: usize = 500;

/// Bytes in an id that a shop gives: of a sale, a product, a variant or a collection, or a SKU.
pub const ID_BYTES: usize = 100;

/// Bytes in the title of a line or the name of a campaign.
pub const TITLE_BYTES: usize = 500;

/// Coupons on one sale, and collections on one line.
pub const NAMES_PER_LIST: usize = 50;

/// Units of one line. Keeps every product of quantity and trees far inside an `i64`.
pub const QUANTITY: u32 = 1_000_000;

/// Minor units in one amount: 2^53 - 1, the largest integer that every reader of JSON keeps exact.
pub const AMOUNT: i64 = 9_007_199_254_740_991;

/// Trees that one sale may order under one campaign, whatever its conditions say.
pub const TREES_PER_ORDER: u32 = 1_000_000;
