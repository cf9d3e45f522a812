//! Values from small pools, so that what a condition asks for is often what a sale has; and from
//! the edges of what can be written.

use order_events::{Currency, Timestamp, limits};

use crate::random::Random;

/// Our ids of the shops.
pub(crate) const SHOPS: [&str; 3] = ["shop_1", "shop_2", ""];

const USUAL_IDS: [&str; 5] = ["MUG-BLUE", "TEA-500", "11", "820982911946154508", "kitchen"];

/// Ids that differ by case, by a space, or by how an accent is written; and ones that JSON escapes.
const ODD_IDS: [&str; 14] = [
    "",
    "mug-blue",
    "Mug-Blue",
    " MUG-BLUE",
    "caf\u{e9}",
    "cafe\u{301}",
    "\u{6728}",
    "\u{1f333}",
    "\u{df}",
    "\u{130}",
    "\u{2028}",
    "\"\\/",
    "\t\n\r\u{0}\u{7f}",
    "\u{feff}\u{fffd}\u{10ffff}",
];

/// Words of titles, and of the parts that are looked for in them: some differ in the case of an
/// ASCII letter, others in that of another letter, which is not ignored.
const WORDS: [&str; 12] = [
    "Blue",
    "mug",
    "BLUE",
    "Mug",
    "Gr\u{fc}ner",
    "GR\u{dc}NER",
    "Tee",
    "\u{6728}\u{306e}",
    "\u{1f333}\u{1f333}",
    "stra\u{df}e",
    "\u{130}stanbul",
    "e\u{301}",
];

/// The day of most sales; ends of campaigns and windows often fall on it to the millisecond.
const NOON: i64 = 1_795_348_800_000;

pub(crate) fn id(random: &mut Random) -> String {
    match random.below(400) {
        0 => "i".repeat(limits::ID_BYTES),
        1..=50 => random.pick(&ODD_IDS).to_owned(),
        _ => random.pick(&USUAL_IDS).to_owned(),
    }
}

pub(crate) fn title(random: &mut Random) -> String {
    if random.one_in(400) {
        return "\u{1f333}".repeat(limits::TITLE_BYTES / 4);
    }
    random.list(4, |random| random.pick(&WORDS)).join(" ")
}

/// A part of a title: a word, two, the middle of one, or nothing.
pub(crate) fn title_part(random: &mut Random) -> String {
    let word = random.pick(&WORDS);
    match random.below(10) {
        0 => String::new(),
        1 => format!("{word} {}", random.pick(&WORDS)),
        2 => word.chars().skip(1).collect(),
        3 => word.to_lowercase(),
        4 => word.to_uppercase(),
        _ => word.to_owned(),
    }
}

/// A currency whose minor unit has 0, 2, 3 or 4 digits; most often USD, so that amounts meet.
pub(crate) fn currency(random: &mut Random) -> Currency {
    random.pick(&["USD", "USD", "USD", "USD", "EUR", "JPY", "KWD", "CLF"]).parse().unwrap()
}

/// Minor units: as shops have them, often the same few, at the limit, and at the ends of what the
/// type holds.
pub(crate) fn amount(random: &mut Random) -> i64 {
    match random.below(20) {
        0 => random.pick(&[limits::AMOUNT, limits::AMOUNT, limits::AMOUNT - 1]),
        1 => random.pick(&[i64::MIN, i64::MIN + 1, -1, 0, 1, i64::MAX - 1, i64::MAX]),
        2 => i64::from(random.below(u32::MAX)) * i64::from(random.below(2_000_000)),
        3..=7 => random.pick(&[500, 1_000, 2_000]),
        _ => i64::from(random.below(10_000)),
    }
}

/// Units or trees: a few, at the limits, and at the end of what the type holds.
pub(crate) fn count(random: &mut Random) -> u32 {
    match random.below(20) {
        0 => random.pick(&[limits::QUANTITY, limits::QUANTITY + 1, u32::MAX]),
        1 => 0,
        _ => random.below(5) + 1,
    }
}

/// An instant on the usual day, often one of the same few; or anywhere in time.
pub(crate) fn timestamp(random: &mut Random) -> Timestamp {
    match random.below(20) {
        0 => random.pick(&[Timestamp::MIN, Timestamp::MAX]),
        1 => at(i64::from(random.below(u32::MAX)) * 58_000),
        2..=6 => at(NOON + i64::from(random.below(86_400_000))),
        _ => at(NOON + i64::from(random.below(4))),
    }
}

fn at(milliseconds: i64) -> Timestamp {
    Timestamp::from_milliseconds(milliseconds).unwrap()
}
