//! How many trees the claims of a shop may order before its owner is asked.

use serde::Deserialize;

use crate::platform::problem::Problem;

/// The most that a limit may be.
pub(crate) const LIMIT_MAX: u32 = 1_000_000;

/// The limits of one shop, in trees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct ClaimLimits {
    /// Of one claim.
    #[serde(rename = "claim_trees_per_sale")]
    pub(crate) sale: u32,
    /// Of all claims of one day (UTC).
    #[serde(rename = "claim_trees_per_day")]
    pub(crate) day: u32,
    /// Of all claims on one month's purchase order.
    #[serde(rename = "claim_trees_per_month")]
    pub(crate) month: u32,
}

/// The limits of a shop whose owner has set none.
pub(crate) const DEFAULT: ClaimLimits = ClaimLimits { sale: 50, day: 500, month: 5_000 };

impl ClaimLimits {
    /// Rejects a limit that is too large.
    pub(crate) fn check(self) -> Result<Self, Problem> {
        let all = [
            ("claim_trees_per_sale", self.sale),
            ("claim_trees_per_day", self.day),
            ("claim_trees_per_month", self.month),
        ];
        match all.into_iter().find(|(_, limit)| *limit > LIMIT_MAX) {
            None => Ok(self),
            Some((field, _)) => Err(refused(field)),
        }
    }

    /// Reads the limit in a field of a form.
    pub(crate) fn read(field: &str, text: &str) -> Result<u32, Problem> {
        text.parse().ok().filter(|limit| *limit <= LIMIT_MAX).ok_or_else(|| refused(field))
    }
}

fn refused(field: &str) -> Problem {
    let message = format!("{field}: must be a whole number of trees, from 0 to {LIMIT_MAX}.");
    Problem::unprocessable(field, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_a_whole_number_of_trees_up_to_a_million() {
        for (text, limit) in [("0", Some(0)), ("50", Some(50)), ("1000000", Some(LIMIT_MAX))] {
            assert_eq!(ClaimLimits::read("claim_trees_per_day", text).ok(), limit);
        }
        for text in ["", "-1", "1.5", "1000001", "many", "1e3"] {
            let refused = ClaimLimits::read("claim_trees_per_day", text).unwrap_err();
            assert_eq!(refused.field(), "claim_trees_per_day", "{text}");
        }
        let too_many = ClaimLimits { month: LIMIT_MAX + 1, ..DEFAULT };
        assert_eq!(too_many.check().unwrap_err().field(), "claim_trees_per_month");
    }
}
