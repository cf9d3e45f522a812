//! Holds the page of all limits to the numbers in the code.

use std::fs;

use order_events::limits;

use crate::api::orders::CLAIM_BYTES_MAX;
use crate::domain::{claim_limits, names};
use crate::http::runtime::{BODY_BYTES_MAX, DELIVERY_BYTES_MAX};
use crate::sales::{claim, quarantine};
use crate::store::claims::{HELD_MAX, UNBILLED_BYTES_MAX};

/// A number with commas between thousands.
fn written(number: i64) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|group| std::str::from_utf8(group).unwrap())
        .collect();
    groups.join(",")
}

#[test]
fn every_limit_stands_in_the_page_of_limits() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/limits.md");
    let page = fs::read_to_string(file).unwrap();
    let number = |number: usize| i64::try_from(number).unwrap();
    for (row, limit) in [
        ("Body of a request", number(BODY_BYTES_MAX)),
        ("Delivery of a shop's webhook", number(DELIVERY_BYTES_MAX)),
        ("Campaigns", number(limits::CAMPAIGNS_PER_MERCHANT)),
        (
            "Conditions of all campaigns together, as JSON",
            number(limits::CAMPAIGN_BYTES_PER_MERCHANT),
        ),
        ("Parts of titles in all campaigns together", number(limits::TITLE_PARTS)),
        ("Sale that a storefront claims, as JSON", number(CLAIM_BYTES_MAX)),
        ("Quarantined sales of one shop", quarantine::ENTRIES_MAX),
        ("Units of a claim", i64::try_from(claim::UNITS_MAX).unwrap()),
        ("Trees of one claim", i64::from(claim_limits::DEFAULT.sale)),
        ("Trees of all claims of a shop per day (UTC)", i64::from(claim_limits::DEFAULT.day)),
        (
            "Trees of all claims of a shop on one purchase order",
            i64::from(claim_limits::DEFAULT.month),
        ),
        ("Claims of a shop that are held for review", HELD_MAX),
        ("Claims of a shop per day (UTC) that are on no bill", UNBILLED_BYTES_MAX),
        ("Name of a shop or a key", number(names::NAME_MAX)),
        ("Lines of a sale", number(limits::LINES_PER_SALE)),
        ("Units of a line", i64::from(limits::QUANTITY)),
        ("Coupons of a sale, collections of a line", number(limits::NAMES_PER_LIST)),
        ("Collections of all lines that are evaluated", number(limits::COLLECTIONS_PER_SALE)),
        ("Coupons of a sale that are evaluated", number(limits::COUPONS_EVALUATED)),
        ("Titles of all lines that are searched for parts", number(limits::TITLES_BYTES_PER_SALE)),
        ("An id, a SKU, a coupon, a collection or a title", number(limits::ID_BYTES)),
        ("An amount", limits::AMOUNT),
        ("Trees of one sale under one campaign", i64::from(limits::TREES_PER_ORDER)),
        ("Trees of a cap per month", i64::from(limits::TREES_PER_MONTH)),
        ("Tree rules", number(limits::TREE_RULES)),
        ("Conditions", number(limits::CONDITIONS)),
        ("Values in all lists together", number(limits::VALUES)),
        ("Parts of titles", number(limits::TITLE_PARTS)),
    ] {
        let start = format!("| {row} | {}", written(limit));
        let line = page.lines().find(|line| line.starts_with(&start));
        let after = line.and_then(|line| line.strip_prefix(&start)).expect(&start);
        let goes_on = after.trim_start_matches(',').starts_with(|next: char| next.is_ascii_digit());
        assert!(!goes_on, "{start}");
    }
    assert_eq!(limits::ID_BYTES, limits::TITLE_BYTES, "one row has both");
}
