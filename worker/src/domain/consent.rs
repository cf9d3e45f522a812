//! The card mandate: every text that payers have agreed to when they saved a card, by its version.

/// A text that payers agree to.
struct Consent {
    /// The day from which the pages show the text. An agreement stores it.
    version: &'static str,
    text: &'static str,
}

/// All texts, the latest one last. A text never changes after a payer agreed to it. A change is a
/// new version.
const CONSENTS: [Consent; 2] = [
    Consent {
        version: "2026-11-25",
        text: "I let Play It Green save this card and charge it by itself after the end of each \
            month, with what the orders of that month come to, again on the third, seventh and \
            fourteenth day where it is declined, until I remove the card in Settings > Payments.",
    },
    Consent {
        version: "2026-11-27",
        text: "I authorize Play It Green to save this card and to charge it automatically at the \
            end of each month for that month's orders. If a charge is declined, it is retried 3, 7 \
            and 14 days later. I can withdraw this authorization at any time by removing the card \
            in Settings > Payments.",
    },
];

/// The version of the text that the pages show.
pub(crate) fn version() -> &'static str {
    CONSENTS.last().map_or("", |consent| consent.version)
}

/// The text that the pages show.
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
    fn a_text_that_payers_agreed_to_never_changes() {
        let digests = [
            "c24777c99a9f4e316846115bead5f6e379534d917207df629cbc5b972960508f",
            "89a2e6600b770aa19ef3fa479be73699e17a1f73a2960a7cfb887999672f2819",
        ];
        let found = CONSENTS.map(|consent| crate::crypto::hash(consent.text));
        assert_eq!(found, digests.map(str::to_owned), "add another text instead");
    }
}
