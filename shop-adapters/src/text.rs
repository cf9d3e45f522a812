//! Texts as shops write them: ids, names, and the words that scripts write for "none".

use order_events::limits;

/// What scripts write if they have no value.
const NO_VALUE: [&str; 6] = ["undefined", "null", "(not set)", "false", "NaN", "[object Object]"];

/// A text that says something, without the space around it and with spaces for control characters.
/// `None` for a word that means no value, and for a text that is longer than an id may be.
pub(crate) fn known(text: &str) -> Option<String> {
    let text =
        text.trim_matches(|character: char| character.is_control() || character.is_whitespace());
    let is_none = text.is_empty()
        || text.len() > limits::ID_BYTES
        || NO_VALUE.iter().any(|word| word.eq_ignore_ascii_case(text));
    (!is_none).then(|| without_control(text))
}

/// The same for an id: platforms write 0 for "none".
pub(crate) fn id(text: &str) -> Option<String> {
    known(text).filter(|text| text != "0")
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
    let end = text.floor_char_boundary(limits::TITLE_BYTES);
    without_control(text.get(..end).unwrap_or_default())
}

/// The digits at the end of an id, before any query: `7001` of `gid://shopify/Order/7001?key=a`.
pub(crate) fn trailing_digits(text: &str) -> Option<String> {
    let end = text.find(['?', '#']).unwrap_or(text.len());
    let id = text.get(..end)?.trim_ascii();
    let digits = id.rsplit_once('/').map_or(id, |(_, digits)| digits);
    let are_digits = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    are_digits.then(|| digits.to_owned())
}

fn without_control(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for character in text.chars() {
        clean.push(if character.is_control() { ' ' } else { character });
    }
    clean
}
