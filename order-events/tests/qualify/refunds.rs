//! Tests of the trees of refunded, cancelled, test and unpaid sales.

use order_events::SaleStatus;
use serde_json::json;

use crate::support::{holds, sale, words};

#[test]
fn placed_and_paid_sales_qualify_and_void_ones_do_not() {
    for (status, expected) in [
        (SaleStatus::Placed, true),
        (SaleStatus::Paid, true),
        (SaleStatus::Cancelled, false),
        (SaleStatus::Refunded, false),
    ] {
        let mut sale = sale();
        sale.status = status;
        assert_eq!(holds(json!({"all": []}), &sale), expected, "{status:?}");
    }
}

#[test]
fn a_sale_is_void_once_all_its_money_is_returned() {
    for (total, refunded, expected) in
        [(4797, 4796, true), (4797, 4797, false), (4797, 4798, false), (0, 0, true)]
    {
        let mut sale = sale();
        (sale.total, sale.refunded) = (total, refunded);
        assert_eq!(holds(json!({"all": []}), &sale), expected, "{refunded} of {total}");
    }
}

#[test]
fn a_refund_of_a_sale_paid_by_gift_card_is_measured_against_what_the_items_cost() {
    // The items cost 40.00, and the gift card paid the rest of the total.
    for (total, refunded, expected) in [
        (1000, 1000, true),
        (1000, 3999, true),
        (1000, 4000, false),
        (0, 0, true),
        (0, 1, false),
        (4797, 4000, true),
        (4797, 4797, false),
    ] {
        let mut sale = sale();
        (sale.total, sale.items_total, sale.refunded) = (total, 4000, refunded);
        assert_eq!(holds(json!({"all": []}), &sale), expected, "{refunded} of {total}");
    }
}

#[test]
fn a_placed_sale_awaits_its_payment() {
    for status in
        [SaleStatus::Placed, SaleStatus::Paid, SaleStatus::Cancelled, SaleStatus::Refunded]
    {
        let mut sale = sale();
        sale.status = status;
        assert_eq!(sale.awaits_payment(), status == SaleStatus::Placed);
    }
}

#[test]
fn a_test_sale_qualifies_like_any_other() {
    let mut sale = sale();
    sale.test = true;
    assert!(holds(json!({"all": []}), &sale));
}

#[test]
fn per_order_stays_through_a_partial_refund() {
    let mut sale = sale();
    sale.refunded = 4796;
    assert_eq!(words(json!({"per_order": {"trees": 1}}), &sale), "each order: 1 tree");
}

#[test]
fn per_item_counts_the_units_that_were_not_returned() {
    let rule = json!({"per_item": {"items": "every", "trees": 1}});
    for (returned, expected) in [
        (0, "3 × any item: 3 trees"),
        (1, "2 × any item: 2 trees"),
        (2, "1 × any item: 1 tree"),
        (3, "1 × any item: 1 tree"),
    ] {
        let mut sale = sale();
        sale.lines[0].refunded = returned;
        sale.refunded = 1000;
        assert_eq!(words(rule.clone(), &sale), expected);
    }
}

#[test]
fn the_reason_leaves_out_what_was_returned_whole() {
    let rule = json!({"per_item": {"items": {"sku": ["MUG-BLUE", "TEA-500"]}, "trees": 1}});
    let mut sale = sale();
    sale.lines[0].refunded = 2;
    assert_eq!(words(rule, &sale), "1 × SKU TEA-500: 1 tree");
}

#[test]
fn amounts_count_what_the_items_cost_less_the_money_returned() {
    let rule = json!({"per_amount": {"each": 1000, "currency": "USD", "trees": 1}});
    let minimum = json!({"minimum_amount": {"amount": 3000, "currency": "USD"}});
    for (refunded, expected, reaches_minimum) in [
        (0, "4 × 10.00 USD of 40.00 USD spent: 4 trees", true),
        (1, "3 × 10.00 USD of 39.99 USD spent: 3 trees", true),
        (1000, "3 × 10.00 USD of 30.00 USD spent: 3 trees", true),
        (1001, "2 × 10.00 USD of 29.99 USD spent: 2 trees", false),
        (4500, "no order", false),
    ] {
        let mut sale = sale();
        sale.refunded = refunded;
        assert_eq!(words(rule.clone(), &sale), expected);
        assert_eq!(holds(minimum.clone(), &sale), reaches_minimum, "{refunded}");
    }
}

#[test]
fn an_item_that_was_returned_whole_no_longer_qualifies() {
    let when = json!({"item": {"sku": ["MUG-BLUE"]}});
    for (returned, expected) in [(1, true), (2, false), (3, false)] {
        let mut sale = sale();
        sale.lines[0].refunded = returned;
        assert_eq!(holds(when.clone(), &sale), expected, "{returned}");
    }
}

#[test]
fn a_refund_larger_than_the_items_leaves_nothing_spent() {
    let mut sale = sale();
    sale.refunded = 4500;
    assert_eq!(sale.spent().to_string(), "0.00 USD");
    sale.items_total = i64::MIN;
    assert_eq!(sale.spent().amount, 0);
}
