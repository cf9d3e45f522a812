//! Shops whose webhook is silent, as the settings list them.

use crate::domain::local_time::minute_in_words;
use crate::store::connections::SilentShop;

/// A shop whose webhook is silent, in words.
pub(crate) struct SilentView<'a> {
    pub(crate) name: &'a str,
    /// When the first claim came that is not confirmed, in the merchant's time zone.
    pub(crate) since: String,
    /// The place of the webhook on its platform, and the remedy there.
    pub(crate) advice: &'static str,
    pub(crate) problem: Option<&'a str>,
}

impl<'a> SilentView<'a> {
    pub(crate) fn new(shop: &'a SilentShop, time_zone: &str) -> Self {
        Self {
            name: &shop.name,
            since: minute_in_words(shop.silent_since, time_zone).unwrap_or_default(),
            advice: advice(&shop.platform),
            problem: shop.problem.as_deref(),
        }
    }
}

fn advice(platform: &str) -> &'static str {
    match platform {
        "woocommerce" => {
            "In WooCommerce > Settings > Advanced > Webhooks, open the webhook and set its status to \
             Active: WooCommerce turns it off after five failed deliveries. Then save any order of the \
             last days, and it is delivered."
        }
        _ => {
            "In Shopify, look in Settings > Notifications > Webhooks: the webhook for orders has to be \
             there with the address that GET /api/shops/ID/webhook shows. Shopify removes a webhook \
             whose deliveries fail for days."
        }
    }
}
