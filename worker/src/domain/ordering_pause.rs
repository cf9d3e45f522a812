//! When sales order no trees: while a purchase order is long unpaid, and beyond the monthly budget.

/// A span of time whose sales order no trees. Instants in milliseconds since 1970.
#[derive(Clone, Copy)]
pub(crate) struct OrderingPause {
    pub(crate) since: i64,
    /// The end of the month, of a pause at the budget.
    pub(crate) until: Option<i64>,
}

impl OrderingPause {
    /// Returns the pause of these columns.
    pub(crate) fn of(since: Option<i64>, until: Option<i64>) -> Option<Self> {
        since.map(|since| Self { since, until })
    }

    /// Returns true if something at this instant is before the end.
    pub(crate) fn lasts_at(self, instant: i64) -> bool {
        self.until.is_none_or(|until| instant < until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_at_the_budget_ends_with_its_month_and_one_for_a_debt_does_not() {
        let budget = OrderingPause::of(Some(10), Some(20)).unwrap();
        assert!(budget.lasts_at(19) && !budget.lasts_at(20));
        assert!(OrderingPause::of(Some(10), None).unwrap().lasts_at(i64::MAX));
        assert!(OrderingPause::of(None, Some(20)).is_none());
    }
}
