//! Shopify's facts.

use crate::support::{convert, sample};
use shop_adapters::shopify::checkout_completed;

#[test]
fn the_sample_event_becomes_a_sale() {
    let sale = convert(&sample("shopify-checkout-completed.json"), checkout_completed::sale);
    insta::assert_json_snapshot!("shopify_checkout_completed_sample", sale.unwrap());
}
