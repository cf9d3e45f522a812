//! Sums of quarters of an hour as days of a time zone.

use jiff::civil::DateTime;

use crate::domain::local_time::{day_in_words, local, zone};

/// A day of a month with what was sold on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Day {
    /// The number of the day in its month.
    pub(crate) number: i8,
    /// `27 November 2026`.
    pub(crate) name: String,
    pub(crate) orders: i64,
    pub(crate) trees: i64,
    /// Minor units.
    pub(crate) total: i64,
}

/// The orders sold in a span of time that begins at an instant, in milliseconds since 1970.
#[derive(Clone, Copy)]
pub(crate) struct Sold {
    pub(crate) at: i64,
    pub(crate) orders: i64,
    pub(crate) trees: i64,
    pub(crate) total: i64,
}

/// Milliseconds of half a day: from noon of a day, every step of two of them is on the next day.
const HALF_DAY: i64 = 12 * 60 * 60 * 1000;

/// Returns the days of a month from its first instant up to `until`, the first one first, and the
/// sum of what was sold before the month.
pub(crate) fn days(
    (starts_at, until): (i64, i64),
    time_zone: &str,
    sold: impl Iterator<Item = Sold>,
) -> (Vec<Day>, Sold) {
    let mut before = Sold { at: starts_at, orders: 0, trees: 0, total: 0 };
    let Some(zone) = zone(time_zone) else { return (Vec::new(), before) };
    let day_of = |at: i64| local(at, &zone).map_or(0, DateTime::day);
    let mut days: Vec<Day> = Vec::new();
    let mut at = starts_at;
    while at < until {
        let number = day_of(at);
        if days.last().is_none_or(|last| last.number != number) {
            let name = day_in_words(at, time_zone).unwrap_or_default();
            days.push(Day { number, name, orders: 0, trees: 0, total: 0 });
        }
        at = at.saturating_add(HALF_DAY);
    }
    for sold in sold {
        let number = day_of(sold.at);
        let place = days.iter_mut().find(|known| known.number == number && sold.at >= starts_at);
        let (orders, trees, total) = match place {
            Some(day) => (&mut day.orders, &mut day.trees, &mut day.total),
            None => (&mut before.orders, &mut before.trees, &mut before.total),
        };
        *orders = orders.saturating_add(sold.orders);
        *trees = trees.saturating_add(sold.trees);
        *total = total.saturating_add(sold.total);
    }
    (days, before)
}

#[cfg(test)]
mod tests {
    use order_events::Timestamp;

    use super::*;

    fn at(text: &str) -> i64 {
        text.parse::<Timestamp>().unwrap().milliseconds()
    }

    fn sold(text: &str) -> Sold {
        Sold { at: at(text), orders: 1, trees: 2, total: 200 }
    }

    #[test]
    fn a_sale_is_on_the_day_that_clocks_of_the_merchant_show() {
        let month = (at("2026-10-31T18:30:00Z"), at("2026-11-30T18:30:00Z"));
        let all = [
            sold("2026-10-31T18:15:00Z"),
            sold("2026-10-31T18:30:00Z"),
            sold("2026-11-01T18:15:00Z"),
            sold("2026-11-01T18:30:00Z"),
        ];
        let (days, before) = days(month, "Asia/Kolkata", all.into_iter());
        assert_eq!(days.len(), 30);
        assert_eq!((days[0].name.as_str(), days[0].orders), ("1 November 2026", 2));
        assert_eq!((days[1].number, days[1].trees, days[1].total), (2, 2, 200));
        assert_eq!((before.orders, before.trees), (1, 2));
    }

    #[test]
    fn every_month_has_its_days_also_where_clocks_change() {
        for (zone, starts_at, until, count) in [
            ("Europe/Berlin", "2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z", 31),
            ("Europe/Berlin", "2026-09-30T22:00:00Z", "2026-10-31T23:00:00Z", 31),
            ("America/New_York", "2026-11-01T04:00:00Z", "2026-12-01T05:00:00Z", 30),
            ("UTC", "2027-02-01T00:00:00Z", "2027-03-01T00:00:00Z", 28),
        ] {
            let (days, _) = days((at(starts_at), at(until)), zone, [].into_iter());
            let numbers: Vec<i8> = days.iter().map(|day| day.number).collect();
            assert_eq!(numbers, (1..=count).collect::<Vec<i8>>(), "{zone}");
        }
    }
}
