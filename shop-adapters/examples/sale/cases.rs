//! Compares the sales of many payloads with their expected results.
//!
//! A case is `{"command": "woocommerce order", "situation": "…", "payload": "…", "expect": {…}}`.
//! `expect` names fields of the sale. `nlines` is the number of its lines and `refuse` is true if
//! an error is expected. `trees` holds the trees under three campaigns: `per_order` (1 tree per
//! order), `per_item` (1 per unit of any item) and `per_10` (1 per 10.00 of the sale's currency).

use order_events::{Campaign, Sale, Timestamp};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::arguments::usage;
use crate::{convert, trees};

/// One line of the file.
#[derive(Deserialize)]
struct Case {
    command: String,
    #[serde(default)]
    situation: String,
    payload: String,
    expect: Map<String, Value>,
}

/// Returns a sentence for each case that differs.
pub(crate) fn compare(file: &[u8]) -> Result<Vec<String>, String> {
    let text = str::from_utf8(file).map_err(|error| format!("not UTF-8: {error}"))?;
    let mut differences = Vec::new();
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    for (index, line) in lines {
        let number = index.saturating_add(1);
        let case: Case = serde_json::from_str(line).map_err(|error| {
            format!("line {number} is no case with command, payload and expect: {error}")
        })?;
        let found = differences_of(&case).map_err(|error| format!("line {number}: {error}"))?;
        for difference in found {
            let Case { command, situation, .. } = &case;
            differences.push(format!("line {number}, {command}, {situation}: {difference}"));
        }
    }
    Ok(differences)
}

fn differences_of(case: &Case) -> Result<Vec<String>, String> {
    let (platform, what) = case.command.split_once(' ').unwrap_or((&case.command, ""));
    let sale = convert::sale(platform, what, case.payload.as_bytes(), Timestamp::MAX);
    // A typing error would count as the refusal that a case expects.
    let sale = sale.ok_or_else(|| format!("{} is no command: {}", case.command, usage()))?;
    let refuse = case.expect.get("refuse") == Some(&Value::Bool(true));
    let sale = match (sale, refuse) {
        (Ok(sale), false) => sale,
        (Err(_), true) => return Ok(Vec::new()),
        (Ok(_), true) => return Ok(vec!["expected an error, found a sale".to_owned()]),
        (Err(error), false) => return Ok(vec![format!("expected a sale, found: {error}")]),
    };
    let fields = serde_json::to_value(&sale).map_err(|error| error.to_string())?;
    let mut differences = Vec::new();
    for (field, expected) in &case.expect {
        let found = match field.as_str() {
            "refuse" => json!(false),
            "nlines" => json!(sale.lines.len()),
            "trees" => {
                let names = expected.as_object().into_iter().flat_map(Map::keys);
                let counted = names.map(|name| Ok((name.clone(), json!(count(name, &sale)?))));
                Value::Object(counted.collect::<Result<_, String>>()?)
            }
            field => fields.get(field).cloned().unwrap_or_default(),
        };
        if found != *expected {
            differences.push(format!("{field} is {found}, expected {expected}"));
        }
    }
    Ok(differences)
}

/// Returns the trees of a sale under one of the three campaigns.
fn count(campaign: &str, sale: &Sale) -> Result<u32, String> {
    let rule = match campaign {
        "per_order" => json!({"per_order": {"trees": 1}}),
        "per_item" => json!({"per_item": {"items": "every", "trees": 1}}),
        "per_10" => {
            let mut each = 10_i64;
            for _ in 0..sale.currency.exponent() {
                each = each.saturating_mul(10);
            }
            json!({"per_amount": {"each": each, "currency": sale.currency, "trees": 1}})
        }
        other => return Err(format!("{other} is no campaign of the cases")),
    };
    let campaign = json!({
        "id": campaign, "version": 1, "name": campaign, "conditions": {"trees": [rule]},
    });
    let campaign: Campaign = serde_json::from_value(campaign).map_err(|error| error.to_string())?;
    Ok(trees(sale, &campaign).0)
}
