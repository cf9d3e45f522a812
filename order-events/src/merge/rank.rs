//! The order in which snapshots of one sale replace each other.

use std::cmp::Reverse;

use serde::{Deserialize, Serialize};

use super::{PaymentNote, Proof, Snapshot, is_default};
use crate::{SaleStatus, Timestamp};

/// The rank of a snapshot among those with the same proof. It is stored with each detail, because
/// the snapshot that reported the detail is not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rank {
    updated_at: Timestamp,
    #[serde(default, skip_serializing_if = "is_default")]
    progress: u8,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    received_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "is_default")]
    refunded: i64,
}

impl Rank {
    /// The newer snapshot outranks, by the shop's own clock. Within one instant, the status that is
    /// further on does, then the one received later, then the one with more money returned.
    pub(super) fn of(snapshot: &Snapshot) -> Self {
        Self {
            updated_at: snapshot.sale.updated_at,
            progress: snapshot.progress(),
            // Among claims, the first one received wins.
            received_at: snapshot.received_at.filter(|_| snapshot.proof == Proof::Verified),
            refunded: snapshot.sale.refunded,
        }
    }
}

impl Snapshot {
    /// Returns the place of a snapshot in the order; the higher one wins. A verified snapshot
    /// outranks a claim, so no browser can date a sale into the future and hide the shop's report.
    /// Among claims the first one received wins. Otherwise the [`Rank`] decides, then a fixed order
    /// of the rest.
    pub(super) fn order(&self) -> impl Ord {
        let claimed_first = Reverse(self.received_at.filter(|_| self.proof == Proof::Claimed));
        (self.proof, claimed_first, Rank::of(self), self.payment, self.units_unknown, &self.sale)
    }

    /// Returns the progress of the sale, from the first step to the last. A failed payment is not
    /// the end.
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
