//! Generates lines that are almost a case. Both builds accept some and reject most with the same
//! words.

use crate::random::Random;

/// A text of the line, and its replacement.
const SPELLINGS: [(&str, &str); 26] = [
    // These are accepted.
    (",\"", " ,\t\""),
    ("12:00:00Z\"", "17:30:00.0009+05:30\""),
    ("12:00:00Z\"", "11:59:60z\""),
    ("\"starts_at\":null,", ""),
    ("M", "\\u004d"),
    ("\"refunded\":0", "\"refunded\":-0"),
    ("\"USD\"", "\"XXX\""),
    // These are rejected.
    ("\"refunded\":0", "\"refunded\":0.0"),
    ("\"refunded\":0", "\"refunded\":0e2"),
    ("\"refunded\":0", "\"refunded\":00"),
    ("\"total\":", "\"total\":9223372036854775808"),
    ("\"total\":", "\"total\":\"1\",\"total\":"),
    ("\"quantity\":", "\"quantity\":-"),
    ("\"quantity\":", "\"quantity\":4294967296,\"x\":"),
    ("\"USD\"", "\"usd\""),
    ("\"USD\"", "\"US1\""),
    ("\"sold_at\":\"", "\"sold_at\":\"1969-12-31T23:59:59Z\",\"x\":\""),
    ("Z\"", "\""),
    ("\"test\":", "\"tests\":"),
    ("\"paid\"", "\"Paid\""),
    ("\"lines\":[", "\"lines\":[null,"),
    ("\"opted_in\":", "\"opted_in\":1,\"x\":"),
    ("\"title\":\"", "\"title\":\"\\ud800"),
    ("\"title\":\"", "\"title\":\"\t"),
    ("\"per_order\"", "\"per_sale\""),
    ("{", "\u{feff}{"),
];

/// Returns the line with one part written differently.
pub(crate) fn misspelled(line: &str, random: &mut Random) -> String {
    match random.below(30) {
        0 => String::new(),
        1 => format!("{line} {line}"),
        2 => line.chars().take(usize::try_from(random.below(400)).unwrap()).collect(),
        3 => "[".repeat(1_000),
        _ => {
            let (text, instead) = random.pick(&SPELLINGS);
            line.replacen(text, instead, 1)
        }
    }
}
