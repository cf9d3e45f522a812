//! The bounds of a claim that follow from the claim itself. Anybody can post one with the key in a
//! storefront, so a claim beyond a bound waits until its shop's owner reviews it.

use order_events::{Sale, Timestamp};

use crate::sales::ingest::CLOCKS_DIFFER_BY;

/// Milliseconds between a sale and its claim, at most: 7 days. A browser that was offline is late.
pub(crate) const AGE_MAX: i64 = 7 * 24 * 60 * 60 * 1000;

/// Bytes of a claim, as JSON: more than a hundred lines. Anybody can claim sales in any number, so
/// little is stored of each, and a larger one is quarantined. The shop's signed webhook and a secret
/// key report sales of any permitted size.
pub(crate) const CLAIM_BYTES_MAX: usize = 32_768;

/// Units in one claim, at most.
pub(crate) const UNITS_MAX: u64 = 1_000;

/// Units that may cost less than one minor unit each: samples and gifts.
pub(crate) const FREE_UNITS_MAX: u64 = 10;

/// The bound that a claim exceeds, in words for the owner; `None` if it is plausible.
pub(super) fn implausible(sale: &Sale, now: Timestamp) -> Option<String> {
    let age = now.milliseconds().saturating_sub(sale.sold_at.milliseconds());
    if age > AGE_MAX {
        return Some(format!("it was sold at {}, more than 7 days before it came", sale.sold_at));
    }
    if age < -CLOCKS_DIFFER_BY {
        return Some(format!(
            "it says that it is sold at {}, which is still to come",
            sale.sold_at
        ));
    }
    let units =
        sale.lines.iter().fold(0_u64, |sum, line| sum.saturating_add(u64::from(line.quantity)));
    if units > UNITS_MAX {
        return Some(format!("it has {units} units, more than the {UNITS_MAX} that are plausible"));
    }
    let worth = u64::try_from(sale.total.max(sale.items_total)).unwrap_or(0);
    (units > FREE_UNITS_MAX && units > worth)
        .then(|| format!("its {units} units cost less than the smallest coin each"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sale(quantity: u32, total: i64) -> Sale {
        let mut sale: Sale =
            serde_json::from_str(include_str!("../../../order-events/examples/sale.json")).unwrap();
        sale.lines.truncate(1);
        sale.lines[0].quantity = quantity;
        (sale.total, sale.items_total) = (total, total);
        sale
    }

    fn after(sale: &Sale, milliseconds: i64) -> Timestamp {
        Timestamp::from_milliseconds(sale.sold_at.milliseconds().saturating_add(milliseconds))
            .unwrap()
    }

    #[test]
    fn a_claim_is_plausible_for_7_days_and_at_most_10_minutes_ahead() {
        let sale = sale(2, 3598);
        for (later, is_plausible) in
            [(0, true), (AGE_MAX, true), (AGE_MAX + 1, false), (-600_000, true), (-600_001, false)]
        {
            assert_eq!(implausible(&sale, after(&sale, later)).is_none(), is_plausible, "{later}");
        }
    }

    #[test]
    fn units_are_plausible_up_to_a_thousand_that_cost_something() {
        for (units, total, is_plausible) in [
            (1_000, 1_000, true),
            (1_001, 9_999_999, false),
            (1_000_000, 1, false),
            (10, 0, true),
            (11, 0, false),
            (11, 10, false),
        ] {
            let sale = sale(units, total);
            assert_eq!(implausible(&sale, sale.sold_at).is_none(), is_plausible, "{units} {total}");
        }
    }
}
