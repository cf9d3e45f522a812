//! What a payer agrees to who lets a card be saved: every text that was ever shown, by its version.

/// A text, and since when it is shown.
struct Consent {
    /// The day from which it was shown: what is stored of an agreement.
    version: &'static str,
    text: &'static str,
}

/// The latest stands last. A text that somebody has agreed to is never changed: another one is added.
const CONSENTS: [Consent; 1] = [Consent {
    version: "2026-11-25",
    text: "I let Play It Green save this card and charge it by itself after the end of each month, \
        with what the orders of that month come to, again on the third, seventh and fourteenth day \
        where it is declined, until I remove the card in Settings > Payments.",
}];

/// The version of the text that is shown now.
pub(crate) fn version() -> &'static str {
    CONSENTS.last().map_or("", |consent| consent.version)
}

/// The text that is shown now.
pub(crate) fn text() -> &'static str {
    CONSENTS.last().map_or("", |consent| consent.text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_text_is_shown_and_no_version_stands_for_two() {
        let versions = CONSENTS.map(|consent| consent.version);
        assert!(versions.is_sorted() && text().contains("save this card"), "{versions:?}");
        assert_eq!(versions.last(), Some(&version()));
        let days: std::collections::BTreeSet<&str> = versions.into_iter().collect();
        assert_eq!(days.len(), CONSENTS.len());
    }

    #[test]
    fn a_text_that_was_shown_stays_as_it_was() {
        let digest = crate::auth::hash(CONSENTS[0].text);
        assert_eq!(
            digest, "c24777c99a9f4e316846115bead5f6e379534d917207df629cbc5b972960508f",
            "add another text instead"
        );
    }
}
