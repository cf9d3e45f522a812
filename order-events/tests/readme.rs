//! Compares the tables of the README with the results of the crate.

use order_events::{Condition, Sale, TreeRule, explain, qualify};
use serde_json::Value;

use crate::support::{SHOP, campaign};

fn sale() -> Sale {
    serde_json::from_str(include_str!("../examples/sale.json")).unwrap()
}

/// Returns the first and the last cell of each row whose first cell is JSON, in one section of the
/// README.
fn rows(section: &str) -> Vec<(Value, String)> {
    let readme = include_str!("../README.md");
    let (_, rest) = readme.split_once(&format!("\n## {section}\n")).unwrap();
    let section = rest.split("\n## ").next().unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        let json = cells[0].trim_matches('`');
        (serde_json::from_str(json).unwrap(), cells[cells.len() - 1].to_owned())
    })
    .collect()
}

#[test]
fn every_condition_is_in_the_table_with_its_words() {
    let rows = rows("Conditions");
    assert_eq!(rows.len(), 14);
    for (when, words) in rows {
        serde_json::from_value::<Condition>(when.clone()).unwrap();
        let campaign = campaign(serde_json::json!({
            "when": when, "trees": [{"per_order": {"trees": 1}}]
        }));
        assert_eq!(campaign.check(), Ok(()), "{when}");
        assert_eq!(explain(SHOP, &sale(), &campaign).to_string(), words, "{when}");
    }
}

#[test]
fn every_tree_rule_is_in_the_table_with_its_reason() {
    let rows = rows("Tree rules");
    assert_eq!(rows.len(), 7);
    for (rule, reason) in rows {
        serde_json::from_value::<TreeRule>(rule.clone()).unwrap();
        let campaign = campaign(serde_json::json!({"trees": [rule]}));
        assert_eq!(campaign.check(), Ok(()), "{rule}");
        let orders = qualify(SHOP, &sale(), &[campaign]);
        assert_eq!(orders[0].reason.to_string(), reason, "{rule}");
    }
}

#[test]
fn the_words_of_a_cap_are_those_of_the_readme() {
    let conditions =
        serde_json::json!({"trees": [{"per_order": {"trees": 3}}], "cap_per_order": 2});
    let orders = qualify(SHOP, &sale(), &[campaign(conditions)]);
    let words = format!("`{}`", orders[0].reason);
    assert!(include_str!("../README.md").contains(&words), "{words}");
    let uncapped = serde_json::json!({"trees": [{"per_order": {"trees": 3}}]});
    let order = qualify(SHOP, &sale(), &[campaign(uncapped)]).remove(0).within_month(2);
    let words = format!("`{}`", order.reason);
    assert!(include_str!("../README.md").contains(&words), "{words}");
}
