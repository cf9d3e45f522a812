//! Tests that each text of the plugin is in the template of its translations, and in German.

use std::collections::BTreeSet;
use std::fs;

use play_it_green_tests::local_worker::repository;

/// The functions that translate a text.
const FUNCTIONS: [&str; 4] = ["__( '", "esc_html__( '", "esc_html_e( '", "_n( '"];

fn read(file: &str) -> String {
    let folder = repository().join("shop-adapters/install/wordpress/play-it-green");
    fs::read_to_string(folder.join(file)).unwrap()
}

/// Returns the texts of the plugin.
fn texts() -> BTreeSet<String> {
    let folder = repository().join("shop-adapters/install/wordpress/play-it-green");
    let mut texts = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "php") {
            let source = fs::read_to_string(&path).unwrap();
            for function in FUNCTIONS {
                let calls = source.split(function).skip(1);
                texts.extend(calls.map(|rest| rest.split("', ").next().unwrap().to_owned()));
            }
        }
    }
    texts
}

/// Returns the texts of a file with translations, each with its translation.
fn entries(file: &str) -> Vec<(String, String)> {
    let text = read(file).replace("\"\n\"", "");
    let entries = text.split("\n\n").skip(1).map(|entry| {
        let value = |keyword: &str| {
            let line = entry.lines().find_map(|line| line.strip_prefix(keyword));
            let line = line.unwrap_or_default().trim();
            line.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap().to_owned()
        };
        let form = if entry.contains("msgid_plural") { "msgstr[0] " } else { "msgstr " };
        (value("msgid "), value(form))
    });
    entries.collect()
}

#[test]
fn the_template_has_each_text_of_the_plugin_and_no_other() {
    let listed: BTreeSet<String> =
        entries("languages/play-it-green.pot").into_iter().map(|(text, _)| text).collect();
    assert_eq!(listed, texts());
}

#[test]
fn each_text_has_a_german_one_with_the_same_places_for_values() {
    let german = entries("languages/play-it-green-de_DE.po");
    let listed: BTreeSet<String> = german.iter().map(|(text, _)| text.clone()).collect();
    assert_eq!(listed, texts());
    for (text, translation) in german {
        assert!(!translation.is_empty(), "{text}");
        for place in ["%s", "%1$s", "%2$s", "%1$d", "%2$d"] {
            assert_eq!(text.matches(place).count(), translation.matches(place).count(), "{text}");
        }
    }
}
