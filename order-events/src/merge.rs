//! What is known of one sale, from any number of messages, in any order, any number of times.
//!
//! Webhooks are late, repeated and out of order, and a browser may say anything. So nothing here
//! depends on what came first: [`SaleFacts::merge`] is idempotent, commutative and associative, and
//! [`SaleFacts::sale`] reads the sale from what is known.

mod returns;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Currency, Sale, SaleStatus, Timestamp};

/// How we know of a sale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Proof {
    /// A browser said so.
    Claimed,
    /// The shop's signed webhook, a signed data island or the secret key said so.
    Verified,
}

/// A whole sale as somebody told it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snapshot {
    /// How we know of it.
    pub proof: Proof,
    /// The sale, with all refunds up to its `updated_at`.
    pub sale: Sale,
}

/// One refund that the shop told by itself, without the rest of the sale.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refund {
    /// When the shop made it, by the shop's clock.
    pub at: Timestamp,
    /// The currency of `amount`. Money in another currency than the sale's cannot be taken off it,
    /// and is not.
    pub currency: Currency,
    /// Money returned, in minor units of `currency`.
    pub amount: i64,
    /// Units returned.
    pub lines: Vec<RefundLine>,
}

/// Units that came back of one item, told by the same ids as the line of the sale.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefundLine {
    /// The shop's product id.
    pub product: Option<String>,
    /// The shop's variant id.
    pub variant: Option<String>,
    /// The stock keeping unit.
    pub sku: Option<String>,
    /// Units returned.
    pub quantity: u32,
}

/// All that is known of one sale. Facts of two different sales must never be merged: the caller
/// keeps one for each order id of each shop.
///
/// ```
/// use order_events::{Proof, Sale, SaleFacts};
/// # let sale: Sale = serde_json::from_str(include_str!("../examples/sale.json"))?;
/// let browser = SaleFacts::from_snapshot(Proof::Claimed, sale.clone());
/// let webhook = SaleFacts::from_snapshot(Proof::Verified, sale.clone());
/// let known = browser.merge(webhook);
/// assert_eq!(known.proof(), Some(Proof::Verified));
/// assert_eq!(known.sale(), Some(sale));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SaleFacts {
    /// The newest snapshot; `None` while only refunds are known.
    snapshot: Option<Snapshot>,
    /// Refunds, by the shop's id of the refund.
    refunds: BTreeMap<String, Refund>,
}

impl Snapshot {
    /// The greater of two snapshots is kept. A verified one is greater than a claim, so no browser
    /// can date a sale into the future and hide what the shop says of it. Then the newer one is, by
    /// the shop's own clock. Within one instant it is the one that is further on, then the one with
    /// more money returned, then any, as long as it is always the same.
    fn rank(&self) -> (Proof, Timestamp, SaleStatus, i64, &Sale) {
        let sale = &self.sale;
        (self.proof, sale.updated_at, sale.status, sale.refunded, sale)
    }
}

impl SaleFacts {
    /// What one snapshot tells.
    #[must_use]
    pub fn from_snapshot(proof: Proof, sale: Sale) -> Self {
        Self { snapshot: Some(Snapshot { proof, sale }), refunds: BTreeMap::new() }
    }

    /// What one refund tells; `id` is the shop's id of the refund.
    #[must_use]
    pub fn from_refund(id: String, refund: Refund) -> Self {
        Self { snapshot: None, refunds: BTreeMap::from([(id, refund)]) }
    }

    /// What both know together.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        let snapshots = [self.snapshot, other.snapshot].into_iter().flatten();
        self.snapshot = snapshots.max_by(|one, another| one.rank().cmp(&another.rank()));
        for (id, refund) in other.refunds {
            let greatest = self.refunds.remove(&id).into_iter().chain([refund]).max();
            self.refunds.extend(greatest.map(|refund| (id, refund)));
        }
        self
    }

    /// How we know of the sale; `None` while only refunds are known.
    #[must_use]
    pub fn proof(&self) -> Option<Proof> {
        self.snapshot.as_ref().map(|snapshot| snapshot.proof)
    }

    /// The sale as it is now: the newest snapshot, less the refunds that it does not hold yet.
    /// `None` while only refunds are known.
    ///
    /// A snapshot holds every refund up to its `updated_at`, so only later ones are added to it.
    /// Where a shop's clock is too coarse to tell, the sum of all refunds that are known by
    /// themselves is the least that was returned. No refund counts twice.
    #[must_use]
    pub fn sale(&self) -> Option<Sale> {
        let mut sale = self.snapshot.as_ref()?.sale.clone();
        returns::apply(&mut sale, &self.refunds);
        Some(sale)
    }

    /// The newest snapshot, without the refunds that came by themselves.
    #[must_use]
    pub fn snapshot(&self) -> Option<&Snapshot> {
        self.snapshot.as_ref()
    }

    /// The refunds that came by themselves, by the shop's id of the refund.
    #[must_use]
    pub fn refunds(&self) -> &BTreeMap<String, Refund> {
        &self.refunds
    }
}
