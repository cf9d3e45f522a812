//! Writes the table of events into `docs/operations.md`.

use std::collections::BTreeSet;
use std::fs;

use super::event::EVENTS;

const BEGIN: &str = "<!-- The table is written by a test: \
    UPDATE_OPERATIONS=1 cargo nextest run -p play-it-green-worker operations -->\n";
const END: &str = "<!-- The end of the table. -->\n";

#[test]
fn the_page_of_operations_lists_each_event_with_its_level() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/operations.md");
    let page = fs::read_to_string(file).unwrap();
    let (before, rest) = page.split_once(BEGIN).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    let rows = EVENTS.iter().map(|(event, meaning)| {
        format!("| `{}` | {} | {meaning} |", event.name(), event.level().name())
    });
    let head = "\n| event | level | meaning |\n|---|---|---|".to_owned();
    let table = [head].into_iter().chain(rows).collect::<Vec<_>>().join("\n") + "\n";
    let written = format!("{before}{BEGIN}{table}\n{END}{after}");
    if std::env::var_os("UPDATE_OPERATIONS").is_some() {
        fs::write(file, &written).unwrap();
    }
    assert!(
        fs::read_to_string(file).is_ok_and(|page| page == written),
        "docs/operations.md is out of date. Run \
         UPDATE_OPERATIONS=1 cargo nextest run -p play-it-green-worker operations"
    );
}

#[test]
fn each_event_has_a_name_of_its_own() {
    let names: BTreeSet<&str> = EVENTS.iter().map(|(event, _)| event.name()).collect();
    assert_eq!(names.len(), EVENTS.len());
}
