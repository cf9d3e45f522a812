//! The IANA time zones by name, from a table that is a fifth of the database that jiff embeds.

use std::cell::RefCell;
use std::collections::BTreeMap;

use jiff::tz::TimeZone;

#[cfg(test)]
mod generate;

/// A line for each zone: its names, its offset in 1970, today's standard offset, each change since
/// then, and the POSIX rule that holds after the last change. A change is the time since the change
/// before, and after a colon the new offset, which is left out where clocks return to the offset
/// before. Numbers are half minutes to the base 36. The tests generate this table and compare it
/// with the IANA database.
const TABLE: &str = include_str!("../../../zones.txt");

/// The base of the table's numbers.
const BASE: u32 = 36;

/// Seconds of the table's unit.
const UNIT: i64 = 30;

/// The names of standard time and of summer time: a rule has names, and the product shows none.
const NAMES: &[u8; 8] = b"STD\0DST\0";

thread_local! {
    /// The zones that were read so far, by the names of the table.
    static READ: RefCell<BTreeMap<&'static str, TimeZone>> = const { RefCell::new(BTreeMap::new()) };
}

/// The time zone with this IANA name, in any letter case.
pub(crate) fn zone(name: &str) -> Option<TimeZone> {
    if let Some(zone) = READ.with_borrow(|read| read.get(name).cloned()) {
        return Some(zone);
    }
    let (name, columns) = find(name)?;
    let zone = TimeZone::tzif(name, &tzif(columns)?).ok()?;
    READ.with_borrow_mut(|read| read.insert(name, zone.clone()));
    Some(zone)
}

/// The regions whose zones are named after places. Other names are older ones of the same zones.
const REGIONS: [&str; 10] = [
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
];

/// The names of all time zones to choose from: regions in order, each with its zones in order.
pub(crate) fn names() -> Vec<(&'static str, Vec<&'static str>)> {
    let all = TABLE.lines().filter_map(|line| line.split_once('|'));
    let mut all: Vec<&str> = all.flat_map(|(names, _)| names.split(' ')).collect();
    all.sort_unstable();
    let of = |region: &'static str| {
        let zones = all.iter().copied();
        let zones = zones.filter(|name| name.split('/').next() == Some(region) && *name != region);
        (region, zones.collect())
    };
    REGIONS.into_iter().map(of).chain([("Everywhere", vec!["UTC"])]).collect()
}

/// The name as the table writes it, and the other columns of its line.
fn find(name: &str) -> Option<(&'static str, &'static str)> {
    TABLE.lines().find_map(|line| {
        let (names, columns) = line.split_once('|')?;
        let known = names.split(' ').find(|known| known.eq_ignore_ascii_case(name))?;
        Some((known, columns))
    })
}

/// The columns of a line in the format `TZif` of RFC 9636, which jiff reads.
fn tzif(columns: &str) -> Option<Vec<u8>> {
    let mut columns = columns.split('|');
    let (first, standard) = (seconds(columns.next()?)?, seconds(columns.next()?)?);
    let mut offsets = vec![first];
    let (mut times, mut kinds) = (Vec::new(), Vec::new());
    let (mut at, mut before, mut now) = (0_i64, first, first);
    for change in columns.next()?.split_ascii_whitespace() {
        let (passed, offset) = change.split_once(':').unwrap_or((change, ""));
        at = at.checked_add(seconds(passed)?)?;
        let after = if offset.is_empty() { before } else { seconds(offset)? };
        (before, now) = (now, after);
        let kind = offsets.iter().position(|offset| *offset == now).unwrap_or(offsets.len());
        if kind == offsets.len() {
            offsets.push(now);
        }
        times.extend(at.to_be_bytes());
        kinds.push(u8::try_from(kind).ok()?);
    }
    // The first block, for readers of 32 bits, is empty but for the least that the format allows.
    let mut tzif = header(0, 1, 1)?;
    tzif.extend([0; 7]);
    tzif.extend(header(kinds.len(), offsets.len(), NAMES.len())?);
    tzif.extend(times);
    tzif.extend(kinds);
    for offset in offsets {
        tzif.extend(i32::try_from(offset).ok()?.to_be_bytes());
        tzif.extend(if offset == standard { [0, 0] } else { [1, 4] });
    }
    tzif.extend(NAMES);
    tzif.extend([b"\n", columns.next()?.as_bytes(), b"\n"].concat());
    Some(tzif)
}

/// The header of a block with so many changes, kinds of local time, and bytes of names.
fn header(changes: usize, kinds: usize, names: usize) -> Option<Vec<u8>> {
    let mut header = b"TZif2".to_vec();
    header.resize(20, 0);
    for count in [0, 0, 0, changes, kinds, names] {
        header.extend(u32::try_from(count).ok()?.to_be_bytes());
    }
    Some(header)
}

/// The seconds that a number of the table stands for.
fn seconds(text: &str) -> Option<i64> {
    i64::from_str_radix(text, BASE).ok()?.checked_mul(UNIT)
}
