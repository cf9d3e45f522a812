//! Texts as shops write them: ids, names, and the words that scripts write for "none".
//!
//! They are trimmed byte by byte, because the storefront downloads every table of characters.

use order_events::{Currency, limits};

/// What scripts write if they have no value.
const NO_VALUE: [&str; 8] =
    ["undefined", "null", "none", "(not set)", "(not provided)", "false", "NaN", "[object Object]"];

/// A text that says something, without the space around it and with spaces for control characters.
/// Returns `None` for a word that means no value, for the unfilled placeholder of a template, and for
/// a text that is longer than an id may be.
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

/// Returns `true` if a text begins like `{{id}}`, `{% id %}`, `${id}`, `<%= id %>`, `[[id]]` or `%%id%%`.
fn is_placeholder(text: &str) -> bool {
    let is_mark = |byte: &u8| matches!(byte, b'{' | b'[' | b'<' | b'%' | b'$');
    matches!(text.as_bytes(), [first, second, ..] if is_mark(first) && is_mark(second))
}

fn is_control(byte: u8) -> bool {
    byte < b' ' || byte == 0x7f
}

/// A text without the space around it: also control characters, and the space that does not break.
pub(crate) fn trimmed(text: &str) -> &str {
    let mut rest = text;
    loop {
        let bytes = rest.as_bytes();
        let (skip, keep) = match bytes {
            [first, ..] if is_space(*first) => (1, bytes.len()),
            [0xc2, 0xa0, ..] => (2, bytes.len()),
            [.., last] if is_space(*last) => (0, bytes.len().wrapping_sub(1)),
            [.., 0xc2, 0xa0] => (0, bytes.len().wrapping_sub(2)),
            _ => return rest,
        };
        rest = rest.get(skip..keep).unwrap_or_default();
    }
}

fn is_space(byte: u8) -> bool {
    byte == b' ' || is_control(byte)
}

/// The same for an id: platforms write 0 for "none".
pub(crate) fn id(text: &str) -> Option<String> {
    known(text).filter(|text| text != "0")
}

/// The currency of a code, in capital or small letters; `None` if the code says that there is none.
pub(crate) fn currency(code: &str) -> Option<Currency> {
    Currency::of_sale(&id(code)?)
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

/// The title of a line, cut to [`limits::TITLE_BYTES`].
pub(crate) fn title(text: &str) -> String {
    text.get(..text.floor_char_boundary(limits::TITLE_BYTES)).unwrap_or_default().to_owned()
}

/// The digits at the end of an id, before any query: `7001` of `gid://shopify/Order/7001?key=a`.
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
