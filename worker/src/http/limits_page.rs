//! Holds the page of all limits to the code, in both directions.

use std::fs;

use order_events::limits;
use shop_adapters::json::VALUES_MAX;

use crate::api::buy_trees;
use crate::api::campaigns::simulate;
use crate::api::shops::imports;
use crate::auth::{asking_browser, connection_codes, keys, session, sign_in, sign_in_by_mail};
use crate::billing::{digests, month_end};
use crate::crypto::encryption_keys;
use crate::domain::formatting::grouped;
use crate::domain::{campaign_pauses, claim_limits, names};
use crate::http::request_body::{
    ARRIVES_WITHIN, BODY_BYTES_MAX, BYTES_AT_ONCE_MAX, BYTES_AT_ONCE_OF_NETWORK_MAX,
    DELIVERY_BYTES_MAX, LARGE_BODIES_MAX, PLACELESS_BYTES_MAX,
};
use crate::http::{idempotency, pagination};
use crate::sales::{
    campaigns, claim, connections, copies, evaluate, import, ingest, preview, pull, quarantine,
    shops, webhook_secret,
};
use crate::store::claims::{HELD_MAX, UNBILLED_BYTES_MAX};
use crate::store::sign_in_links::WRONG_CODES_MAX;
use crate::store::{self, account_mails};
use crate::web::settings::campaigns::editor::suggestions;
use crate::web::settings::{orders, security, start};

const MINUTE: i64 = 60 * 1000;
const DAY: i64 = 24 * 60 * MINUTE;

/// Rows whose numbers stand in SQL, in another crate or in the handlers' own words, where a test
/// shows what happens beyond them.
const SHOWN_ELSEWHERE: [&str; 4] = [
    "A key of the operator's command line",
    "Price of a tree",
    "Rows that a claim writes, with entries of indexes",
    "Total of a purchase order",
];

/// A number with commas between thousands.
fn written(number: impl TryInto<i64>) -> String {
    grouped(number.try_into().ok().unwrap())
}

fn days(milliseconds: i64) -> String {
    format!("{} days", milliseconds / DAY)
}

fn minutes(milliseconds: i64) -> String {
    format!("{} minutes", milliseconds / MINUTE)
}

/// The requests per minute of a rate limit in `wrangler.toml`.
fn per_minute(binding: &str) -> String {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/wrangler.toml");
    let settings = fs::read_to_string(file).unwrap();
    let (_, limit) = settings.split_once(&format!("name = \"{binding}\"")).unwrap();
    let (_, limit) = limit.split_once("limit = ").unwrap();
    let (limit, _) = limit.split_once(", period = 60 }").unwrap();
    format!("{} per minute", written(limit.parse::<i64>().unwrap()))
}

/// The first cell of a row, and how the second one begins.
fn requests() -> Vec<(&'static str, String)> {
    vec![
        ("Body of a request", written(BODY_BYTES_MAX)),
        ("Delivery of a shop's webhook", written(DELIVERY_BYTES_MAX)),
        (
            "Bodies above 524,288 bytes that one instance reads at once",
            format!("{}, each from another address", written(LARGE_BODIES_MAX)),
        ),
        (
            "Bodies that one instance reads at once",
            format!(
                "{} bytes together, and {} from one address; those up to {} bytes each do not",
                written(BYTES_AT_ONCE_MAX),
                written(BYTES_AT_ONCE_OF_NETWORK_MAX),
                written(PLACELESS_BYTES_MAX)
            ),
        ),
        ("Time in which a body arrives", format!("{} seconds", ARRIVES_WITHIN.as_secs())),
        ("Requests from one address, and with one secret key", per_minute("REQUESTS")),
        ("Requests with one publishable key from one address", per_minute("STOREFRONT_REQUESTS")),
        ("Signed deliveries of webhooks from one address", per_minute("DELIVERIES")),
        ("Signed deliveries for one shop", per_minute("REQUESTS")),
        ("Deliveries with a wrong signature from one address", per_minute("REQUESTS")),
        ("Entries on a page of a list", written(pagination::LIMIT_MAX)),
        ("Sales in one simulation", written(simulate::SALES_MAX)),
        (
            "Conditions of the campaign as JSON, once for each sale in one simulation",
            written(limits::CAMPAIGN_BYTES_PER_MERCHANT),
        ),
        ("Collections of all lines in one simulation", written(limits::COLLECTIONS_PER_SALE)),
        ("Titles of all lines in one simulation", written(limits::TITLES_BYTES_PER_SALE)),
        ("Orders that one request imports", written(import::ORDERS_MAX)),
        ("Refused orders that one import lists", written(import::REFUSALS_MAX)),
        (
            "Response of a shop's API in a pull",
            format!(
                "{} bytes within {} seconds, {} orders in each, {} pages",
                written(pull::REPLY_BYTES_MAX),
                pull::REPLY_TIME_MAX.as_secs(),
                pull::ORDERS_PER_PAGE,
                written(pull::PAGES_MAX)
            ),
        ),
        ("Time of one request that pulls orders", format!("{} seconds", pull::TIME_MAX / 1000)),
        (
            "Months in the report on a shop's orders",
            format!("{}, with {} reasons", imports::MONTHS_MAX, imports::REASONS_MAX),
        ),
        ("`Idempotency-Key`", written(idempotency::NAME_LENGTH_MAX)),
        ("`referenceNo` of `buy_trees`", written(buy_trees::REFERENCE_LENGTH_MAX)),
        ("A session", format!("{}, and {}", days(sign_in::SESSION_LASTS), days(session::IDLE_MAX))),
        (
            "A change of the mail address or the card",
            format!("within {}", minutes(session::FRESH_FOR)),
        ),
        ("Mails about the account, of one kind", written(account_mails::PER_HOUR_MAX)),
        (
            "Mails about accounts to one address that is not verified",
            written(account_mails::UNVERIFIED_PER_HOUR_MAX),
        ),
        (
            "Sign-in links for one mail address from one network address",
            written(sign_in_by_mail::PER_EMAIL_OF_CALLER_MAX),
        ),
        (
            "Sign-in links for one mail address from all network addresses",
            written(sign_in_by_mail::PER_EMAIL_MAX),
        ),
        (
            "Sign-in links asked for from one network address",
            written(sign_in_by_mail::PER_CALLER_MAX),
        ),
        ("Merchants of one mail address that get a link", written(sign_in_by_mail::MERCHANTS_MAX)),
        (
            "A sign-in link by mail",
            format!("works for {}", minutes(asking_browser::LINK_WORKS_FOR)),
        ),
        ("Tries of the six digits of a link", written(WRONG_CODES_MAX)),
        (
            "Security log",
            format!("{}; {} entries", days(sign_in::LOG_KEPT_FOR), security::LISTED_MAX),
        ),
        (
            "Secret of a webhook",
            format!(
                "{} to {}",
                webhook_secret::SECRET_LENGTH_MIN,
                webhook_secret::SECRET_LENGTH_MAX
            ),
        ),
        (
            "The secret of a webhook before a new one",
            format!("accepted for {}", days(webhook_secret::OVERLAP)),
        ),
        (
            "A code that connects a shop's plugin",
            format!("once, for {}; a new code replaces it", minutes(connection_codes::WORKS_FOR)),
        ),
        ("Encryption keys", written(encryption_keys::KEYS_MAX)),
    ]
}

fn merchants() -> Vec<(&'static str, String)> {
    vec![
        ("Campaigns", written(limits::CAMPAIGNS_PER_MERCHANT)),
        (
            "Conditions of all campaigns together, as JSON",
            written(limits::CAMPAIGN_BYTES_PER_MERCHANT),
        ),
        ("Parts of titles in all campaigns together", written(limits::TITLE_PARTS)),
        ("Shops", written(shops::SHOPS_MAX)),
        ("Active keys", format!("{}, with {}", keys::KEYS_MAX, keys::ORIGINS_MAX)),
        ("Quarantined sales of one shop", written(quarantine::ENTRIES_MAX)),
        ("Reports of one sale from a copy of a shop", written(copies::REPORTS_BYTES_MAX)),
        (
            "Ended pauses of a campaign that stay in its conditions",
            format!("the latest {}", campaign_pauses::ENDED_MAX),
        ),
        (
            "Trying a campaign in the settings",
            format!(
                "the latest {} sales of 30 days, as far as they have {}",
                written(preview::SALES_MAX),
                written(preview::BYTES_MAX)
            ),
        ),
        (
            "Values offered while a campaign is written",
            format!(
                "{} of a kind, from the latest {} sales and {}",
                suggestions::VALUES_MAX,
                suggestions::SALES_MAX,
                written(suggestions::BYTES_MAX)
            ),
        ),
        (
            "Reloads of Settings > Start while it waits for the first order",
            format!("{}, one every {}", start::RELOADS_MAX, start::RELOADED_AFTER),
        ),
        ("Orders on a page of the settings", written(orders::SALES_ON_PAGE)),
        ("Name of a campaign", written(campaigns::NAME_LENGTH_MAX)),
        ("Name of a shop or a key", written(names::NAME_MAX)),
        ("Tree rules", written(limits::TREE_RULES)),
        ("Conditions", format!("{}, {} levels", limits::CONDITIONS, limits::CONDITION_DEPTH)),
        ("Values in all lists together", written(limits::VALUES)),
        ("Parts of titles", written(limits::TITLE_PARTS)),
    ]
}

fn sales() -> Vec<(&'static str, String)> {
    vec![
        ("Values of a shop's order, as JSON", written(VALUES_MAX)),
        ("Lines of a sale", written(limits::LINES_PER_SALE)),
        ("Units of a line", written(limits::QUANTITY)),
        ("Coupons of a sale, collections of a line", written(limits::NAMES_PER_LIST)),
        ("Collections of all lines that are evaluated", written(limits::COLLECTIONS_PER_SALE)),
        ("Coupons of a sale that are evaluated", written(limits::COUPONS_EVALUATED)),
        ("Titles of all lines that are searched for parts", written(limits::TITLES_BYTES_PER_SALE)),
        ("An id, a SKU, a coupon, a collection or a title", written(limits::ID_BYTES)),
        ("An amount", written(limits::AMOUNT)),
        ("Trees of one sale under one campaign", written(limits::TREES_PER_ORDER)),
        ("Trees of a cap per month", written(limits::TREES_PER_MONTH)),
        ("A sale with all its lines, as it is stored", written(ingest::FACTS_BYTES_MAX)),
        ("Sale that a storefront claims, as JSON", written(claim::CLAIM_BYTES_MAX)),
        (
            "Claim that is never confirmed or paid",
            format!("expires {}", days(month_end::CLAIMS_WAIT_FOR)),
        ),
        ("Reason of an order", written(evaluate::REASON_BYTES_MAX)),
        ("A shop's clock ahead of ours", minutes(ingest::CLOCKS_DIFFER_BY)),
        (
            "Age of a sale when its claim arrives",
            format!("{}, and {}", days(claim::AGE_MAX), minutes(ingest::CLOCKS_DIFFER_BY)),
        ),
        ("Units of a claim", written(claim::UNITS_MAX)),
        (
            "Units of a claim that cost less than one minor unit each",
            written(claim::FREE_UNITS_MAX),
        ),
        (
            "Trees of one claim",
            format!(
                "{}; each shop can change it, from 0 to {}",
                written(claim_limits::DEFAULT.sale),
                written(claim_limits::LIMIT_MAX)
            ),
        ),
        (
            "Orders and credits of a closed purchase order that the digest reads at once",
            written(digests::ITEMS_PER_PAGE),
        ),
        ("Trees of all claims of a shop per day (UTC)", written(claim_limits::DEFAULT.day)),
        (
            "Trees of all claims of a shop on one purchase order",
            written(claim_limits::DEFAULT.month),
        ),
        ("Claims of a shop that are held for review", written(HELD_MAX)),
        ("A webhook counts as silent", format!("after {} claims", connections::CLAIMS)),
        (
            "Problems of a webhook's deliveries",
            format!(
                "{} per shop, each for {}",
                store::connections::PROBLEMS_MAX,
                days(connections::PROBLEMS_KEPT_FOR)
            ),
        ),
        ("Claims of a shop per day (UTC) that are on no bill", written(UNBILLED_BYTES_MAX)),
    ]
}

#[test]
fn the_page_of_limits_has_every_limit_of_the_code_and_no_number_of_its_own() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/limits.md");
    let page = fs::read_to_string(file).unwrap();
    let known = [requests(), merchants(), sales()].concat();
    for (row, limit) in &known {
        let start = format!("| {row} | {limit}");
        let line = page.lines().find(|line| line.starts_with(&start));
        let after = line.and_then(|line| line.strip_prefix(&start)).expect(&start);
        let goes_on = after.trim_start_matches(',').starts_with(|next: char| next.is_ascii_digit());
        assert!(!goes_on, "{start}");
    }
    assert_eq!(limits::ID_BYTES, limits::TITLE_BYTES, "one row has both");

    let rows = page.lines().filter_map(|line| {
        let cells: Vec<&str> = line.strip_prefix("| ")?.strip_suffix(" |")?.split(" | ").collect();
        match cells[..] {
            [row, value] => value.contains(|part: char| part.is_ascii_digit()).then_some(row),
            _ => None,
        }
    });
    for row in rows.filter(|row| !SHOWN_ELSEWHERE.contains(row)) {
        let is_number_free = ["Body without a length", "Versions of a campaign"].contains(&row);
        let is_known = known.iter().any(|(known, _)| *known == row);
        assert!(is_known || is_number_free, "no test holds this row: {row}");
    }
}
