//! Shops whose webhook is silent, and copies of shops, as the settings list them.

use crate::domain::local_time::minute_in_words;
use crate::store::connections::SilentShop;
use crate::store::copies::CopyRow;

/// A shop whose webhook is silent, in words.
pub(crate) struct SilentView<'a> {
    pub(crate) id: &'a str,
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
            id: &shop.id,
            name: &shop.name,
            since: minute_in_words(shop.silent_since, time_zone).unwrap_or_default(),
            advice: advice(&shop.platform),
            problem: shop.problem.as_deref(),
        }
    }
}

/// A copy of a shop, in words.
pub(crate) struct CopyView<'a> {
    pub(crate) shop_id: &'a str,
    pub(crate) shop: &'a str,
    /// Its address.
    pub(crate) site: &'a str,
    /// How many sales it reported.
    pub(crate) sales: String,
    /// When it last delivered, in the merchant's time zone.
    pub(crate) last: String,
}

impl<'a> CopyView<'a> {
    pub(crate) fn new(copy: &'a CopyRow, time_zone: &str) -> Self {
        Self {
            shop_id: &copy.shop_id,
            shop: &copy.shop,
            site: &copy.site,
            sales: match copy.sales {
                1 => "1 sale".to_owned(),
                sales => format!("{sales} sales"),
            },
            last: minute_in_words(copy.last_at, time_zone).unwrap_or_default(),
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
