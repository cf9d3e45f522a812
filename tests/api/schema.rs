//! The schema of the database after all migrations, in one file for readers.

use play_it_green_tests::local_worker::{repository, sql};

use crate::worker;

/// Selects the whole schema, except the tables of `SQLite`, D1 and wrangler themselves.
const SCHEMA: &str =
    "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name <> 'd1_migrations'
    AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE '\\_cf\\_%' ESCAPE '\\'
    ORDER BY tbl_name, type = 'table' DESC, type, name";

#[test]
fn the_file_of_the_schema_is_what_the_migrations_make() {
    let rows = sql(&worker(), SCHEMA, &[]).unwrap();
    let statements: Vec<&str> = rows.iter().filter_map(|row| row[0].as_str()).collect();
    let made = format!("{};\n", statements.join(";\n\n"));
    let file = repository().join("worker/src/store/schema.sql");
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(&file, &made).unwrap();
    }
    let written = std::fs::read_to_string(&file).unwrap();
    assert!(
        written == made,
        "worker/src/store/schema.sql is not what the migrations make. Write it again, and read what \
         changed: UPDATE_SCHEMA=1 npm test -- api schema"
    );
}

/// The tables and columns that a trigger may write, by what its name begins with. A trigger that is
/// neither an outbox nor a version nor a running total may write nothing.
fn may_write(trigger: &str) -> &'static [&'static str] {
    match trigger.split_once("_of_").map_or(trigger, |(purpose, _)| purpose) {
        "mail" => &["mails", "account_mails"],
        "revision" => &["merchants.revision"],
        "version" => &["campaign_versions"],
        "quarters" => &["purchase_order_quarters"],
        "shop_totals" => &["shop_totals", "campaign_months"],
        "public_totals" => &["public_totals"],
        "claimed_trees" => &["claimed_trees"],
        "order_totals" => &["orders.credited"],
        "purchase_order_totals" => &[
            "purchase_orders.running_orders",
            "purchase_orders.running_total",
            "purchase_orders.running_trees",
        ],
        // It follows the running total, which no statement knows before the triggers have run.
        "pause_at_budget" => &["merchants.budget_paused_at", "merchants.budget_paused_until"],
        "versions_used_by_added_sale" | "versions_used_by_changed_sale" => {
            &["campaign_versions.is_used"]
        }
        _ => &[],
    }
}

/// The places that one statement of a trigger writes: a table, or each column that it sets.
fn written(statement: &str) -> Vec<String> {
    let words: Vec<&str> = statement.split_whitespace().collect();
    match words.as_slice() {
        ["INSERT", "INTO", table, ..] | ["DELETE", "FROM", table, ..] => vec![(*table).to_owned()],
        ["UPDATE", table, "SET", ..] => {
            let mut depth = 0_u32;
            let outside_parentheses = statement.chars().filter(|letter| {
                match letter {
                    '(' => depth = depth.saturating_add(1),
                    ')' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                depth == 0
            });
            let outside: String = outside_parentheses.collect();
            let sets = outside.split(" SET").nth(1).unwrap().split("WHERE").next().unwrap();
            let columns = sets.split(',').map(|set| set.split('=').next().unwrap().trim());
            columns.map(|column| format!("{table}.{column}")).collect()
        }
        ["SELECT", "RAISE(ABORT,", ..] => Vec::new(),
        other => vec![other.join(" ")],
    }
}

#[test]
fn triggers_keep_the_outbox_versions_and_running_totals_and_nothing_else() {
    let triggers = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'";
    let triggers = sql(&worker(), triggers, &[]).unwrap();
    assert!(triggers.len() > 20, "{}", triggers.len());
    for row in triggers {
        let (name, text) = (row[0].as_str().unwrap(), row[1].as_str().unwrap());
        let body = text.split_once("BEGIN").unwrap().1.rsplit_once("END").unwrap().0;
        for statement in body.split(';').filter(|statement| !statement.trim().is_empty()) {
            for place in written(statement) {
                let table = place.split('.').next().unwrap();
                let allowed = may_write(name);
                let is_allowed = allowed.contains(&table) || allowed.contains(&place.as_str());
                assert!(is_allowed, "{name} writes {place}");
            }
        }
    }
}
