//! Every edge of every month in every zone: no instant is in two months, and none is in no month.

use jiff::Timestamp as Instant;
use jiff::tz::db;

use crate::domain::period::*;

const SECOND: i64 = 1000;

/// Checks the instants around the end of a month, from a second before to a second after. Returns
/// the month that follows.
fn check_edge(month: &Period, zone: &str) -> Period {
    let edge = month.ends_at;
    let beside = |milliseconds: i64| {
        let instant =
            Timestamp::from_milliseconds(edge.milliseconds().saturating_add(milliseconds)).unwrap();
        Period::of(instant, zone).unwrap()
    };
    let next = beside(0);
    assert_eq!(beside(-SECOND), *month, "{zone}: a second before the end of {}", month.label);
    assert_eq!(beside(-1), *month, "{zone}: a millisecond before the end of {}", month.label);
    assert_eq!(next.starts_at, edge, "{zone}: {} and {}", month.label, next.label);
    assert_eq!(beside(SECOND), next, "{zone}: a second after the end of {}", month.label);
    assert_eq!(Period::named(&next.label, zone).as_ref(), Some(&next), "{zone}");
    check_against_the_wall(month, &next, zone);
    next
}

/// The local calendar on both sides of the edge, from the zone's offsets alone.
fn check_against_the_wall(month: &Period, next: &Period, zone: &str) {
    let zone = TimeZone::get(zone).unwrap();
    let shown = |milliseconds: i64| {
        let instant = Instant::from_millisecond(milliseconds).unwrap();
        let wall = zone.to_offset(instant).to_datetime(instant);
        (format!("{:04}-{:02}", wall.year(), wall.month()), wall.day())
    };
    let edge = next.starts_at.milliseconds();
    assert_eq!(shown(edge.saturating_sub(1)).0, month.label);
    assert_eq!(shown(edge), (next.label.clone(), 1));
}

#[test]
fn every_month_of_every_zone_from_2020_to_2035_ends_where_the_next_one_begins() {
    let (mut zones, mut edges) = (0, 0);
    for zone in db().available() {
        let zone = zone.as_str();
        let mut month = Period::named("2019-12", zone).unwrap();
        while month.label.as_str() < "2036-01" {
            let next = check_edge(&month, zone);
            let follows = Period::named(&month.label, zone).unwrap();
            assert!(next.label > follows.label, "{zone}: {} after {}", next.label, month.label);
            month = next;
            edges += 1;
        }
        zones += 1;
    }
    // Every zone that jiff has in its own copy of the database.
    assert_eq!(edges, zones * (12 * 16 + 1));
    assert!(zones > 400, "{zones} zones");
}

/// Days that a zone left out, and months that began when the clocks were put forward at midnight.
#[test]
fn months_with_days_that_never_were_have_no_gap() {
    for (zone, from, to) in [
        // Samoa had no 30 December 2011, Kwajalein no 21 August 1993.
        ("Pacific/Apia", "2011-10", "2012-03"),
        ("Pacific/Kwajalein", "1993-06", "1993-11"),
        // Kiribati's Line Islands had no 31 December 1994: November's neighbour ends a day early.
        ("Pacific/Kiritimati", "1994-10", "1995-03"),
        ("Pacific/Enderbury", "1994-10", "1995-03"),
        // The first of the month began at one o'clock, or was there twice.
        ("America/Asuncion", "2017-08", "2017-12"),
        ("America/Sao_Paulo", "2018-09", "2019-04"),
        ("Asia/Amman", "2011-08", "2013-01"),
        ("America/Havana", "2010-09", "2013-01"),
        ("Asia/Beirut", "2023-01", "2023-12"),
    ] {
        let mut month = Period::named(from, zone).unwrap();
        while month.label.as_str() < to {
            month = check_edge(&month, zone);
        }
    }
}
