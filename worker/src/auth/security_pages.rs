//! Holds the security pages to the tests that they name.

use std::collections::HashSet;
use std::fs;
use std::path::Path;

const REPOSITORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Folders that hold no source of this repository.
const SKIPPED: [&str; 5] = ["target", "node_modules", "dist", "build", "pkg"];

/// Adds the names of all Rust tests below a folder, and the titles of all browser tests in quotes.
fn collect_tests(folder: &Path, tests: &mut HashSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if !name.starts_with('.') && !SKIPPED.contains(&name.as_str()) {
                collect_tests(&path, tests);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            tests.extend(rust_tests(&fs::read_to_string(&path).unwrap()));
        } else if name.ends_with(".spec.ts") {
            tests.extend(browser_tests(&fs::read_to_string(&path).unwrap()));
        }
    }
}

/// The functions under an attribute such as `#[test]` or `#[wasm_bindgen_test]`.
fn rust_tests(source: &str) -> Vec<String> {
    let mut is_test = false;
    let mut tests = Vec::new();
    for line in source.lines().map(str::trim_start) {
        if line.starts_with("#[") {
            is_test |= line.ends_with("test]");
            continue;
        }
        let after = line.split_once("fn ").filter(|_| is_test).map(|(_, after)| after);
        tests.extend(after.and_then(|after| after.split('(').next()).map(str::to_owned));
        is_test &= line.starts_with("//");
    }
    tests
}

fn browser_tests(source: &str) -> Vec<String> {
    let after = source.split("test(\"").skip(1);
    after.filter_map(|rest| Some(format!("\"{}\"", rest.split_once('"')?.0))).collect()
}

/// The cells of each row of the tables whose last column names tests.
fn rows(page: &str) -> Vec<Vec<String>> {
    let mut names_tests = false;
    let mut rows = Vec::new();
    for line in page.lines() {
        let line = line.split(" <!--").next().unwrap_or_default();
        let Some(cells) = line.strip_prefix("| ").and_then(|line| line.strip_suffix('|')) else {
            names_tests &= line.starts_with("|-");
            continue;
        };
        let cells: Vec<String> = cells.split('|').map(|cell| cell.trim().to_owned()).collect();
        if ["test", "tests"].contains(&cells.last().unwrap().as_str()) {
            names_tests = true;
        } else if names_tests {
            rows.push(cells);
        }
    }
    rows
}

/// The tests that a cell names: each stands in backquotes.
fn named(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn every_test_that_a_security_page_names_exists() {
    let mut tests = HashSet::new();
    collect_tests(Path::new(REPOSITORY), &mut tests);
    for page in ["SECURITY.md", "docs/asvs.md"] {
        let text = fs::read_to_string(Path::new(REPOSITORY).join(page)).unwrap();
        let names: Vec<String> =
            rows(&text).iter().flat_map(|cells| named(cells.last().unwrap())).collect();
        assert!(names.len() > 10, "{page} names {} tests", names.len());
        let missing: Vec<&String> = names.iter().filter(|name| !tests.contains(*name)).collect();
        assert!(missing.is_empty(), "{page} names tests that do not exist: {missing:#?}");
    }
}

#[test]
fn every_requirement_has_a_known_state_and_one_that_applies_has_a_test() {
    let text = fs::read_to_string(Path::new(REPOSITORY).join("docs/asvs.md")).unwrap();
    let mut ids = HashSet::new();
    for cells in rows(&text) {
        let [id, _, state, how, tests] = cells.as_slice() else { panic!("{cells:?}") };
        assert!(ids.insert(id.clone()), "{id} stands twice");
        let states = ["applies", "platform", "does not apply", "gap", "planned"];
        assert!(states.contains(&state.as_str()), "{id}: {state}");
        assert!(!how.is_empty(), "{id}");
        assert!(state != "applies" || !named(tests).is_empty(), "{id} has no test");
    }
}

/// The nightly check reads the advisories as `deny.toml` says.
#[test]
fn updates_have_time_frames_and_no_advisory_is_ignored() {
    let read = |file: &str| fs::read_to_string(Path::new(REPOSITORY).join(file)).unwrap();
    let page = read("SECURITY.md");
    let (_, updates) = page.split_once("Updates of what this project uses:").unwrap();
    let (table, _) = updates.split_once("Known gaps:").unwrap();
    for days in ["3 days", "30 days", "90 days"] {
        assert!(table.contains(days), "{days}");
    }
    let deny = read("deny.toml");
    let (_, advisories) = deny.split_once("[advisories]").unwrap();
    let (advisories, _) = advisories.split_once("\n[").unwrap();
    assert!(advisories.contains("yanked = \"deny\"") && !advisories.contains("ignore"));
    let jobs = read(".github/workflows/ci.yml");
    let (_, nightly) = jobs.split_once("if: github.event_name == 'schedule'").unwrap();
    assert!(
        nightly.contains("check -- licences") && nightly.contains("ADVISORIES_REQUIRED: \"1\"")
    );
}
