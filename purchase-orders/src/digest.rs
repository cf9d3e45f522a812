//! The digest of a purchase order: a chain of SHA-256 over its records, so that it can be computed
//! in steps of any size.

use sha2::{Digest as _, Sha256};

use crate::records::{Head, Item, Line};

/// The digest of the records so far, as 64 hexadecimal digits.
///
/// Each record replaces the digest by the SHA-256 of one text: the digest before it and the fields
/// of the record, with a line break between them. A missing field is empty, and no field contains a
/// line break.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digest(String);

impl Digest {
    /// Begins with the purchase order itself.
    #[must_use]
    pub fn begin(head: &Head) -> Self {
        let mut digest = Self(String::new());
        digest.add(&[
            &head.number,
            &head.period,
            &head.currency,
            &head.trees.to_string(),
            &head.total.to_string(),
        ]);
        digest
    }

    /// Goes on from a digest that was stored.
    #[must_use]
    pub fn resume(digest: String) -> Self {
        Self(digest)
    }

    /// Adds the next line.
    pub fn add_line(&mut self, line: &Line) {
        self.add(&[
            &line.kind,
            line.campaign.as_deref().unwrap_or_default(),
            &line.campaign_name,
            line.shop.as_deref().unwrap_or_default(),
            &line.shop_name,
            &line.orders.to_string(),
            &line.trees.to_string(),
            &line.unit_price.to_string(),
            &line.total.to_string(),
        ]);
    }

    /// Adds the next item.
    pub fn add_item(&mut self, item: &Item) {
        let version = item.campaign_version.map_or_else(String::new, |version| version.to_string());
        self.add(&[
            &item.kind,
            &item.id,
            item.order.as_deref().unwrap_or_default(),
            item.shop.as_deref().unwrap_or_default(),
            item.sale.as_deref().unwrap_or_default(),
            item.reference.as_deref().unwrap_or_default(),
            item.campaign.as_deref().unwrap_or_default(),
            &version,
            &item.trees.to_string(),
            &item.unit_price.to_string(),
            &item.total.to_string(),
            &item.reason,
        ]);
    }

    /// Returns the digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the digits.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }

    fn add(&mut self, fields: &[&str]) {
        let mut hasher = Sha256::new();
        hasher.update(&self.0);
        for field in fields {
            hasher.update(b"\n");
            hasher.update(field);
        }
        self.0 = hexadecimal(&hasher.finalize());
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn head() -> Head {
        Head {
            number: "PO-2026-11-0001".to_owned(),
            period: "2026-11".to_owned(),
            currency: "EUR".to_owned(),
            trees: 2,
            total: 130,
        }
    }

    #[test]
    fn the_digest_is_sha_256_over_the_fields_with_line_breaks_before_them() {
        // Source: printf '\nPO-2026-11-0001\n2026-11\nEUR\n2\n130' | sha256sum
        assert_eq!(
            Digest::begin(&head()).as_str(),
            "c92b0e2a7d25d09fdec0eb31647d3c3d4d12fbf331abf0b92cf6d188a18cb828"
        );
    }

    fn text() -> impl Strategy<Value = String> {
        "[a-zé€ ×0-9]{0,6}"
    }

    prop_compose! {
        fn items()(kind in text(), id in text(), order in proptest::option::of("[a-z]{1,4}"),
            shop in proptest::option::of("[a-z]{1,4}"), sale in proptest::option::of("[a-z]{1,4}"),
            campaign_version in proptest::option::of(1_i64..9), trees in -9_i64..9,
            unit_price in 0_i64..9, total in -9_i64..9, reason in text()) -> Item {
            Item { kind, id, order, shop, sale, reference: None, campaign: None,
                campaign_version, trees, unit_price, total, reason }
        }
    }

    fn digest_of(items: &[Item]) -> Digest {
        let mut digest = Digest::begin(&head());
        for item in items {
            digest.add_item(item);
        }
        digest
    }

    proptest! {
        #[test]
        fn other_items_have_another_digest(
            one in proptest::collection::vec(items(), 0..4),
            other in proptest::collection::vec(items(), 0..4),
        ) {
            prop_assert_eq!(digest_of(&one) == digest_of(&other), one == other);
        }

        #[test]
        fn a_digest_that_was_stored_in_between_comes_out_the_same(
            items in proptest::collection::vec(items(), 0..6),
            cut in 0_usize..6,
        ) {
            let (before, after) = items.split_at_checked(cut).unwrap_or((&items, &[]));
            let mut digest = Digest::resume(digest_of(before).into_string());
            for item in after {
                digest.add_item(item);
            }
            prop_assert_eq!(digest, digest_of(&items));
        }
    }
}
