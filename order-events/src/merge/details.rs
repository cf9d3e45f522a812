//! Details that one verified snapshot reports and another omits: an omitted detail keeps its last
//! reported value.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::rank::Rank;
use super::{PaymentNote, Proof, RefundLine, Snapshot, is_default, returns};
use crate::{Line, Sale, SaleStatus};

/// The newest report of each detail.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Details {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    opted_in: Option<Reported<bool>>,
    /// The last status that is not a custom status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status: Option<Reported<SaleStatus>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    units: Option<Reported<Units>>,
    /// By the product, or by the SKU if the line has no product.
    #[serde(default, skip_serializing_if = "is_default")]
    collections: BTreeMap<String, Reported<Vec<String>>>,
}

/// A detail and the rank of the snapshot that reported it. Of two reports the greater one wins, so
/// details are remembered from the snapshots in the order in which snapshots replace each other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reported<T> {
    rank: Rank,
    value: T,
}

/// Units that came back, and the money that had been returned by then.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Units {
    refunded: i64,
    lines: Vec<RefundLine>,
}

impl Details {
    /// Returns the details of a snapshot. Details that a browser claims are dropped.
    pub(super) fn of(snapshot: &Snapshot) -> Self {
        let sale = &snapshot.sale;
        if snapshot.proof == Proof::Claimed {
            return Self::default();
        }
        let categorized = sale.lines.iter().filter(|line| !line.collections.is_empty());
        Self {
            opted_in: sale.opted_in.map(|opted_in| snapshot.reported(opted_in)),
            status: (snapshot.payment != PaymentNote::OwnStatus)
                .then(|| snapshot.reported(sale.status)),
            units: (!snapshot.units_unknown).then(|| snapshot.reported(Units::of(sale))),
            collections: categorized
                .filter_map(|line| {
                    Some((key(line)?.to_owned(), snapshot.reported(line.collections.clone())))
                })
                .collect(),
        }
    }

    /// Returns the newer report of each detail.
    pub(super) fn merge(mut self, other: Self) -> Self {
        self.opted_in = self.opted_in.max(other.opted_in);
        self.status = self.status.max(other.status);
        self.units = self.units.max(other.units);
        for (item, collections) in other.collections {
            let newest = self.collections.remove(&item).max(Some(collections));
            self.collections.extend(newest.map(|collections| (item, collections)));
        }
        self
    }

    /// Returns these details without those that a snapshot reports itself.
    pub(super) fn without(self, reported: &Self) -> Self {
        let Self { opted_in, status, units, mut collections } = self;
        collections.retain(|item, known| reported.collections.get(item) != Some(known));
        Self {
            opted_in: opted_in.filter(|known| reported.opted_in.as_ref() != Some(known)),
            status: status.filter(|known| reported.status.as_ref() != Some(known)),
            units: units.filter(|known| reported.units.as_ref() != Some(known)),
            collections,
        }
    }

    /// Adds to a sale the details that its snapshot omits.
    pub(super) fn fill(&self, sale: &mut Sale, snapshot: &Snapshot) {
        if sale.opted_in.is_none() {
            sale.opted_in = self.opted_in.as_ref().map(|known| known.value);
        }
        let was_paid = self.status.as_ref().is_some_and(|known| known.value == SaleStatus::Paid);
        if snapshot.payment == PaymentNote::OwnStatus && was_paid {
            sale.status = SaleStatus::Paid;
        }
        for line in &mut sale.lines {
            if let Some(known) = key(line).and_then(|item| self.collections.get(item))
                && line.collections.is_empty()
            {
                line.collections.clone_from(&known.value);
            }
        }
        // Less money returned than before means that the shop deleted a refund.
        let units = self.units.as_ref().map(|known| &known.value);
        if let Some(units) = units.filter(|units| units.refunded <= sale.refunded)
            && snapshot.units_unknown
        {
            for line in &units.lines {
                returns::take_back(&mut sale.lines, line, u64::from(line.quantity));
            }
        }
    }
}

impl Units {
    fn of(sale: &Sale) -> Self {
        let returned = sale.lines.iter().filter(|line| line.refunded > 0);
        Self {
            refunded: sale.refunded,
            lines: returned
                .map(|line| RefundLine {
                    product: line.product.clone(),
                    variant: line.variant.clone(),
                    sku: line.sku.clone(),
                    quantity: line.refunded,
                })
                .collect(),
        }
    }
}

impl Snapshot {
    fn reported<T>(&self, value: T) -> Reported<T> {
        Reported { rank: Rank::of(self), value }
    }
}

/// Returns the key of a line: its product, or its SKU if it has none. Categories belong to a
/// product.
fn key(line: &Line) -> Option<&str> {
    line.product.as_deref().or(line.sku.as_deref())
}
