//! Characters that are not seen, or that change how the text around them is seen.

/// The ranges of the Unicode category Cf (format), and the line and paragraph separators. Source: the
/// Unicode Character Database 16.0, `DerivedGeneralCategory.txt`.
const RANGES: [(char, char); 22] = [
    ('\u{AD}', '\u{AD}'),
    ('\u{600}', '\u{605}'),
    ('\u{61C}', '\u{61C}'),
    ('\u{6DD}', '\u{6DD}'),
    ('\u{70F}', '\u{70F}'),
    ('\u{890}', '\u{891}'),
    ('\u{8E2}', '\u{8E2}'),
    ('\u{180E}', '\u{180E}'),
    ('\u{200B}', '\u{200F}'),
    ('\u{2028}', '\u{2029}'),
    ('\u{202A}', '\u{202E}'),
    ('\u{2060}', '\u{2064}'),
    ('\u{2066}', '\u{206F}'),
    ('\u{FEFF}', '\u{FEFF}'),
    ('\u{FFF9}', '\u{FFFB}'),
    ('\u{110BD}', '\u{110BD}'),
    ('\u{110CD}', '\u{110CD}'),
    ('\u{13430}', '\u{1343F}'),
    ('\u{1BCA0}', '\u{1BCA3}'),
    ('\u{1D173}', '\u{1D17A}'),
    ('\u{E0001}', '\u{E0001}'),
    ('\u{E0020}', '\u{E007F}'),
];

/// Returns true for a control or format character, and for a separator of lines or paragraphs.
#[must_use]
pub fn is_invisible(character: char) -> bool {
    character.is_control()
        || RANGES.iter().any(|(first, last)| (*first..=*last).contains(&character))
}
