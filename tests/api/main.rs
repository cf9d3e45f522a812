//! The API from a client's point of view, against the real Worker in workerd with its own D1.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "in a test, a panic is the message"
)]

mod access;
mod account_log;
mod alone;
mod arrivals;
mod bad_input;
mod budget;
mod buy_trees;
mod campaigns;
mod caps;
mod charge;
mod claims;
mod conformance;
mod connection_codes;
mod connections;
mod copies;
mod counters;
mod digest;
mod document;
mod dunning;
mod edge_cache;
mod edges;
mod encryption;
mod facts;
mod floods;
mod from_now_on;
mod front;
mod headers;
mod idempotency;
mod imports;
mod injection;
mod key_management;
mod keys;
mod lists;
mod mail;
mod month_end;
mod months_of_sales;
mod operations;
mod orders;
mod paid_sales;
mod pay;
mod public;
mod pulls;
mod quarantine;
mod record_payment;
mod redirects;
mod rival;
mod sales;
mod samples;
mod schema;
mod security;
mod settings;
mod settled;
mod shops;
mod sign_in;
mod sign_up;
mod simulate;
mod stored_claims;
mod storefront;
mod stripe;
mod test_mode;
mod webhooks;

use play_it_green_tests::http::{self, Answer};
use play_it_green_tests::local_worker::{operators_key, sql};
use play_it_green_tests::merchant::Merchant;
use serde_json::json;

/// Returns the address of the Worker under test.
fn worker() -> String {
    std::env::var("PLAY_IT_GREEN_WORKER").expect("run `npm test`, which starts the Worker")
}

const SHOP_ORIGIN: &str = "https://mugs.example.com";

/// Adds a merchant with one shop and one campaign: a tree for every blue mug.
fn merchant() -> Merchant {
    merchant_of(&worker())
}

/// Adds the same merchant to another Worker.
fn merchant_of(worker: &str) -> Merchant {
    let merchant = merchant_in(worker, "UTC");
    let every_mug = json!({"trees": [{"per_item": {"items": {"sku": ["MUG-BLUE"]}, "trees": 1}}]});
    merchant.add_campaign("A tree for every mug", &every_mug).unwrap();
    merchant
}

fn merchant_without_campaigns(time_zone: &str) -> Merchant {
    merchant_in(&worker(), time_zone)
}

fn merchant_in(worker: &str, time_zone: &str) -> Merchant {
    Merchant::add(worker, "Example Mugs", time_zone, "USD")
        .unwrap()
        .add_shop("Mugs online", "woocommerce", SHOP_ORIGIN)
        .unwrap()
}

/// Returns the health check as the operator sees it.
fn operators_health(worker: &str) -> Answer {
    let authorization = format!("Bearer {}", operators_key(worker).unwrap());
    let headers = [("authorization", authorization.as_str())];
    http::call("GET", &format!("{worker}/health"), &headers, b"").unwrap()
}

/// Returns the single number that a query selects.
fn number(statement: &str, values: &[&str]) -> i64 {
    sql(&worker(), statement, values).unwrap()[0][0].as_i64().unwrap()
}

/// Returns the number of sales that are stored for the merchant.
fn stored_sales(merchant: &Merchant) -> i64 {
    number(
        "SELECT count(*) FROM sales s JOIN shops h ON h.id = s.shop_id WHERE h.merchant_id = ?1",
        &[&merchant.id],
    )
}
