//! Evaluates many sales, each under its own campaigns, from text to text.

use order_events::{Campaign, Sale, qualify};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::wasm_bindgen;

/// A sale of a shop, and the campaigns that it may qualify for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Our id of the shop.
    pub shop: String,
    /// The sale.
    pub sale: Sale,
    /// The campaigns, in the order of their evaluation.
    pub campaigns: Vec<Campaign>,
}

/// The trees that a sale orders under one campaign.
#[derive(Serialize)]
struct OrderInWords {
    campaign: String,
    version: u32,
    trees: u32,
    reason: String,
}

/// The reason why a line is no case.
#[derive(Serialize)]
struct Unreadable {
    error: String,
}

/// Returns the orders of each case. Each line of `cases` is a [`Case`] in JSON. Its result is one
/// line of JSON: `[{"campaign":"campaign_1","version":1,"trees":2,"reason":"2 × SKU MUG-BLUE: 2
/// trees"}]`, or `{"error":"…"}` if the line is no case.
#[wasm_bindgen]
#[must_use]
pub fn evaluate(cases: &str) -> String {
    let mut answers = String::new();
    for line in cases.lines() {
        let answer = answer(line)
            .or_else(|error| serde_json::to_string(&Unreadable { error: error.to_string() }));
        answers.push_str(&answer.unwrap_or_else(|error| error.to_string()));
        answers.push('\n');
    }
    answers
}

fn answer(line: &str) -> serde_json::Result<String> {
    let case: Case = serde_json::from_str(line)?;
    let orders = qualify(&case.shop, &case.sale, &case.campaigns).into_iter();
    let orders = orders.map(|order| OrderInWords {
        campaign: order.campaign,
        version: order.version,
        trees: order.trees,
        reason: order.reason.to_string(),
    });
    serde_json::to_string(&orders.collect::<Vec<_>>())
}
