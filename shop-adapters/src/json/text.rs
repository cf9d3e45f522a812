//! Repairs JSON text that some shops send and that parsers reject, character by character.

/// Returns the text with spaces for control characters. The replacement character replaces unpaired
/// surrogates and bytes that are not UTF-8.
pub(super) fn repaired(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let mut repaired = String::with_capacity(text.len());
    let mut rest = text.as_ref();
    while let Some(at) = rest.find(|character: char| character == '\\' || character < ' ') {
        let (before, special) = rest.split_at(at);
        repaired.push_str(before);
        let taken = escape(special);
        match &taken {
            Escape::Half => repaired.push('\u{fffd}'),
            Escape::Control => repaired.push(' '),
            Escape::Whole(escape) => repaired.push_str(escape),
        }
        rest = special.get(taken.length()..).unwrap_or_default();
    }
    repaired.push_str(rest);
    repaired
}

/// Levels of nesting that are kept; deeper values never describe a sale. Parsers reject 128 levels.
const LEVELS: usize = 100;

/// Returns the text with `null` for each list and object that is nested deeper than [`LEVELS`].
pub(super) fn shallow(text: &str) -> String {
    let mut shallow = String::with_capacity(text.len());
    let mut level: usize = 0;
    let mut is_quoted = false;
    let mut is_escaped = false;
    for character in text.chars() {
        let is_mark = !is_quoted;
        if is_mark && matches!(character, '[' | '{') {
            level = level.saturating_add(1);
            if level == LEVELS.saturating_add(1) {
                shallow.push_str("null");
            }
        }
        if level <= LEVELS {
            shallow.push(character);
        }
        if is_mark && matches!(character, ']' | '}') {
            level = level.saturating_sub(1);
        }
        is_quoted ^= character == '"' && !is_escaped;
        is_escaped = is_quoted && character == '\\' && !is_escaped;
    }
    shallow
}

enum Escape<'a> {
    /// An unpaired surrogate such as `\ud83d`.
    Half,
    /// A control character, which stands in JSON only between values.
    Control,
    /// An escape; a surrogate pair is one escape.
    Whole(&'a str),
}

impl Escape<'_> {
    fn length(&self) -> usize {
        match self {
            Self::Half => 6,
            Self::Control => 1,
            Self::Whole(escape) => escape.len(),
        }
    }
}

/// Classifies the start of a text that begins with a backslash or a control character.
fn escape(text: &str) -> Escape<'_> {
    if !text.starts_with('\\') {
        return Escape::Control;
    }
    match (surrogate(text), text.get(6..).and_then(surrogate)) {
        (Some(Half::First), Some(Half::Second)) => Escape::Whole(text.get(..12).unwrap_or(text)),
        (Some(_), _) => Escape::Half,
        (None, _) => {
            let escaped = text.chars().nth(1).map_or(0, char::len_utf8);
            Escape::Whole(text.get(..escaped.saturating_add(1)).unwrap_or(text))
        }
    }
}

#[derive(PartialEq, Eq)]
enum Half {
    First,
    Second,
}

/// Returns the half of a surrogate pair that the escape at the start of a text is; `None` for a
/// whole character.
fn surrogate(text: &str) -> Option<Half> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    match u16::from_str_radix(digits, 16).ok()? {
        0xd800..=0xdbff => Some(Half::First),
        0xdc00..=0xdfff => Some(Half::Second),
        _ => None,
    }
}
