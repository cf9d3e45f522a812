//! The demo shop: storefront pages on another origin than the Worker, filled with real payloads.
//! The code is pure: its caller serves the pages and calls the Worker.

mod landing;
mod merchant;
mod route;
mod storefront;
mod template;

pub use landing::{landing, month_end};
pub use merchant::{CAMPAIGNS, Campaign, MERCHANT, MerchantDetails, SHOPS, ShopDetails};
pub use route::Route;
pub use storefront::{order_received, shopify_pixel, shopify_thank_you};

/// The data of the demo's merchant that the pages need.
#[derive(Clone, Debug)]
pub struct Storefront {
    /// The origin of the Worker: `http://localhost:8787`.
    pub worker: String,
    /// The shop on Shopify.
    pub shopify: Shop,
    /// The shop on WooCommerce.
    pub woocommerce: Shop,
}

/// A shop and the key in its pages.
#[derive(Clone, Debug)]
pub struct Shop {
    /// The Worker's id of the shop.
    pub id: String,
    /// Its publishable key.
    pub publishable_key: String,
}
