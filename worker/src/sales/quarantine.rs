//! Keeps what should be a sale and could not be read as one, for its owner to deal with.

use serde_json::Value;

use crate::crypto::new_id;
use crate::domain::states::{Environment, QuarantineSource};
use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;
use crate::store::quarantine::NewQuarantinedSale;

/// Entries of one shop and source, at most. Anybody can send claims, so they crowd out no delivery.
pub(crate) const ENTRIES_MAX: i64 = 500;

/// Characters of a sale's id and of a field's path that are stored.
const TEXT_MAX: usize = 255;

/// The field of an entry for all pages whose signature is wrong.
pub(crate) const SIGNATURE: &str = "signature";

/// Something that should be a sale, and why it cannot be read as one.
pub(crate) struct UnreadableSale<'a> {
    pub(crate) merchant_id: &'a str,
    pub(crate) shop_id: &'a str,
    pub(crate) mode: Environment,
    pub(crate) source: QuarantineSource,
    pub(crate) sale_id: Option<String>,
    /// The path of the field that is wrong; empty if it is the whole body.
    pub(crate) field: String,
    /// The fault. It must hold nothing of the body.
    pub(crate) problem: String,
}

/// Quarantines a sale.
pub(crate) async fn quarantine(
    context: &RequestContext,
    sale: &UnreadableSale<'_>,
) -> Result<(), Problem> {
    let id = new_id("quar")?;
    let row = NewQuarantinedSale {
        id: &id,
        merchant_id: sale.merchant_id,
        shop_id: sale.shop_id,
        mode: sale.mode,
        source: sale.source,
        sale_id: &sale.sale_id.as_deref().map(plain).unwrap_or_default(),
        field: &plain(&sale.field),
        problem: &sale.problem,
        now: context.now.milliseconds(),
        entries_max: ENTRIES_MAX,
    };
    Ok(context.store.quarantine(&row).await?)
}

/// A text that can be shown in one line.
pub(crate) fn plain(text: &str) -> String {
    text.trim().chars().filter(|character| !character.is_control()).take(TEXT_MAX).collect()
}

/// The id of the sale in a body that cannot be read otherwise: that of the sale, or of what a page
/// found.
pub(crate) fn id_of_claim(bytes: &[u8]) -> Option<String> {
    let body: Value = serde_json::from_str(std::str::from_utf8(bytes).ok()?).ok()?;
    let found = body.get("found").and_then(Value::as_object);
    let found = found.into_iter().flat_map(|found| found.values());
    let mut ids = body.get("sale").into_iter().chain(found).filter_map(|sale| sale.get("id"));
    ids.find_map(|id| match id {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_of_a_claim_is_found_wherever_its_body_has_it() {
        for body in [
            r#"{"key": "k", "sale": {"id": "19", "total": -1}}"#,
            r#"{"key": "k", "found": {"woocommerce": {"id": 19}}}"#,
        ] {
            assert_eq!(id_of_claim(body.as_bytes()).as_deref(), Some("19"), "{body}");
        }
        for body in ["", "[]", "{}", r#"{"sale": 7}"#, r#"{"found": {"ga4": {"id": null}}}"#] {
            assert_eq!(id_of_claim(body.as_bytes()), None, "{body}");
        }
    }

    #[test]
    fn what_is_stored_of_a_body_is_short_and_plain() {
        assert_eq!(plain(" a\u{0}b\n"), "ab");
        assert_eq!(plain(&"x".repeat(10_000)).len(), TEXT_MAX);
    }
}
