//! The facts of one sale, merged from any number of messages, in any order, any number of times.
//!
//! Webhooks are late, repeated and out of order, and a browser may claim anything. So the result is
//! independent of the order: [`SaleFacts::merge`] is idempotent, commutative and associative, and
//! [`SaleFacts::sale`] derives the sale from the merged facts.

mod details;
mod rank;
mod returns;

use std::collections::BTreeMap;

use details::Details;

use serde::{Deserialize, Serialize};

use crate::{Currency, Sale, SaleStatus, Timestamp};

/// The source that proves a sale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Proof {
    /// A browser reported it.
    Claimed,
    /// The shop's signed webhook, a signed data island or the secret key reported it.
    Verified,
}

impl Proof {
    /// Returns the proof's name in the JSON contract.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Claimed => "claimed",
            Self::Verified => "verified",
        }
    }
}

/// A whole sale as one source reported it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snapshot {
    /// The proof of the snapshot.
    pub proof: Proof,
    /// The sale, with all refunds up to its `updated_at`.
    pub sale: Sale,
    /// The time when we received it, if that decides between two snapshots of one instant. Among
    /// claims the first one wins. Of two reports of the shop the later one wins. `None` for what the
    /// shop wrote at an unknown time before: an export, a page, or a claim that its owner accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_at: Option<Timestamp>,
    /// The open question about the payment.
    #[serde(default, skip_serializing_if = "is_default")]
    pub payment: PaymentNote,
    /// True if the source does not report returned units, so that zero means unknown.
    #[serde(default, skip_serializing_if = "is_default")]
    pub units_unknown: bool,
}

/// The open question about the payment that the status of a snapshot implies.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum PaymentNote {
    /// None: the status is final.
    #[default]
    Clear,
    /// The sale is cancelled because a payment failed. A payment in the same instant wins.
    Failed,
    /// The shop uses a custom status and reports no payment. A sale that was paid stays paid.
    OwnStatus,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// One refund that the shop reported separately, without the rest of the sale.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refund {
    /// The time of the refund, by the shop's clock.
    pub at: Timestamp,
    /// The currency of `amount`. Money in another currency than the sale's cannot be subtracted
    /// from it, so it is ignored.
    pub currency: Currency,
    /// Money returned, in minor units of `currency`.
    pub amount: i64,
    /// Units returned.
    pub lines: Vec<RefundLine>,
}

/// Units that came back of one item, with the same ids as the line of the sale.
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

/// All facts of one sale. Facts of two different sales must never be merged: the caller stores one
/// value per order id of each shop.
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
    /// The time of the last report that the shop deleted the order, by our clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    deleted_at: Option<Timestamp>,
    /// The time of the last report that the shop restored the order, by our clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    restored_at: Option<Timestamp>,
    /// Details of other verified snapshots that the newest one omits.
    #[serde(default, skip_serializing_if = "is_default")]
    details: Details,
}

/// Milliseconds by which the clock of a shop may differ from ours.
const CLOCK_TOLERANCE: i64 = 10 * 60 * 1000;

impl Snapshot {
    /// Returns a snapshot whose status is final and that reports returned units.
    #[must_use]
    pub fn new(proof: Proof, sale: Sale) -> Self {
        Self { proof, sale, received_at: None, payment: PaymentNote::Clear, units_unknown: false }
    }

    /// Returns the same for a report of which the time of receipt is that of its writing.
    #[must_use]
    pub fn received(proof: Proof, sale: Sale, received_at: Timestamp) -> Self {
        Self { received_at: Some(received_at), ..Self::new(proof, sale) }
    }
}

impl From<Snapshot> for SaleFacts {
    fn from(snapshot: Snapshot) -> Self {
        Self { snapshot: Some(snapshot), ..Self::default() }
    }
}

impl SaleFacts {
    /// Returns the facts of one snapshot whose status is final.
    #[must_use]
    pub fn from_snapshot(proof: Proof, sale: Sale) -> Self {
        Snapshot::new(proof, sale).into()
    }

    /// Returns the facts of one refund; `id` is the shop's id of the refund.
    #[must_use]
    pub fn from_refund(id: String, refund: Refund) -> Self {
        Self { refunds: BTreeMap::from([(id, refund)]), ..Self::default() }
    }

    /// Returns the fact that the shop deleted the order. `received_at` is the time of that report,
    /// because the report itself has no time.
    #[must_use]
    pub fn from_deletion(received_at: Timestamp) -> Self {
        Self { deleted_at: Some(received_at), ..Self::default() }
    }

    /// Returns the same facts, reported by a shop that restored the order after deleting it.
    #[must_use]
    pub fn restored(mut self, received_at: Timestamp) -> Self {
        self.restored_at = self.restored_at.max(Some(received_at));
        self
    }

    /// Returns the same facts as we receive them at this time. A date further ahead of it than
    /// clocks differ counts as the time of receipt: otherwise it would hide every later fact.
    #[must_use]
    pub fn dated_up_to(mut self, received_at: Timestamp) -> Self {
        let latest = received_at.milliseconds().saturating_add(CLOCK_TOLERANCE);
        let updated_at = self.snapshot.iter_mut().map(|snapshot| &mut snapshot.sale.updated_at);
        for date in updated_at.chain(self.refunds.values_mut().map(|refund| &mut refund.at)) {
            if date.milliseconds() > latest {
                *date = received_at;
            }
        }
        self
    }

    /// Merges two sets of facts of one sale.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        let details = self.all_details().merge(other.all_details());
        let snapshots = [self.snapshot, other.snapshot].into_iter().flatten();
        self.snapshot = snapshots.max_by(|one, another| one.order().cmp(&another.order()));
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

    /// Returns the details of the snapshot together with those that it omits.
    fn all_details(&self) -> Details {
        let told = self.snapshot.as_ref().map(Details::of).unwrap_or_default();
        told.merge(self.details.clone())
    }

    /// Returns the proof of the sale; `None` while no snapshot is known.
    #[must_use]
    pub fn proof(&self) -> Option<Proof> {
        self.snapshot.as_ref().map(|snapshot| snapshot.proof)
    }

    /// Returns the current sale: the newest snapshot with the details that it omits, less the
    /// refunds that it does not contain yet. A deleted order is cancelled. Returns `None` while no
    /// snapshot is known.
    ///
    /// A snapshot contains every refund up to its `updated_at`, so only later ones are added to it.
    /// If a shop's clock is too coarse to decide, the sum of all separately reported refunds is the
    /// minimum returned. No refund counts twice.
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

    /// Returns true if the shop deleted the order and has neither restored it nor changed it since.
    #[must_use]
    pub fn is_deleted(&self) -> bool {
        let changed_at = self.snapshot.as_ref().map(|snapshot| snapshot.sale.updated_at);
        self.deleted_at.is_some_and(|deleted_at| {
            let latest = deleted_at.milliseconds().saturating_add(CLOCK_TOLERANCE);
            self.restored_at < Some(deleted_at)
                && changed_at.is_none_or(|changed_at| changed_at.milliseconds() <= latest)
        })
    }

    /// Returns true if both state the same, ignoring the times of receipt. A repeated delivery
    /// changes nothing.
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

    /// Returns the newest snapshot, without the refunds that were reported separately.
    #[must_use]
    pub fn snapshot(&self) -> Option<&Snapshot> {
        self.snapshot.as_ref()
    }

    /// Returns the refunds that were reported separately, by the shop's id of the refund.
    #[must_use]
    pub fn refunds(&self) -> &BTreeMap<String, Refund> {
        &self.refunds
    }
}
