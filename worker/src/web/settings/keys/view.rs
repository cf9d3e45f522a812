//! One key of the list in Settings > API Payments.

use order_events::Timestamp;

use crate::auth::keys::Key;
use crate::domain::local_time::minute_in_words;
use crate::domain::states::KeyKind;
use crate::store::shops::ShopRow;
use crate::web::settings::copy;

/// A key, in words.
pub(crate) struct KeyView<'a> {
    pub(crate) id: &'a str,
    pub(crate) name: &'a str,
    /// Its text as far as it may be shown: `pig_pk_live_…1f4e`.
    pub(crate) text: String,
    pub(crate) kind: &'a str,
    pub(crate) mode: &'a str,
    /// The shop of a publishable key.
    pub(crate) shop: Option<&'a str>,
    pub(crate) scopes: String,
    /// The origins of a publishable key.
    pub(crate) origins: String,
    pub(crate) made: String,
    pub(crate) last_used: String,
    pub(crate) state: String,
    pub(crate) works: bool,
}

impl<'a> KeyView<'a> {
    /// A key as it is at the instant `now`, in the merchant's time zone.
    pub(crate) fn new(key: &'a Key, shops: &'a [ShopRow], zone: &str, now: Timestamp) -> Self {
        let at = |instant: Option<Timestamp>| {
            instant.and_then(|at| minute_in_words(at.milliseconds(), zone))
        };
        let has_expired = key.expires_at.is_some_and(|at| at <= now);
        let state = match (at(key.revoked_at), at(key.expires_at)) {
            (Some(revoked), _) => format!("Revoked on {revoked}"),
            (None, Some(ended)) if has_expired => format!("Ended on {ended}"),
            (None, Some(ends)) => format!("Works until {ends}"),
            (None, None) => "Works".to_owned(),
        };
        let prefix = if key.kind == KeyKind::Secret { "pig_sk" } else { "pig_pk" };
        let name_of = |id| shops.iter().find(|shop| shop.id == id).map(|shop| shop.name.as_str());
        Self {
            id: &key.id,
            name: &key.name,
            text: format!("{prefix}_{}_…{}", key.mode.as_str(), key.hint),
            kind: key.kind.as_str(),
            mode: key.mode.as_str(),
            shop: key.shop.as_ref().map(|id| name_of(id.clone()).unwrap_or("a deleted shop")),
            scopes: copy::scopes(&key.scopes),
            origins: key.origins.join(", "),
            made: at(key.created_at).unwrap_or_default(),
            last_used: at(key.last_used_at).unwrap_or_else(|| "never".to_owned()),
            works: key.revoked_at.is_none() && !has_expired,
            state,
        }
    }
}
