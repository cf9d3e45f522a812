//! Compares instants with jiff.

use order_events::Timestamp;
use proptest::prelude::*;

use crate::arbitrary::timestamp;

fn milliseconds(text: &str) -> Option<i64> {
    text.parse().ok().map(Timestamp::milliseconds)
}

/// Returns jiff's reading of a text, in whole milliseconds, within the supported years.
fn oracle(text: &str) -> Option<i64> {
    let instant: jiff::Timestamp = text.parse().ok()?;
    let range = 0..=Timestamp::MAX.milliseconds();
    Some(instant.as_nanosecond().div_euclid(1_000_000).try_into().unwrap())
        .filter(|at| range.contains(at))
}

#[test]
fn instants_are_read_with_their_zone_and_fraction() {
    for (text, expected) in [
        ("1970-01-01T00:00:00Z", Some(0)),
        ("1969-12-31T23:59:59Z", None),
        ("1969-12-31T23:59:59-00:01", Some(59_000)),
        ("9998-12-31T23:59:59.999Z", Some(253_370_764_799_999)),
        ("9998-12-31T23:59:59-00:01", None),
        ("2026-11-22t08:51:49z", Some(1_795_337_509_000)),
        ("2026-11-22 08:51:49.5+00:00", Some(1_795_337_509_500)),
        ("2026-11-22T09:51:49+01:00", Some(1_795_337_509_000)),
        ("2026-11-21T23:21:49.0001-09:30", Some(1_795_337_509_000)),
        ("2026-11-22T08:51:49.123456789Z", Some(1_795_337_509_123)),
        ("2026-12-31T23:59:60Z", Some(1_798_761_599_000)),
    ] {
        assert_eq!(milliseconds(text), expected, "{text}");
        assert_eq!(oracle(text), expected, "jiff: {text}");
    }
}

#[test]
fn what_is_no_instant_is_refused() {
    for text in [
        "",
        "2026-11-22",
        "2026-11-22T08:51:49",
        "2026-11-22T08:51Z",
        "2026-11-22T08:51:49.Z",
        "2026-11-22T08:51:49.1234567890Z",
        "2026-11-22T08:51:49ZZ",
        "2026-11-22T08:51:49+24:00",
        "2026-11-22T08:51:49+01:60",
        "2026-11-22T08:51:49+0100",
        "2026-11-22T24:00:00Z",
        "2026-11-22T08:60:00Z",
        "2026-11-22T08:51:61Z",
        "2026-02-29T00:00:00Z",
        "2100-02-29T00:00:00Z",
        "2026-04-31T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-01-00T00:00:00Z",
        "26-01-01T00:00:00Z",
        "2026/11/22T08:51:49Z",
        "2026-11-22_08:51:49Z",
        "+2026-11-22T08:51:49Z",
        "２０２６-11-22T08:51:49Z",
    ] {
        assert_eq!(
            text.parse::<Timestamp>(),
            Err(order_events::timestamp::TimestampError),
            "{text}"
        );
    }
    assert_eq!(
        "soon".parse::<Timestamp>().unwrap_err().to_string(),
        "not an instant: use RFC 3339 with a zone, such as 2026-11-22T08:51:49Z"
    );
}

#[test]
fn milliseconds_outside_the_years_1970_to_9998_are_no_instant() {
    let last = Timestamp::MAX.milliseconds();
    for (milliseconds, expected) in [(-1, None), (0, Some(0)), (last, Some(last)), (last + 1, None)]
    {
        let instant = Timestamp::from_milliseconds(milliseconds);
        assert_eq!(instant.map(Timestamp::milliseconds), expected);
    }
}

#[test]
fn milliseconds_are_printed_only_where_there_are_any() {
    for (milliseconds, printed) in [
        (0, "1970-01-01T00:00:00Z"),
        (7, "1970-01-01T00:00:00.007Z"),
        (951_782_400_120, "2000-02-29T00:00:00.120Z"),
        (253_370_764_799_999, "9998-12-31T23:59:59.999Z"),
    ] {
        assert_eq!(Timestamp::from_milliseconds(milliseconds).unwrap().to_string(), printed);
    }
}

#[test]
fn every_day_of_400_years_is_printed_as_jiff_prints_it_and_read_back() {
    for days in 0..146_097 {
        let midnight = days * 86_400_000;
        let printed = Timestamp::from_milliseconds(midnight).unwrap().to_string();
        let expected = jiff::Timestamp::from_millisecond(midnight).unwrap().to_string();
        assert_eq!(printed, expected);
        assert_eq!(milliseconds(&printed), Some(midnight));
    }
}

proptest! {
    #[test]
    fn jiff_reads_the_same_instant_from_what_is_printed(instant in timestamp()) {
        prop_assert_eq!(oracle(&instant.to_string()), Some(instant.milliseconds()));
    }

    #[test]
    fn dates_times_and_zones_are_read_as_jiff_reads_them(
        (year, month, day) in (1900..=9999_u16, 0..=13_u8, 0..=32_u8),
        (hour, minute, second) in (0..=24_u8, 0..=60_u8, 0..=60_u8),
        fraction in "|\\.[0-9]{1,9}",
        zone in "Z|[+-](0[0-9]|1[0-9]|2[0-3]):[0-5][0-9]",
    ) {
        let text = format!(
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}{zone}"
        );
        prop_assert_eq!(milliseconds(&text), oracle(&text), "{}", text);
    }

    #[test]
    fn any_text_gives_an_answer(text in "\\PC{0,30}") {
        if let Some(milliseconds) = milliseconds(&text) {
            prop_assert_eq!(oracle(&text), Some(milliseconds));
        }
    }
}
