//! What is known of one sale, from any number of messages, in any order, any number of times.
//!
//! Webhooks are late, repeated and out of order, and a browser may say anything. So nothing here
//! depends on what came first: [`SaleFacts::merge`] is idempotent, commutative and associative, and
//! [`SaleFacts::sale`] reads the sale from what is known.

mod details;
mod returns;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use details::Details;

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

/// A whole sale as one source reported it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snapshot {
    /// How we know of it.
    pub proof: Proof,
    /// The sale, with all refunds up to its `updated_at`.
    pub sale: Sale,
    /// When we received it, where that decides between two snapshots of one instant: the first
    /// claim stands, and of two bodies that the shop wrote on delivery the later one is true.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_at: Option<Timestamp>,
    /// What the status leaves open.
    #[serde(default, skip_serializing_if = "is_default")]
    pub payment: PaymentNote,
    /// Whether the source does not report returned units, so that zero means unknown.
    #[serde(default, skip_serializing_if = "is_default")]
    pub units_unknown: bool,
}

/// What the status of a snapshot leaves open about its payment.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum PaymentNote {
    /// Nothing: the status stands for itself.
    #[default]
    Clear,
    /// The sale is cancelled because a payment failed. A payment in the same instant counts.
    Failed,
    /// The shop uses a status of its own and reports no payment. A sale that was paid stays paid.
    OwnStatus,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
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
    /// The newest snapshot; `None` while only other facts are known.
    snapshot: Option<Snapshot>,
    /// Refunds, by the shop's id of the refund.
    refunds: BTreeMap<String, Refund>,
    /// When the shop last reported that it deleted the order, by our clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    deleted_at: Option<Timestamp>,
    /// When the shop last reported that it restored the order, by our clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    restored_at: Option<Timestamp>,
    /// What other verified snapshots report and the newest one leaves out.
    #[serde(default, skip_serializing_if = "is_default")]
    details: Details,
}

/// Milliseconds by which the clock of a shop may differ from ours.
const CLOCK_TOLERANCE: i64 = 10 * 60 * 1000;

impl Snapshot {
    /// A snapshot whose status stands for itself and that reports returned units.
    #[must_use]
    pub fn new(proof: Proof, sale: Sale) -> Self {
        Self { proof, sale, received_at: None, payment: PaymentNote::Clear, units_unknown: false }
    }

    /// The greater of two snapshots is kept. A verified one is greater than a claim, so no browser
    /// can date a sale into the future and hide what the shop says of it. Among claims the first
    /// one received is. Then the newer one is, by the shop's own clock. Within one instant it is
    /// the one that is further on, then the one received later, then the one with more money
    /// returned, then any, as long as it is always the same.
    fn rank(&self) -> impl Ord {
        let sale = &self.sale;
        let (claimed_first, received_last) = match self.proof {
            Proof::Claimed => (Reverse(self.received_at), None),
            Proof::Verified => (Reverse(None), self.received_at),
        };
        let progress = (sale.updated_at, self.progress(), received_last, sale.refunded);
        (self.proof, claimed_first, progress, self.payment, self.units_unknown, sale)
    }

    /// How far the sale is, from the first step to the last. A failed payment is not the end.
    fn progress(&self) -> u8 {
        match (self.sale.status, self.payment) {
            (SaleStatus::Placed, _) => 0,
            (SaleStatus::Cancelled, PaymentNote::Failed) => 1,
            (SaleStatus::Paid, _) => 2,
            (SaleStatus::Cancelled, _) => 3,
            (SaleStatus::Refunded, _) => 4,
        }
    }
}

impl From<Snapshot> for SaleFacts {
    fn from(snapshot: Snapshot) -> Self {
        Self { snapshot: Some(snapshot), ..Self::default() }
    }
}

impl SaleFacts {
    /// The facts of one snapshot whose status stands for itself.
    #[must_use]
    pub fn from_snapshot(proof: Proof, sale: Sale) -> Self {
        Snapshot::new(proof, sale).into()
    }

    /// The facts of one refund; `id` is the shop's id of the refund.
    #[must_use]
    pub fn from_refund(id: String, refund: Refund) -> Self {
        Self { refunds: BTreeMap::from([(id, refund)]), ..Self::default() }
    }

    /// The fact that the shop deleted the order. `received_at` is when it reported that: the report
    /// itself has no time.
    #[must_use]
    pub fn from_deletion(received_at: Timestamp) -> Self {
        Self { deleted_at: Some(received_at), ..Self::default() }
    }

    /// The same facts, reported by a shop that restored the order after deleting it.
    #[must_use]
    pub fn restored(mut self, received_at: Timestamp) -> Self {
        self.restored_at = self.restored_at.max(Some(received_at));
        self
    }

    /// What both know together.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        let details = self.all_details().merge(other.all_details());
        let snapshots = [self.snapshot, other.snapshot].into_iter().flatten();
        self.snapshot = snapshots.max_by(|one, another| one.rank().cmp(&another.rank()));
        for (id, refund) in other.refunds {
            let greatest = self.refunds.remove(&id).into_iter().chain([refund]).max();
            self.refunds.extend(greatest.map(|refund| (id, refund)));
        }
        self.deleted_at = self.deleted_at.max(other.deleted_at);
        self.restored_at = self.restored_at.max(other.restored_at);
        self.details = match &self.snapshot {
            Some(snapshot) => details.without(&Details::of(snapshot)),
            None => details,
        };
        self
    }

    /// The details of the snapshot together with those that it leaves out.
    fn all_details(&self) -> Details {
        let told = self.snapshot.as_ref().map(Details::of).unwrap_or_default();
        told.merge(self.details.clone())
    }

    /// How we know of the sale; `None` while no snapshot is known.
    #[must_use]
    pub fn proof(&self) -> Option<Proof> {
        self.snapshot.as_ref().map(|snapshot| snapshot.proof)
    }

    /// The sale as it is now: the newest snapshot with the details that it leaves out, less the
    /// refunds that it does not hold yet. A deleted order is cancelled. `None` while no snapshot is
    /// known.
    ///
    /// A snapshot holds every refund up to its `updated_at`, so only later ones are added to it.
    /// If a shop's clock is too coarse to tell, the sum of all refunds that are known by
    /// themselves is the least that was returned. No refund counts twice.
    #[must_use]
    pub fn sale(&self) -> Option<Sale> {
        let snapshot = self.snapshot.as_ref()?;
        let mut sale = snapshot.sale.clone();
        self.details.fill(&mut sale, snapshot);
        returns::apply(&mut sale, &self.refunds);
        if self.is_deleted() {
            sale.status = SaleStatus::Cancelled;
        }
        Some(sale)
    }

    /// Whether the shop deleted the order and has neither restored it nor changed it since.
    #[must_use]
    pub fn is_deleted(&self) -> bool {
        let changed_at = self.snapshot.as_ref().map(|snapshot| snapshot.sale.updated_at);
        self.deleted_at.is_some_and(|deleted_at| {
            let latest = deleted_at.milliseconds().saturating_add(CLOCK_TOLERANCE);
            self.restored_at < Some(deleted_at)
                && changed_at.is_none_or(|changed_at| changed_at.milliseconds() <= latest)
        })
    }

    /// Whether both say the same, whenever each was received. A repeated delivery changes nothing.
    #[must_use]
    pub fn says_the_same_as(&self, other: &Self) -> bool {
        let timeless = |facts: &Self| {
            let mut facts = facts.clone();
            if let Some(snapshot) = &mut facts.snapshot {
                snapshot.received_at = None;
            }
            facts
        };
        timeless(self) == timeless(other)
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
