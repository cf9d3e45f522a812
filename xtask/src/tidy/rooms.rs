//! Checks that the rooms of the Worker, the folders of its source, use each other in one direction.

use std::collections::{BTreeMap, BTreeSet};

use super::Fault;

/// The folder of the rooms.
const SOURCE: &str = "worker/src/";

/// The rooms, from the top down. A room may use the rooms below it and those on its own level, and
/// no rooms of one level use each other in a circle.
const LEVELS: [&[&str]; 5] = [
    &["http", "api", "webhooks", "web"],
    &["auth"],
    &["sales", "billing", "payments", "mail"],
    &["store"],
    &["domain", "crypto", "platform"],
];

/// Files that connect all rooms: the entry points, and the table of routes.
const CONNECTING: [&str; 2] = ["lib.rs", "http/router.rs"];

/// Arrows that still point upward or close a circle: a file, and the room that it uses. This list
/// may only shrink.
const EXCEPTIONS: [(&str, &str); 3] = [
    // A reminder says whether its payer can use a card. Payments put notices into the outbox.
    ("mail/outbox.rs", "payments"),
    // The context of a request brings the store along.
    ("platform/context.rs", "store"),
    // Rows of keys hold scopes, and check the authority of their reader.
    ("store/api_keys.rs", "auth"),
];

/// The place of the lists above, for messages.
const HERE: &str = "xtask/src/tidy/rooms.rs";

/// Checks the arrows between all rooms. Each file is a path and its text.
pub(super) fn check(files: &[(String, String)], faults: &mut Vec<Fault>) {
    check_except(files, &EXCEPTIONS, faults);
}

fn check_except(files: &[(String, String)], exceptions: &[(&str, &str)], faults: &mut Vec<Fault>) {
    let files = files.iter().filter_map(|(path, text)| Some((path.strip_prefix(SOURCE)?, text)));
    let files: Vec<(&str, &String)> = files.collect();
    let tests: BTreeSet<String> =
        files.iter().flat_map(|(path, text)| tests_of(path, text)).collect();
    let mut occurring = BTreeSet::new();
    let mut level_arrows: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    for (path, text) in files.iter().filter(|(path, _)| !CONNECTING.contains(path)) {
        let room = path.split(['/', '.']).next().unwrap_or_default();
        let Some((room, level)) = place_of(room) else {
            faults
                .push(format!("{SOURCE}{path}: move it into a room, or name its room in {HERE}."));
            continue;
        };
        if tests.contains(*path) {
            continue;
        }
        for (used, level_of_used) in rooms_named(&product_code(text)) {
            if exceptions.contains(&(path, used)) {
                occurring.insert((*path, used));
            } else if level_of_used < level {
                faults.push(format!(
                    "{SOURCE}{path}: `{room}` may not use `{used}`, which stands above it. Move what \
                     both need down."
                ));
            } else if level_of_used == level && used != room {
                level_arrows.insert((room, used), path);
            }
        }
    }
    faults.extend(circle(level_arrows));
    let over = exceptions.iter().filter(|exception| !occurring.contains(*exception));
    faults.extend(over.map(|(path, room)| {
        format!("{SOURCE}{path}: uses `{room}` no longer. Remove the exception from {HERE}.")
    }));
}

/// The room of this name, and its level from the top.
fn place_of(name: &str) -> Option<(&'static str, usize)> {
    LEVELS.iter().enumerate().find_map(|(level, rooms)| {
        rooms.iter().find(|room| **room == name).map(|room| (*room, level))
    })
}

/// The paths of the modules that a file declares for its tests only.
fn tests_of(path: &str, text: &str) -> Vec<String> {
    let folder = path.strip_suffix(".rs").unwrap_or(path);
    let folder = if folder == "lib" { String::new() } else { format!("{folder}/") };
    let after = text.split("#[cfg(test)]\n").skip(1).filter_map(|after| after.lines().next());
    let names = after.filter_map(|line| line.split_once("mod ")?.1.strip_suffix(';'));
    names.map(|name| format!("{folder}{name}.rs")).collect()
}

/// The text without comments, inline modules of tests and their imports.
fn product_code(text: &str) -> String {
    let mut product = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let code = line.split("//").next().unwrap_or_default();
        if code != "#[cfg(test)]" {
            product.push_str(code);
            product.push('\n');
            continue;
        }
        let first = lines.next().unwrap_or_default();
        let end = if first.ends_with('{') && !first.contains("use ") { "}" } else { ";" };
        if !(first.ends_with(';') || first.ends_with("{}")) {
            let _ = lines.by_ref().find(|line| !line.starts_with(' ') && line.ends_with(end));
        }
    }
    product
}

/// The rooms that paths of `crate::` name, with their levels.
fn rooms_named(code: &str) -> BTreeSet<(&'static str, usize)> {
    let after = code.split("crate::").skip(1);
    let names = after.flat_map(|after| match after.strip_prefix('{') {
        Some(group) => names_of_group(group),
        None => vec![first_name(after)],
    });
    names.filter_map(place_of).collect()
}

/// The first name of each path of a group, up to the brace that closes it.
fn names_of_group(group: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    let mut names = vec![first_name(group)];
    for (index, character) in group.char_indices() {
        match character {
            '{' => depth = depth.saturating_add(1),
            '}' if depth == 0 => break,
            '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                let rest = group.get(index..).unwrap_or_default();
                names.push(first_name(rest.trim_start_matches(',')));
            }
            _ => {}
        }
    }
    names
}

fn first_name(path: &str) -> &str {
    let path = path.trim_start();
    path.split(|next: char| !next.is_alphanumeric() && next != '_').next().unwrap_or_default()
}

/// The circles among these arrows: whatever is left when rooms that end or begin no arrow are gone.
fn circle(mut arrows: BTreeMap<(&str, &str), &str>) -> Option<Fault> {
    loop {
        let users: BTreeSet<&str> = arrows.keys().map(|(user, _)| *user).collect();
        let used: BTreeSet<&str> = arrows.keys().map(|(_, used)| *used).collect();
        let before = arrows.len();
        arrows.retain(|(from, to), _| users.contains(to) && used.contains(from));
        if arrows.len() == before {
            break;
        }
    }
    let listed = arrows.iter().map(|((from, to), path)| format!("{from} -> {to} ({SOURCE}{path})"));
    let listed: Vec<String> = listed.collect();
    (!listed.is_empty()).then(|| format!("Rooms use each other in a circle: {}", listed.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults_of(files: &[(&str, &str)], exceptions: &[(&str, &str)]) -> Vec<Fault> {
        let files =
            files.iter().map(|(path, text)| (format!("{SOURCE}{path}"), (*text).to_owned()));
        let mut faults = Vec::new();
        check_except(&files.collect::<Vec<_>>(), exceptions, &mut faults);
        faults
    }

    #[test]
    fn a_room_may_use_the_rooms_below_it() {
        let handler = "use crate::auth::Owned;\nuse crate::{domain, store::{self, Store}};\n";
        assert!(faults_of(&[("api/keys.rs", handler), ("api.rs", "mod keys;\n")], &[]).is_empty());
    }

    #[test]
    fn an_arrow_that_points_upward_fails_in_every_form_of_a_path() {
        for text in [
            "use crate::api::keys;\n",
            "use crate::{domain, api::keys};\n",
            "use crate::{domain::{a, b}, platform, api};\n",
            "use crate::{\n    api,\n};\n",
            "fn a() {\n    crate::api::keys::list();\n}\n",
            "#[cfg(test)]\nuse crate::web;\nuse crate::api;\n",
            "#[cfg(test)]\nmod tests {\n    use crate::web;\n}\nuse crate::api;\n",
        ] {
            let faults = faults_of(&[("store/keys.rs", text)], &[]);
            assert_eq!(faults.len(), 1, "{text}: {faults:?}");
            assert!(faults.iter().all(|fault| fault.contains("`store` may not use `api`")));
        }
    }

    #[test]
    fn comments_tests_and_the_table_of_routes_may_name_every_room() {
        let files = [
            ("store/a.rs", "//! See crate::api.\n#[cfg(test)]\nmod b;\n"),
            ("store/a/b.rs", "use crate::api;\n"),
            ("store/c.rs", "#[cfg(test)]\nmod tests {\n    use crate::api;\n}\n"),
            ("store/d.rs", "#[cfg(test)]\nuse crate::api::{\n    a, b,\n};\n"),
            ("http/router.rs", "use crate::api;\n"),
            ("api/a.rs", "use crate::http::body;\n"),
            ("lib.rs", "use crate::http;\n"),
        ];
        assert_eq!(faults_of(&files, &[]), Vec::<Fault>::new());
    }

    #[test]
    fn a_circle_of_rooms_on_one_level_fails_and_names_its_arrows_only() {
        let files = [
            ("mail/a.rs", "use crate::sales;\n"),
            ("sales/a.rs", "use crate::billing;\n"),
            ("billing/a.rs", "use crate::mail;\nuse crate::payments;\n"),
        ];
        let faults = faults_of(&files, &[]);
        assert_eq!(faults.len(), 1, "{faults:?}");
        for arrow in
            ["billing -> mail (worker/src/billing/a.rs)", "mail -> sales", "sales -> billing"]
        {
            assert!(faults.iter().all(|fault| fault.contains(arrow)), "{faults:?}");
        }
        assert!(!faults.iter().any(|fault| fault.contains("payments")), "{faults:?}");
        assert!(faults_of(&files, &[("mail/a.rs", "sales")]).is_empty());
    }

    #[test]
    fn an_exception_that_no_longer_occurs_fails() {
        let exceptions = [("store/a.rs", "api")];
        assert!(faults_of(&[("store/a.rs", "use crate::api;\n")], &exceptions).is_empty());
        let faults = faults_of(&[("store/a.rs", "use crate::domain;\n")], &exceptions);
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert!(faults.iter().all(|fault| fault.contains("Remove the exception")), "{faults:?}");
        let other = faults_of(&[("store/b.rs", "use crate::api;\n")], &exceptions);
        assert_eq!(other.len(), 2, "an exception is for one file: {other:?}");
    }

    #[test]
    fn a_file_outside_of_the_rooms_fails() {
        for path in ["helpers.rs", "helpers/text.rs"] {
            assert_eq!(faults_of(&[(path, "")], &[]).len(), 1, "{path}");
        }
    }
}
