//! Generates values from small pools, so that a sale often meets a condition, and from the limits
//! of the types.

use order_events::{Currency, Timestamp, limits};

use crate::random::Random;

/// Our ids of the shops.
pub(crate) const SHOPS: [&str; 3] = ["shop_1", "shop_2", ""];

const USUAL_IDS: [&str; 5] = ["MUG-BLUE", "TEA-500", "11", "820982911946154508", "kitchen"];

/// Ids that differ by case, by a space, or by the encoding of an accent, and ids that JSON escapes.
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

/// Words of titles and of the searched parts. Some differ in the case of an ASCII letter, others in
/// that of another letter, which must match exactly.
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

/// The day of most sales. Ends of campaigns and windows often fall on it to the millisecond.
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

/// Returns a part of a title: a word, two words, the middle of one, or nothing.
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

/// Returns a currency whose minor unit has 0, 2, 3 or 4 digits; mostly USD, so that amounts match.
pub(crate) fn currency(random: &mut Random) -> Currency {
    random.pick(&["USD", "USD", "USD", "USD", "EUR", "JPY", "KWD", "CLF"]).parse().unwrap()
}

/// Returns minor units: realistic amounts, often the same few, the limit, and the extremes of the
/// type.
pub(crate) fn amount(random: &mut Random) -> i64 {
    match random.below(20) {
        0 => random.pick(&[limits::AMOUNT, limits::AMOUNT, limits::AMOUNT - 1]),
        1 => random.pick(&[i64::MIN, i64::MIN + 1, -1, 0, 1, i64::MAX - 1, i64::MAX]),
        2 => i64::from(random.below(u32::MAX)) * i64::from(random.below(2_000_000)),
        3..=7 => random.pick(&[500, 1_000, 2_000]),
        _ => i64::from(random.below(10_000)),
    }
}

/// Returns units or trees: a few, the limits, and the extreme of the type.
pub(crate) fn count(random: &mut Random) -> u32 {
    match random.below(20) {
        0 => random.pick(&[limits::QUANTITY, limits::QUANTITY + 1, u32::MAX]),
        1 => 0,
        _ => random.below(5) + 1,
    }
}

/// Returns an instant on the usual day, often one of a few, or any instant.
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
