//! Checks the rules of the house that neither the compiler nor a linter checks.

mod plain_words;
mod rooms;

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::paths::{in_root, root};
use crate::process;

/// The most lines of a file of code.
const LINES_MAX: usize = 400;

/// The extensions of hand-written code.
const CODE: [&str; 5] = ["rs", "ts", "mjs", "php", "sql"];

/// The first words of SQL statements.
const STATEMENTS: [&str; 4] = ["SELECT", "INSERT", "UPDATE", "DELETE"];

/// The schema as it is written, and as the tests read it back from the database.
const SCHEMAS: [&str; 2] = ["worker/migrations/0001_initial.sql", "worker/src/store/schema.sql"];

/// The folders of the product's SQL.
const SQL: [&str; 2] = ["worker/src/store", "operator/src/store"];

/// The pure crates, and their permitted dependencies. `utoipa` describes types, only for the tests
/// of the API's description.
const PURE: [(&str, &[&str]); 6] = [
    ("demo/Cargo.toml", &["order-events", "serde", "serde_json"]),
    ("order-events/Cargo.toml", &["serde", "utoipa"]),
    ("purchase-orders/Cargo.toml", &["serde", "sha2"]),
    (
        "shop-adapters/Cargo.toml",
        &[
            "order-events",
            "serde",
            "base64",
            "csv-core",
            "hmac",
            "lenient-json",
            "serde_json",
            "sha2",
        ],
    ),
    ("shop-adapters/lenient-json/Cargo.toml", &["memchr", "serde_json"]),
    ("shop-adapters/platforms/Cargo.toml", &[]),
];

/// One broken rule: the place, and the remedy.
type Fault = String;

/// Checks every file that is committed or about to be.
pub(crate) fn check() -> Result<()> {
    let mut list = Command::new("git");
    list.args(["ls-files", "--cached", "--others", "--exclude-standard"]).current_dir(root());
    let listed = process::read(&mut list)?;
    let mut faults = Vec::new();
    let mut rust = Vec::new();
    for path in listed.lines().filter(|path| in_root(path).exists()) {
        let extension = Path::new(path).extension().and_then(|extension| extension.to_str());
        if extension.is_some_and(|extension| CODE.contains(&extension)) {
            let text = fs::read_to_string(in_root(path)).with_context(|| path.to_owned())?;
            check_file(path, &text, &mut faults);
            if extension == Some("rs") {
                rust.push((path.to_owned(), text));
            }
        }
    }
    rooms::check(&rust, &mut faults);
    for (manifest, allowed) in PURE {
        let text = fs::read_to_string(in_root(manifest)).with_context(|| manifest.to_owned())?;
        check_dependencies(manifest, &text, allowed, &mut faults);
    }
    if faults.is_empty() {
        return Ok(());
    }
    bail!("{}", faults.join("\n"));
}

fn check_file(path: &str, text: &str, faults: &mut Vec<Fault>) {
    let extension = Path::new(path).extension().unwrap_or_default();
    let is_rust = extension == "rs";
    if is_rust && !text.starts_with("//! ") {
        faults.push(format!("{path}: open the file with one `//!` sentence that says its role."));
    }
    if is_rust {
        plain_words::check(path, text, faults);
    }
    if path.ends_with("/mod.rs") {
        faults.push(format!("{path}: name the file after its folder, beside it."));
    }
    if extension == "sql" {
        check_migration(path, text, faults);
    }
    let lines = text.lines().count();
    // The whole schema stands in one file, table by table, so that readers find each in one place.
    if lines > LINES_MAX && !SCHEMAS.contains(&path) {
        faults.push(format!("{path}: {lines} lines; split it, {LINES_MAX} is the most."));
    }
    let is_product = path.starts_with("worker/src/") || path.starts_with("operator/src/");
    let may_hold_sql = !is_product || SQL.iter().any(|folder| path.starts_with(folder));
    if is_rust && !may_hold_sql {
        let held = text.lines().enumerate().filter(|(_, line)| begins_statement(line));
        faults.extend(held.map(|(index, _)| {
            let line = index.saturating_add(1);
            format!("{path}:{line}: SQL stands in {} only.", SQL.join(" and "))
        }));
    }
}

/// Checks what `wrangler d1 migrations apply --remote` needs to split a file into statements: line
/// feeds only, and the words around the body of a trigger in capitals, on lines of their own.
fn check_migration(path: &str, text: &str, faults: &mut Vec<Fault>) {
    if text.contains('\r') {
        faults.push(format!("{path}: end lines with a line feed only."));
    }
    for (index, line) in text.lines().enumerate() {
        let word = line.trim().trim_end_matches(';');
        let is_keyword = ["BEGIN", "END"].iter().any(|keyword| word.eq_ignore_ascii_case(keyword));
        if is_keyword && word != word.to_ascii_uppercase() {
            let line = index.saturating_add(1);
            faults.push(format!("{path}:{line}: write BEGIN and END in capitals."));
        }
    }
}

/// Returns true if a text literal on this line begins with a statement.
fn begins_statement(line: &str) -> bool {
    STATEMENTS.iter().any(|word| {
        line.contains(&format!("\"{word} "))
            || line.strip_prefix(word).is_some_and(|rest| rest.starts_with(' '))
    })
}

fn check_dependencies(manifest: &str, text: &str, allowed: &[&str], faults: &mut Vec<Fault>) {
    let mut is_dependency = false;
    for line in text.lines() {
        if line.starts_with('[') {
            is_dependency = line == "[dependencies]";
            continue;
        }
        let name = line.split(['.', ' ', '=']).next().unwrap_or_default();
        let is_comment = name.is_empty() || name.starts_with('#');
        if is_dependency && !is_comment && !allowed.contains(&name) {
            faults.push(format!("{manifest}: {name} is no dependency of a pure crate."));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults_of(path: &str, text: &str) -> Vec<Fault> {
        let mut faults = Vec::new();
        check_file(path, text, &mut faults);
        faults
    }

    #[test]
    fn a_file_that_keeps_the_rules_has_no_fault() {
        assert!(faults_of("worker/src/lib.rs", "//! Says its role.\n").is_empty());
    }

    #[test]
    fn each_rule_is_held() {
        assert_eq!(faults_of("a/b.rs", "fn a() {}\n").len(), 1, "no role");
        assert_eq!(faults_of("a/mod.rs", "//! Role.\n").len(), 1, "mod.rs");
        let long = format!("//! Role.\n{}", "\n".repeat(LINES_MAX));
        assert_eq!(faults_of("a/b.rs", &long).len(), 1, "too long");
        assert_eq!(faults_of("demo/src/a.rs", "//! What.\n").len(), 1, "a question word");
        assert!(faults_of("demo/src/a.ts", "//! What.\n").is_empty(), "only Rust");
        let trigger = "CREATE TRIGGER a AFTER INSERT ON b\nbegin\n    SELECT 1;\nend;\n";
        assert_eq!(faults_of("a/1.sql", trigger).len(), 2, "small keywords");
        assert!(faults_of("a/1.sql", &trigger.to_ascii_uppercase()).is_empty(), "capitals");
        assert_eq!(faults_of("a/1.sql", "SELECT 1;\r\n").len(), 1, "carriage return");
        let sql = "//! Role.\nconst A: &str = \"SELECT 1\";\n";
        assert_eq!(faults_of("worker/src/api.rs", sql).len(), 1, "SQL outside of store");
        assert!(faults_of("worker/src/store/a.rs", sql).is_empty(), "SQL in store");
        let whole = sql.replace('"', "\"\n");
        assert_eq!(faults_of("worker/src/api.rs", &whole).len(), 1, "SQL that stands whole");
    }

    #[test]
    fn a_pure_crate_depends_on_nothing_that_is_not_listed() {
        let mut faults = Vec::new();
        let manifest =
            "[dependencies]\nserde.workspace = true\nworker = \"1\"\n[dev-dependencies]\nx = \"1\"";
        check_dependencies("Cargo.toml", manifest, &["serde"], &mut faults);
        assert_eq!(faults, ["Cargo.toml: worker is no dependency of a pure crate."]);
    }
}
