//! Texts as shops write them: ids, names, and the words that scripts write for "none".
//!
//! It recognizes characters without Unicode tables, which every storefront would have to download.

use order_events::{Currency, limits};

/// The words that scripts write for a missing value.
const NO_VALUE: [&str; 10] = [
    "undefined",
    "null",
    "none",
    "n/a",
    "(none)",
    "(not set)",
    "(not provided)",
    "false",
    "NaN",
    "[object Object]",
];

/// Returns a text that has content, trimmed and with spaces for control characters. Returns `None`
/// for a word that means no value, for an unfilled template placeholder, and for a text longer than
/// an id may be.
pub(crate) fn known(text: &str) -> Option<String> {
    let text = trimmed(text);
    if text.is_empty() || text.len() > limits::ID_BYTES || is_placeholder(text) {
        return None;
    }
    for word in NO_VALUE {
        if word.eq_ignore_ascii_case(text) {
            return None;
        }
    }
    let mut clean = String::new();
    for character in text.chars() {
        clean.push(if character.is_control() { ' ' } else { character });
    }
    Some(clean)
}

/// Returns `true` if a text begins like `{{id}}`, `{% id %}`, `${id}`, `#{id}`, `<%= id %>`, `<?=
/// id ?>`, `[[id]]` or `%%id%%`.
fn is_placeholder(text: &str) -> bool {
    let is_mark = |byte: &u8| matches!(byte, b'{' | b'[' | b'<' | b'%' | b'$' | b'#' | b'?');
    matches!(text.as_bytes(), [first, second, ..] if is_mark(first) && is_mark(second))
}

/// Returns `true` if a text is like `{id}`, `[id]`, `<id>` or `%id%`. The name of a field has no
/// digit, and an id such as `{3F2504E0}` has one.
fn is_name_in_brackets(text: &[u8]) -> bool {
    matches!(text, [b'{', .., b'}'] | [b'[', .., b']'] | [b'<', .., b'>'] | [b'%', .., b'%'])
        && !text.iter().any(u8::is_ascii_digit)
}

/// Returns a text without surrounding white space, control characters, non-breaking spaces and
/// zero-width characters, which copied texts contain.
pub(crate) fn trimmed(text: &str) -> &str {
    text.trim_matches(|character| {
        matches!(character, '\0'..=' ' | '\x7f' | '\u{a0}' | '\u{200b}'..='\u{200f}')
            || matches!(character, '\u{2060}' | '\u{feff}')
    })
}

/// Returns `true` if a text is this word of a platform, in upper or lower case.
pub(crate) fn is(text: &str, word: &str) -> bool {
    bare(text).eq_ignore_ascii_case(word)
}

/// Returns a text without any space of Unicode around it.
pub(crate) fn bare(text: &str) -> &str {
    trimmed(trimmed(text).trim())
}

/// Returns a known text that is an id: platforms write 0 for "none", and scripts leave the name of
/// the field if the id was never filled in.
pub(crate) fn id(text: &str) -> Option<String> {
    known(text).filter(|text| text != "0" && !is_name_in_brackets(text.as_bytes()))
}

/// Returns the currency of a code, in upper or lower case; `None` if the code means no currency or
/// cannot be one, such as `US Dollar`.
pub(crate) fn currency(code: &str) -> Option<Currency> {
    Currency::of_sale(&id(code)?).filter(|currency| *currency != Currency::UNKNOWN)
}

/// The same for a sale, which counts without its currency for every rule without an amount.
pub(crate) fn currency_of_sale(code: &str) -> Currency {
    currency(code).unwrap_or(Currency::UNKNOWN)
}

/// Returns the first currency that is known, or the first one: the code of an amount may be
/// right where that of the sale is not.
pub(crate) fn first_known(currencies: impl Iterator<Item = Currency>) -> Option<Currency> {
    let currencies: Vec<Currency> = currencies.collect();
    let known = currencies.iter().find(|currency| currency.is_known());
    known.or(currencies.first()).copied()
}

/// The names that are there, no more than a list may have.
pub(crate) fn names(names: Vec<String>) -> Vec<String> {
    let mut all = Vec::new();
    for name in names {
        if let Some(name) = known(&name)
            && all.len() < limits::NAMES_PER_LIST
        {
            all.push(name);
        }
    }
    all
}

/// Returns the title of a line, truncated to [`limits::TITLE_BYTES`].
pub(crate) fn title(text: &str) -> String {
    text.get(..text.floor_char_boundary(limits::TITLE_BYTES)).unwrap_or_default().to_owned()
}

/// Returns the digits at the end of an id, before any query: `7001` for
/// `gid://shopify/Order/7001?key=a`.
pub(crate) fn trailing_digits(text: &str) -> Option<String> {
    let mut digits = String::new();
    for byte in trimmed(text).bytes() {
        match byte {
            b'?' | b'#' => break,
            b'/' => digits.clear(),
            _ => digits.push(char::from(byte)),
        }
    }
    let are_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    are_digits.then_some(digits)
}
