//! Clocks and calendars in a time zone, without the parts of jiff that parse and print: those are
//! 30 KB of the compressed Worker.

mod zones;

use jiff::Timestamp as Instant;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use order_events::Timestamp;

pub(crate) use crate::domain::local_time::zones::{names as zone_names, zone};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The date and time that clocks in `zone` show at an instant.
pub(crate) fn local(milliseconds: i64, zone: &TimeZone) -> Option<DateTime> {
    Some(zone.to_datetime(Instant::from_millisecond(milliseconds).ok()?))
}

/// The instant at which clocks in `zone` show this: the first of two, and the one after a gap.
pub(crate) fn instant(local: DateTime, zone: &TimeZone) -> Option<Timestamp> {
    Timestamp::from_milliseconds(zone.to_timestamp(local).ok()?.as_millisecond())
}

/// The label of a date's month: `2026-11`.
pub(crate) fn label(date: Date) -> String {
    format!("{:04}-{:02}", date.year(), date.month())
}

/// A label such as `2026-11` as people write it: `November 2026`.
pub(crate) fn month_in_words(label: &str) -> String {
    let parts = label.split_once('-');
    let month = parts.and_then(|(_, month)| month_name(month.parse().ok()?));
    match (parts, month) {
        (Some((year, _)), Some(month)) => format!("{month} {year}"),
        _ => label.to_owned(),
    }
}

/// The date of an instant as people write it: `30 November 2026`.
pub(crate) fn day_in_words(milliseconds: i64, zone: &str) -> Option<String> {
    day(local(milliseconds, &self::zone(zone)?)?)
}

/// Date and time of an instant as people write them: `30 November 2026, 09:05`.
pub(crate) fn minute_in_words(milliseconds: i64, zone: &str) -> Option<String> {
    let local = local(milliseconds, &self::zone(zone)?)?;
    Some(format!("{}, {:02}:{:02}", day(local)?, local.hour(), local.minute()))
}

fn day(local: DateTime) -> Option<String> {
    Some(format!("{} {} {}", local.day(), month_name(local.month())?, local.year()))
}

fn month_name(month: i8) -> Option<&'static str> {
    MONTHS.get(usize::try_from(month.checked_sub(1)?).ok()?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_as_people_write_them() {
        let at = "2026-11-30T23:05:59Z".parse::<Timestamp>().unwrap().milliseconds();
        assert_eq!(day_in_words(at, "Europe/Paris").unwrap(), "1 December 2026");
        assert_eq!(minute_in_words(at, "America/New_York").unwrap(), "30 November 2026, 18:05");
        assert_eq!(minute_in_words(at, "Mars/Olympus"), None);
    }

    #[test]
    fn every_month_is_written_as_jiff_writes_it() {
        for month in 1..=12 {
            let first = Date::new(2026, month, 1).unwrap();
            assert_eq!(label(first), first.strftime("%Y-%m").to_string());
            assert_eq!(month_in_words(&label(first)), first.strftime("%B %Y").to_string());
        }
        for text in ["", "2026", "2026-13", "2026-00", "2026-x"] {
            assert_eq!(month_in_words(text), text);
        }
    }
}
