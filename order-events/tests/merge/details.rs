//! Tests that a detail which a newer snapshot omits is preserved, and one that it reports is
//! replaced.

use order_events::{PaymentNote, Proof, Sale, SaleFacts, SaleStatus, Snapshot, Timestamp};

use super::{at, refund, told, verified};

/// Returns a snapshot of a shop that does not report returned units.
fn without_units(second: i64, change: impl FnOnce(&mut Sale)) -> SaleFacts {
    let snapshot = Snapshot::new(Proof::Verified, told(second, change));
    Snapshot { units_unknown: true, ..snapshot }.into()
}

fn received(snapshot: Snapshot, received_at: Timestamp) -> SaleFacts {
    Snapshot { received_at: Some(received_at), ..snapshot }.into()
}

/// Returns the sale of both facts, which is the same in either order.
fn both(one: &SaleFacts, other: &SaleFacts) -> Sale {
    let merged = one.clone().merge(other.clone());
    assert_eq!(other.clone().merge(one.clone()), merged);
    merged.sale().unwrap()
}

#[test]
fn an_opt_in_that_is_not_reported_again_stays_known() {
    let asked = |second, answer| verified(told(second, |sale| sale.opted_in = answer));
    assert_eq!(both(&asked(1, Some(true)), &asked(2, None)).opted_in, Some(true));
    assert_eq!(both(&asked(1, Some(true)), &asked(2, Some(false))).opted_in, Some(false));
    assert_eq!(both(&asked(1, Some(false)), &asked(2, Some(true))).opted_in, Some(true));
    assert_eq!(both(&asked(1, None), &asked(2, None)).opted_in, None);
    let three = asked(1, Some(true)).merge(asked(2, Some(false))).merge(asked(3, None));
    assert_eq!(three.sale().unwrap().opted_in, Some(false));
}

#[test]
fn categories_that_are_not_reported_again_stay_known_by_product_and_by_sku() {
    for by_sku in [false, true] {
        let categories = |second, names: &[&str]| {
            verified(told(second, |sale| {
                if by_sku {
                    sale.lines[0].product = None;
                }
                sale.lines[0].collections = names.iter().map(|name| (*name).to_owned()).collect();
            }))
        };
        let known =
            |one: &SaleFacts, other: &SaleFacts| both(one, other).lines[0].collections.clone();
        assert_eq!(known(&categories(1, &["mugs"]), &categories(2, &[])), ["mugs"]);
        assert_eq!(known(&categories(1, &["mugs"]), &categories(2, &["cups"])), ["cups"]);
    }
    let other = verified(told(1, |sale| {
        sale.lines[0].product = Some("other".to_owned());
        sale.lines[0].collections = vec!["tea".to_owned()];
    }));
    let silent = verified(told(2, |sale| sale.lines[0].collections.clear()));
    assert_eq!(both(&other, &silent).lines[0].collections, Vec::<String>::new());
}

#[test]
fn returned_units_that_are_not_reported_again_stay_returned_with_their_money() {
    let reported = verified(told(1, |sale| {
        (sale.refunded, sale.lines[0].refunded) = (1_000, 1);
    }));
    for (money, units) in [(1_000, 1), (1_500, 1), (999, 0), (0, 0)] {
        let silent = without_units(2, |sale| sale.refunded = money);
        assert_eq!(both(&reported, &silent).lines[0].refunded, units, "{money} returned");
    }
    let reported_anew = verified(told(2, |sale| sale.refunded = 1_000));
    assert_eq!(both(&reported, &reported_anew).lines[0].refunded, 0);
    let nothing = without_units(1, |_| ());
    assert_eq!(both(&nothing, &without_units(2, |_| ())).lines[0].refunded, 0);
    // A separately reported refund is not counted a second time.
    let silent = without_units(2, |sale| sale.refunded = 1_000);
    let facts = reported.merge(silent).merge(refund("r1", 1, 1_000, 1));
    assert_eq!(facts.sale().unwrap().lines[0].refunded, 1);
}

#[test]
fn details_of_a_claim_are_not_kept_beside_what_the_shop_says() {
    let claim = SaleFacts::from_snapshot(
        Proof::Claimed,
        told(1, |sale| {
            sale.opted_in = Some(true);
            sale.lines[0].collections = vec!["mugs".to_owned()];
        }),
    );
    let shop = verified(told(2, |sale| {
        sale.opted_in = None;
        sale.lines[0].collections.clear();
    }));
    let sale = both(&claim, &shop);
    assert_eq!((sale.opted_in, sale.lines[0].collections.len()), (None, 0));
}

#[test]
fn the_first_claim_stands_until_the_shop_says_more() {
    let claim = |second, minute: i64, total| {
        let sale = told(second, |sale| sale.total = total);
        received(Snapshot::new(Proof::Claimed, sale), at(60 * minute))
    };
    let first = claim(1, 1, 100);
    assert_eq!(both(&first, &claim(9, 2, 999)).total, 100);
    assert_eq!(both(&first, &claim(0, 2, 999)).total, 100);
    let shop = verified(told(0, |sale| sale.total = 200));
    assert_eq!(both(&first, &shop).total, 200);
}

#[test]
fn in_one_instant_a_payment_counts_after_a_failure_and_not_after_a_cancellation() {
    let facts = |status, payment| {
        let snapshot = Snapshot::new(Proof::Verified, told(1, |sale| sale.status = status));
        SaleFacts::from(Snapshot { payment, ..snapshot })
    };
    let paid = facts(SaleStatus::Paid, PaymentNote::Clear);
    let failed = facts(SaleStatus::Cancelled, PaymentNote::Failed);
    let cancelled = facts(SaleStatus::Cancelled, PaymentNote::Clear);
    let placed = facts(SaleStatus::Placed, PaymentNote::Clear);
    assert_eq!(both(&paid, &failed).status, SaleStatus::Paid);
    assert_eq!(both(&paid, &cancelled).status, SaleStatus::Cancelled);
    assert_eq!(both(&placed, &failed).status, SaleStatus::Cancelled);
}

#[test]
fn of_two_bodies_of_one_instant_the_one_received_later_is_true() {
    let facts = |minute: i64, refunded| {
        let sale = told(1, |sale| sale.refunded = refunded);
        received(Snapshot::new(Proof::Verified, sale), at(60 * minute))
    };
    assert_eq!(both(&facts(1, 1_000), &facts(2, 0)).refunded, 0);
    assert_eq!(both(&facts(1, 0), &facts(2, 1_000)).refunded, 1_000);
    assert!(facts(1, 0).says_the_same_as(&facts(2, 0)));
    assert!(!facts(1, 0).says_the_same_as(&facts(1, 1)));
}

#[test]
fn a_paid_sale_stays_paid_under_a_status_of_the_shops_own() {
    let own = |second| {
        let snapshot =
            Snapshot::new(Proof::Verified, told(second, |sale| sale.status = SaleStatus::Placed));
        SaleFacts::from(Snapshot { payment: PaymentNote::OwnStatus, ..snapshot })
    };
    let clear = |second, status| verified(told(second, |sale| sale.status = status));
    assert_eq!(own(1).sale().unwrap().status, SaleStatus::Placed);
    assert_eq!(both(&clear(1, SaleStatus::Paid), &own(2)).status, SaleStatus::Paid);
    assert_eq!(both(&clear(1, SaleStatus::Placed), &own(2)).status, SaleStatus::Placed);
    let cancelled = clear(1, SaleStatus::Paid).merge(clear(2, SaleStatus::Cancelled));
    assert_eq!(both(&cancelled, &own(3)).status, SaleStatus::Placed);
    assert_eq!(both(&own(1), &clear(2, SaleStatus::Placed)).status, SaleStatus::Placed);
}

#[test]
fn a_deleted_order_is_cancelled_until_it_is_restored_or_changed_well_after() {
    let status = |facts: &SaleFacts| facts.sale().unwrap().status;
    let sold = verified(told(0, |_| ()));
    let deleted = sold.clone().merge(SaleFacts::from_deletion(at(60)));
    assert_eq!((status(&deleted), deleted.is_deleted()), (SaleStatus::Cancelled, true));
    assert_eq!(SaleFacts::from_deletion(at(60)).sale(), None);
    // The clocks of the shop and ours may differ by ten minutes.
    for (second, expected) in
        [(60, SaleStatus::Cancelled), (660, SaleStatus::Cancelled), (661, SaleStatus::Paid)]
    {
        let changed = deleted.clone().merge(verified(told(second, |_| ())));
        assert_eq!(status(&changed), expected, "changed at {second}");
    }
    for (second, expected) in
        [(59, SaleStatus::Cancelled), (60, SaleStatus::Paid), (61, SaleStatus::Paid)]
    {
        let restored = deleted.clone().merge(sold.clone().restored(at(second)));
        assert_eq!(status(&restored), expected, "restored at {second}");
    }
    let again = deleted.merge(sold.restored(at(90))).merge(SaleFacts::from_deletion(at(120)));
    assert_eq!(status(&again), SaleStatus::Cancelled);
}
