//! Tests of the merged facts of a sale, for any messages in any order.

mod arrival;
mod details;
mod laws;
mod shop;

use order_events::{Proof, Refund, RefundLine, Sale, SaleFacts, SaleStatus, Timestamp, qualify};
use serde_json::json;

use crate::support::{SHOP, campaign, line_with_sku, sale};

fn at(second: i64) -> Timestamp {
    let start = sale().updated_at.milliseconds();
    Timestamp::from_milliseconds(start + second * 1_000).unwrap()
}

/// Returns the test sale as it was reported at a second.
fn told(second: i64, change: impl FnOnce(&mut Sale)) -> Sale {
    let mut sale = sale();
    sale.updated_at = at(second);
    change(&mut sale);
    sale
}

fn verified(sale: Sale) -> SaleFacts {
    SaleFacts::from_snapshot(Proof::Verified, sale)
}

/// Returns a refund of money and of blue mugs.
fn refund(id: &str, second: i64, amount: i64, mugs: u32) -> SaleFacts {
    let mug = &sale().lines[0];
    let line = RefundLine {
        product: mug.product.clone(),
        variant: mug.variant.clone(),
        sku: mug.sku.clone(),
        quantity: mugs,
    };
    let lines = if mugs > 0 { vec![line] } else { Vec::new() };
    let refund = Refund { at: at(second), currency: sale().currency, amount, lines };
    SaleFacts::from_refund(id.to_owned(), refund)
}

/// Returns the refunds of the sale: money returned and mugs returned.
fn returned(facts: &SaleFacts) -> (i64, u32) {
    let sale = facts.sale().unwrap();
    (sale.refunded, sale.lines[0].refunded)
}

/// Asserts that a later fact decides, in either order of arrival.
fn assert_kept(kept: &SaleFacts, other: &SaleFacts) {
    assert_eq!(kept.clone().merge(other.clone()), *kept);
    assert_eq!(other.clone().merge(kept.clone()), *kept);
}

#[test]
fn the_newest_snapshot_is_kept_by_the_clock_of_the_shop() {
    let placed = verified(told(1, |sale| sale.status = SaleStatus::Placed));
    let paid = verified(told(2, |_| ()));
    let refunded = verified(told(3, |sale| sale.status = SaleStatus::Refunded));
    assert_kept(&paid, &placed);
    assert_kept(&refunded, &paid);
    assert_kept(&refunded, &placed);
}

#[test]
fn a_cancelled_sale_that_the_shop_takes_up_again_counts_again() {
    let cancelled = verified(told(1, |sale| sale.status = SaleStatus::Cancelled));
    let resumed = verified(told(2, |_| ()));
    assert_kept(&resumed, &cancelled);
    let campaign = campaign(json!({"trees": [{"per_order": {"trees": 1}}]}));
    let sale = cancelled.merge(resumed).sale().unwrap();
    assert_eq!(qualify(SHOP, &sale, &[campaign]).len(), 1);
}

#[test]
fn a_shop_is_believed_before_a_browser_however_new_the_claim_is() {
    let claim = |second, status| {
        SaleFacts::from_snapshot(Proof::Claimed, told(second, |sale| sale.status = status))
    };
    let cancelled = verified(told(1, |sale| sale.status = SaleStatus::Cancelled));
    assert_kept(&cancelled, &claim(9, SaleStatus::Paid));
    assert_kept(&claim(2, SaleStatus::Paid), &claim(1, SaleStatus::Cancelled));
    assert_eq!(claim(1, SaleStatus::Paid).proof(), Some(Proof::Claimed));
    assert_eq!(claim(9, SaleStatus::Paid).merge(cancelled).proof(), Some(Proof::Verified));
}

#[test]
fn within_one_instant_the_sale_that_is_further_on_is_kept() {
    let steps = [SaleStatus::Placed, SaleStatus::Paid, SaleStatus::Cancelled, SaleStatus::Refunded];
    for pair in steps.windows(2) {
        let facts = |status| verified(told(1, |sale| sale.status = status));
        assert_kept(&facts(pair[1]), &facts(pair[0]));
    }
}

#[test]
fn within_one_instant_and_status_the_larger_refund_is_kept() {
    let facts =
        |refunded, total| verified(told(1, |sale| (sale.refunded, sale.total) = (refunded, total)));
    assert_kept(&facts(1_000, 1), &facts(0, 9_999));
    assert_kept(&facts(1_000, 2), &facts(1_000, 1));
}

#[test]
fn refunds_after_the_snapshot_are_taken_off_it() {
    let facts = verified(told(0, |_| ())).merge(refund("r1", 5, 1_000, 1));
    assert_eq!(returned(&facts), (1_000, 1));
    let facts = facts.merge(refund("r2", 6, 500, 0));
    assert_eq!(returned(&facts), (1_500, 1));
    assert_eq!(facts.sale().unwrap().updated_at, at(6));
}

#[test]
fn a_refund_that_the_snapshot_holds_already_counts_once() {
    let later = |sale: &mut Sale| (sale.refunded, sale.lines[0].refunded) = (1_000, 1);
    for second in [5, 6] {
        let facts = verified(told(second, later)).merge(refund("r1", 5, 1_000, 1));
        assert_eq!(returned(&facts), (1_000, 1), "snapshot at {second}");
        assert_eq!(facts.sale().unwrap().updated_at, at(second));
    }
}

#[test]
fn a_refund_told_twice_counts_once() {
    let facts =
        verified(told(0, |_| ())).merge(refund("r1", 5, 1_000, 1)).merge(refund("r1", 5, 1_000, 1));
    assert_eq!(returned(&facts), (1_000, 1));
}

#[test]
fn of_two_versions_of_a_refund_the_newer_and_then_the_larger_is_kept() {
    assert_kept(&refund("r1", 6, 100, 0), &refund("r1", 5, 900, 2));
    assert_kept(&refund("r1", 5, 900, 0), &refund("r1", 5, 100, 2));
}

#[test]
fn a_refund_in_the_second_of_the_snapshot_is_not_lost() {
    let facts = verified(told(5, |_| ())).merge(refund("r1", 5, 1_000, 1));
    assert_eq!(returned(&facts), (1_000, 1));
    let facts = facts.merge(refund("r2", 6, 500, 1));
    assert_eq!(returned(&facts), (1_500, 2));
}

#[test]
fn refunds_in_another_currency_return_units_and_no_money() {
    let mut json = serde_json::to_value(refund("r1", 5, 1_000, 1)).unwrap();
    json["refunds"]["r1"]["currency"] = json!("EUR");
    for second in [0, 9] {
        let facts = verified(told(second, |_| ()));
        let facts = facts.merge(serde_json::from_value(json.clone()).unwrap());
        assert_eq!(returned(&facts), (0, 1));
    }
}

#[test]
fn units_are_taken_from_the_lines_of_their_item_and_never_more_than_a_line_has() {
    let snapshot = told(0, |sale| {
        sale.lines.insert(1, line_with_sku("OTHER", 9));
        sale.lines.push(line_with_sku("MUG-BLUE", 3));
    });
    for (mugs, expected) in
        [(1, [1, 0, 0, 0]), (2, [2, 0, 0, 0]), (4, [2, 0, 0, 2]), (9, [2, 0, 0, 3])]
    {
        let facts = verified(snapshot.clone()).merge(refund("r1", 5, 0, mugs));
        let units: Vec<u32> =
            facts.sale().unwrap().lines.iter().map(|line| line.refunded).collect();
        assert_eq!(units, expected, "{mugs} mugs");
    }
}

#[test]
fn an_item_is_told_by_product_variant_and_sku_together() {
    let changes: [fn(&mut Sale); 3] = [
        |sale| sale.lines[0].product = None,
        |sale| sale.lines[0].variant = Some("other".to_owned()),
        |sale| sale.lines[0].sku = None,
    ];
    for change in changes {
        let facts = verified(told(0, change)).merge(refund("r1", 5, 0, 1));
        assert_eq!(returned(&facts), (0, 0));
    }
}

#[test]
fn units_of_an_item_that_differs_in_one_id_are_not_taken_from_this_one() {
    let sold = verified(told(9, |sale| sale.lines[0].refunded = 1));
    let facts = sold.merge(refund("r1", 5, 0, 1));
    for id in ["product", "variant", "sku"] {
        let mut other = serde_json::to_value(refund("r2", 5, 0, 1)).unwrap();
        other["refunds"]["r2"]["lines"][0][id] = json!("other");
        let facts = facts.clone().merge(serde_json::from_value(other).unwrap());
        assert_eq!(returned(&facts), (0, 1), "another {id}");
    }
}

#[test]
fn refunds_that_come_before_the_sale_wait_for_it() {
    let facts = refund("r1", 5, 1_000, 1);
    assert_eq!((facts.sale(), facts.proof()), (None, None));
    assert_eq!(returned(&facts.merge(verified(told(0, |_| ())))), (1_000, 1));
    assert_eq!(SaleFacts::default().sale(), None);
}

#[test]
fn refunds_up_to_the_total_leave_nothing_that_orders_trees() {
    let campaign = [campaign(json!({"trees": [{"per_order": {"trees": 1}}]}))];
    let facts = verified(told(0, |_| ())).merge(refund("r1", 5, 4_000, 0));
    assert_eq!(qualify(SHOP, &facts.sale().unwrap(), &campaign).len(), 1);
    let facts = facts.merge(refund("r2", 6, 797, 0));
    assert_eq!(qualify(SHOP, &facts.sale().unwrap(), &campaign).len(), 0);
}

#[test]
fn facts_are_stored_as_json() {
    let facts = verified(told(0, |_| ())).merge(refund("r1", 5, 1_000, 1));
    let json = serde_json::to_value(&facts).unwrap();
    assert_eq!(json["snapshot"]["proof"], json!("verified"));
    assert_eq!(json["snapshot"]["sale"]["id"], json!(sale().id));
    assert_eq!(
        json["refunds"],
        json!({"r1": {
            "at": "2026-11-22T08:52:58Z", "currency": "USD", "amount": 1000,
            "lines": [{"product": "11", "variant": "101", "sku": "MUG-BLUE", "quantity": 1}],
        }})
    );
    assert_eq!(serde_json::from_value::<SaleFacts>(json).unwrap(), facts);
    assert_eq!(facts.snapshot().unwrap().sale, told(0, |_| ()));
    assert_eq!(facts.refunds().len(), 1);
}
