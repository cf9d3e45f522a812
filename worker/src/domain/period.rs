//! Calendar months in a merchant's time zone.

use std::ops::RangeInclusive;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use order_events::Timestamp;

use crate::domain::local_time::{self, instant, label, local};

/// One calendar month in one time zone: from `starts_at` up to, not including, `ends_at`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Period {
    /// Year and month: `2026-11`.
    pub(crate) label: String,
    pub(crate) starts_at: Timestamp,
    pub(crate) ends_at: Timestamp,
}

/// The years whose every month begins and ends, in every zone, in a year that a timestamp has.
const YEARS: RangeInclusive<i16> = 1971..=9997;

impl Period {
    /// The month that an instant falls into. `None` for a zone that is not in the IANA database, or
    /// beyond the years that a timestamp has.
    pub(crate) fn of(at: Timestamp, zone: &str) -> Option<Self> {
        let zone = local_time::zone(zone)?;
        let local = local(at.milliseconds(), &zone)?;
        let first = local.date().first_of_month();
        let next = local.date().last_of_month().tomorrow().ok()?;
        Some(Self {
            label: label(first),
            starts_at: start_of_day(first, &zone)?,
            ends_at: start_of_day(next, &zone)?,
        })
    }

    /// The month that a label such as `2026-11` names. `None` for what is no month, and beyond
    /// [`YEARS`].
    pub(crate) fn named(label: &str, zone: &str) -> Option<Self> {
        let (year, month) =
            label.split_once('-').filter(|parts| (parts.0.len(), parts.1.len()) == (4, 2))?;
        // A sign is no digit, though a number may have one.
        if !(year.bytes().chain(month.bytes())).all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let year = year.parse().ok().filter(|year| YEARS.contains(year))?;
        let first = Date::new(year, month.parse().ok()?, 1).ok()?;
        let zone_of = local_time::zone(zone)?;
        Self::of(start_of_day(first, &zone_of)?, zone)
    }

    /// The month for a new purchase order: the one of `now`, or the one after the merchant's latest
    /// purchase order where that reaches beyond `now`. After a change of the time zone the latest
    /// one may end some hours beside a month of the new zone: what is left of that month is of the
    /// next one, and no instant is in two.
    pub(crate) fn after(latest_ends_at: Option<i64>, now: Timestamp, zone: &str) -> Option<Self> {
        let Some(latest) = latest_ends_at.and_then(Timestamp::from_milliseconds) else {
            return Self::of(now, zone);
        };
        let mut period = Self::of(latest.max(now), zone)?;
        let left = period.ends_at.milliseconds().saturating_sub(latest.milliseconds());
        if left <= ZONES_APART {
            period = Self::of(period.ends_at, zone)?;
        }
        if period.starts_at.milliseconds().abs_diff(latest.milliseconds())
            <= ZONES_APART.unsigned_abs()
        {
            period.starts_at = latest;
        }
        Some(period)
    }
}

/// More than lies between the ends of one month in any two zones, in milliseconds: their clocks are
/// 26 hours apart at most, and no zone has ever skipped more than a day.
const ZONES_APART: i64 = 3 * 24 * 60 * 60 * 1000;

/// The first instant of a day, which is not midnight where clocks are put forward at midnight.
fn start_of_day(date: Date, zone: &TimeZone) -> Option<Timestamp> {
    instant(date.at(0, 0, 0, 0), zone)
}

#[cfg(test)]
mod calendar;

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_label_names_a_month_of_the_years_that_are_described() {
        for label in ["1971-01", "2026-11", "9997-12"] {
            for zone in ["Pacific/Kiritimati", "Pacific/Pago_Pago"] {
                assert_eq!(Period::named(label, zone).unwrap().label, label, "{zone}");
            }
        }
        for label in ["1881-05", "1970-12", "9998-01", "2026-13", "2026-+1", "+971-01", "202-111"] {
            assert_eq!(Period::named(label, "UTC"), None, "{label}");
        }
    }

    #[test]
    fn a_month_ends_at_midnight_in_the_merchants_zone() {
        let paris = Period::of(at("2026-10-31T22:59:59Z"), "Europe/Paris").unwrap();
        assert_eq!(paris.label, "2026-10");
        assert_eq!(paris.ends_at, at("2026-10-31T23:00:00Z"));
        let next = Period::of(paris.ends_at, "Europe/Paris").unwrap();
        assert_eq!((next.label.as_str(), next.starts_at), ("2026-11", paris.ends_at));
    }

    #[test]
    fn a_month_without_a_midnight_starts_at_its_first_instant() {
        // In Paraguay, the first of October 2017 began at one o'clock.
        let october = Period::of(at("2017-10-15T12:00:00Z"), "America/Asuncion").unwrap();
        assert_eq!(october.starts_at, at("2017-10-01T04:00:00Z"));
        let september = Period::of(at("2017-10-01T03:59:59Z"), "America/Asuncion").unwrap();
        assert_eq!((september.label.as_str(), september.ends_at), ("2017-09", october.starts_at));
    }

    #[test]
    fn a_month_is_found_by_its_label() {
        let october = Period::named("2017-10", "America/Asuncion").unwrap();
        assert_eq!(october.starts_at, at("2017-10-01T04:00:00Z"));
        assert_eq!(october.label, "2017-10");
        for label in ["", "2026", "2026-13", "2026-00", "26-11", "2026-11-01", "+026-11", "9999-12"]
        {
            assert_eq!(Period::named(label, "UTC"), None, "{label}");
        }
    }

    #[test]
    fn an_unknown_zone_has_no_months() {
        assert_eq!(Period::of(at("2026-10-31T22:59:59Z"), "Mars/Olympus"), None);
    }

    #[test]
    fn a_new_purchase_order_follows_the_latest_one() {
        let now = at("2026-11-22T12:00:00Z");
        let november = Period::after(None, now, "UTC").unwrap();
        assert_eq!(november.label, "2026-11");
        let ends_at = Some(november.ends_at.milliseconds());
        assert_eq!(Period::after(ends_at, now, "UTC").unwrap().label, "2026-12");
        let october = Some(at("2026-10-01T00:00:00Z").milliseconds());
        assert_eq!(Period::after(october, now, "UTC").unwrap().label, "2026-11");
    }

    #[test]
    fn after_a_change_of_the_zone_no_instant_is_in_two_months_or_in_none() {
        for (from, to) in [
            ("Pacific/Auckland", "America/New_York"),
            ("America/New_York", "Pacific/Auckland"),
            ("Pacific/Kiritimati", "Etc/GMT+12"),
            ("Etc/GMT+12", "Pacific/Kiritimati"),
            ("Europe/Paris", "Europe/Berlin"),
        ] {
            let november = Period::of(at("2026-11-15T12:00:00Z"), from).unwrap();
            let ends_at = Some(november.ends_at.milliseconds());
            for hours in [-30, -12, 0, 12, 30] {
                let now = november.ends_at.milliseconds() + hours * 60 * 60 * 1000;
                let now = Timestamp::from_milliseconds(now).unwrap();
                let december = Period::after(ends_at, now, to).unwrap();
                assert_eq!(december.label, "2026-12", "{from} to {to} after {hours} hours");
                assert_eq!(december.starts_at, november.ends_at, "{from} to {to}");
                let named = Period::named("2026-12", to).unwrap();
                assert_eq!(december.ends_at, named.ends_at, "{from} to {to}");
            }
        }
    }
}
