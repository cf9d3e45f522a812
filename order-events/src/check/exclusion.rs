//! Finds plain demands of one kind that exclude each other.
//!
//! Demands of different kinds never exclude each other: any amount can go with any coupon, shop,
//! instant and item.

mod kinds;

use std::mem::discriminant;

use super::CheckError;
use super::contradiction::Demand;
use crate::Condition;

/// Demands that no sale can meet together.
pub(super) struct Exclusion {
    /// The paths of the demands, the last one first.
    paths: Vec<String>,
    why: &'static str,
    /// The list of which each condition leads to an exclusion, if there is more than one way.
    choice: Option<String>,
}

impl Exclusion {
    /// Returns the same exclusion for a choice whose options all fail.
    pub(super) fn whichever(self, choice: &str) -> Self {
        Self { choice: Some(choice.to_owned()), ..self }
    }

    /// Returns the error at the path where the exclusion was found.
    pub(super) fn error(self, verdict: &str) -> CheckError {
        let place = match &self.choice {
            Some(choice) => choice.clone(),
            None => self.paths.first().cloned().unwrap_or_default(),
        };
        self.error_at(place, verdict)
    }

    /// Returns the error at a given path.
    pub(super) fn error_at(self, place: String, verdict: &str) -> CheckError {
        let others: Vec<String> = self.paths.into_iter().filter(|path| *path != place).collect();
        let others = others.join(" and ");
        let why = self.why;
        let message = match self.choice {
            Some(choice) if choice == place => {
                format!(
                    "{verdict}, whichever of its conditions holds; for one, see {others}: {why}"
                )
            }
            Some(choice) => format!(
                "{verdict}, whichever condition of {choice} holds; for one, see {others}: {why}"
            ),
            None => format!("{verdict} together with {others}: {why}"),
        };
        CheckError { path: place, message }
    }
}

/// Subtracts `cost` from the remaining work; returns `false` if too little remains.
pub(super) fn spend(work: &mut u32, cost: usize) -> bool {
    let left = u32::try_from(cost).ok().and_then(|cost| work.checked_sub(cost));
    *work = left.unwrap_or(0);
    left.is_some()
}

/// Rejects the last demand if the demands of its kind exclude each other. If `work` runs out, they
/// count as compatible.
pub(super) fn find(met: &[Demand<'_>], work: &mut u32) -> Result<(), Exclusion> {
    let Some(last) = met.last() else { return Ok(()) };
    let kind = discriminant(last.condition);
    let same: Vec<&Demand<'_>> =
        met.iter().rev().filter(|demand| discriminant(demand.condition) == kind).collect();
    if !spend(work, cost(&same)) {
        return Ok(());
    }
    let why = match last.condition {
        Condition::MinimumAmount { .. } if kinds::exclude_amounts(&same) => {
            "a sale has one currency and one amount"
        }
        Condition::Coupon(_) if kinds::exclude_coupons(&same) => {
            "no coupon that is asked for is left"
        }
        Condition::OptedIn if same.iter().any(|demand| demand.is_true != last.is_true) => {
            "a customer opted in or did not"
        }
        Condition::Shop(_) if kinds::exclude_shops(&same) => "no shop is left",
        Condition::SoldBetween { .. } if kinds::exclude_instants(&same) => "no instant is left",
        Condition::Item(_) if kinds::exclude_items(&same) => "no item that is asked for is left",
        _ => return Ok(()),
    };
    let paths = same.iter().map(|demand| demand.path.clone()).collect();
    Err(Exclusion { paths, why, choice: None })
}

/// Returns the number of comparisons for these demands: each required value with each excluded one,
/// and each shop with each other.
fn cost(same: &[&Demand<'_>]) -> usize {
    let total = |is_true: bool| {
        let demands = same.iter().filter(|demand| demand.is_true == is_true);
        demands.map(|demand| kinds::values(demand.condition)).fold(0, usize::saturating_add)
    };
    let (asked, ruled_out) = (total(true), total(false));
    let is_shop = same.iter().any(|demand| matches!(demand.condition, Condition::Shop(_)));
    let against = if is_shop { asked.saturating_add(ruled_out) } else { ruled_out };
    asked.saturating_mul(against).saturating_add(same.len())
}
