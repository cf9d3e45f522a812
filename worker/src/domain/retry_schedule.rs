//! When a saved card that was declined is charged again.

use jiff::SignedDuration;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use order_events::Timestamp;

use crate::domain::local_time::{self, instant, local};

/// Days after the close on which the card is charged again. The first attempt is made at the close.
const DAYS: [i64; 3] = [3, 7, 14];

/// Banks accept more charges in the morning, and the payer is awake to confirm one.
const HOUR: i8 = 9;

/// The next attempt after `now`, for a purchase order closed at `closed_at` in this time zone. Days
/// that are over are not made up for. `None` after the last.
pub(crate) fn next_attempt(closed_at: Timestamp, now: Timestamp, zone: &str) -> Option<Timestamp> {
    let zone = local_time::zone(zone)?;
    let closed_on = local(closed_at.milliseconds(), &zone)?.date();
    DAYS.into_iter().filter_map(|days| morning(closed_on, days, &zone)).find(|next| *next > now)
}

/// Nine o'clock, so many days after a day.
pub(crate) fn morning(from: Date, days: i64, zone: &TimeZone) -> Option<Timestamp> {
    let day = from.checked_add(SignedDuration::from_hours(days.checked_mul(24)?)).ok()?;
    instant(day.at(HOUR, 0, 0, 0), zone)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn attempts(closed_at: &str, zone: &str) -> Vec<String> {
        let closed_at = at(closed_at);
        let next = |now: &Timestamp| next_attempt(closed_at, *now, zone);
        std::iter::successors(next(&closed_at), next).map(|instant| instant.to_string()).collect()
    }

    #[test]
    fn a_card_is_charged_again_on_three_mornings_where_the_merchant_is() {
        assert_eq!(
            attempts("2026-12-01T00:01:00Z", "UTC"),
            ["2026-12-04T09:00:00Z", "2026-12-08T09:00:00Z", "2026-12-15T09:00:00Z"]
        );
        // In Auckland it is the first of December already.
        assert_eq!(
            attempts("2026-11-30T11:01:00Z", "Pacific/Auckland"),
            ["2026-12-03T20:00:00Z", "2026-12-07T20:00:00Z", "2026-12-14T20:00:00Z"]
        );
    }

    #[test]
    fn nine_o_clock_stays_nine_o_clock_when_clocks_change() {
        // Paris puts its clocks forward on 29 March 2026.
        assert_eq!(
            attempts("2026-03-25T12:00:00Z", "Europe/Paris"),
            ["2026-03-28T08:00:00Z", "2026-04-01T07:00:00Z", "2026-04-08T07:00:00Z"]
        );
    }

    #[test]
    fn mornings_that_were_missed_are_not_made_up_for() {
        let closed_at = at("2026-12-01T00:01:00Z");
        let next = next_attempt(closed_at, at("2026-12-10T00:01:00Z"), "UTC");
        assert_eq!(next, Some(at("2026-12-15T09:00:00Z")));
        assert_eq!(next_attempt(closed_at, at("2026-12-15T09:00:00Z"), "UTC"), None);
        assert_eq!(next_attempt(closed_at, closed_at, "Mars/Olympus"), None);
    }
}
