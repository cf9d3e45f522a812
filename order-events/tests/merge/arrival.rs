//! Tests that what is known of a sale does not depend on the order in which its facts arrive.

use std::collections::BTreeMap;

use order_events::{PaymentNote, Proof, Sale, SaleFacts, SaleStatus, Snapshot, qualify};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use serde_json::json;

use super::{at, refund, told};
use crate::support::{SHOP, campaign};

/// The steps of a sale. A shop reports only one of those with the same progress in one instant,
/// because of two such facts the one received later is true.
const STEPS: [(SaleStatus, PaymentNote, u8); 6] = [
    (SaleStatus::Placed, PaymentNote::Clear, 0),
    (SaleStatus::Placed, PaymentNote::OwnStatus, 0),
    (SaleStatus::Cancelled, PaymentNote::Failed, 1),
    (SaleStatus::Paid, PaymentNote::Clear, 2),
    (SaleStatus::Cancelled, PaymentNote::Clear, 3),
    (SaleStatus::Refunded, PaymentNote::Clear, 4),
];

/// The details of one report, each of which may be left out.
#[derive(Clone, Debug)]
struct Report {
    step: usize,
    opted_in: Option<bool>,
    collection: Option<bool>,
    money: i64,
    units: Option<u32>,
}

prop_compose! {
    fn report()(
        step in 0..STEPS.len(), opted_in in any::<Option<bool>>(),
        collection in any::<Option<bool>>(), money in 0..3_i64, units in option::of(0..3_u32),
    ) -> Report {
        Report { step, opted_in, collection, money, units }
    }
}

fn snapshot(second: i64, report: &Report) -> Snapshot {
    let (status, payment, _) = STEPS[report.step];
    let sale = told(second, |sale| {
        (sale.status, sale.opted_in, sale.refunded) = (status, report.opted_in, report.money);
        let line = &mut sale.lines[0];
        line.collections = report.collection.map(|one| format!("c{one}")).into_iter().collect();
        line.refunded = report.units.unwrap_or(0);
    });
    let units_unknown = report.units.is_none();
    Snapshot { payment, units_unknown, ..Snapshot::new(Proof::Verified, sale) }
}

/// Returns what is known once these snapshots arrived one after another.
fn arrived(snapshots: impl IntoIterator<Item = Snapshot>) -> SaleFacts {
    let received = (0..).zip(snapshots).map(|(minute, snapshot)| {
        SaleFacts::from(Snapshot { received_at: Some(at(3_600 + 60 * minute)), ..snapshot })
    });
    received.fold(SaleFacts::default(), SaleFacts::merge)
}

/// Returns the one sale that all orders of arrival give.
fn in_any_order(snapshots: [Snapshot; 3]) -> Sale {
    let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
    let sale = arrived(snapshots.clone()).sale();
    for order in orders {
        let arrived = arrived(order.map(|index| snapshots[index].clone()));
        assert_eq!(arrived.sale(), sale, "arrived as {order:?}");
    }
    sale.unwrap()
}

fn told_as(status: SaleStatus, payment: PaymentNote, second: i64) -> Snapshot {
    let sale = told(second, |sale| sale.status = status);
    Snapshot { payment, ..Snapshot::new(Proof::Verified, sale) }
}

#[test]
fn of_two_facts_in_one_second_the_one_further_on_decides_under_a_status_of_the_shops_own() {
    let own = told_as(SaleStatus::Placed, PaymentNote::OwnStatus, 300);
    for (status, payment) in
        [(SaleStatus::Placed, PaymentNote::Clear), (SaleStatus::Cancelled, PaymentNote::Failed)]
    {
        let paid = told_as(SaleStatus::Paid, PaymentNote::Clear, 0);
        let sale = in_any_order([paid, told_as(status, payment, 0), own.clone()]);
        assert_eq!(sale.status, SaleStatus::Paid, "{status:?}");
    }
    let paid = told_as(SaleStatus::Paid, PaymentNote::Clear, 0);
    let cancelled = told_as(SaleStatus::Cancelled, PaymentNote::Clear, 0);
    assert_eq!(in_any_order([paid, cancelled, own]).status, SaleStatus::Placed);
}

#[test]
fn of_two_facts_in_one_second_the_one_further_on_tells_the_returned_units() {
    let units = |snapshot: Snapshot, units: Option<u32>| {
        let mut snapshot = Snapshot { units_unknown: units.is_none(), ..snapshot };
        snapshot.sale.refunded = 2_000;
        snapshot.sale.lines[0].refunded = units.unwrap_or(0);
        snapshot
    };
    let sale = in_any_order([
        units(told_as(SaleStatus::Paid, PaymentNote::Clear, 0), Some(1)),
        units(told_as(SaleStatus::Cancelled, PaymentNote::Failed, 0), Some(0)),
        units(told_as(SaleStatus::Paid, PaymentNote::Clear, 300), None),
    ]);
    let rule = json!({"per_item": {"items": {"sku": ["MUG-BLUE"]}, "trees": 1}});
    assert_eq!(qualify(SHOP, &sale, &[campaign(json!({"trees": [rule]}))])[0].trees, 1);
}

#[test]
fn a_date_more_than_ten_minutes_ahead_counts_as_the_moment_of_arrival() {
    let received_at = at(0);
    for (ahead, expected) in [(-60, -60), (600, 600), (601, 0), (999_999, 0)] {
        let facts = SaleFacts::from_snapshot(Proof::Verified, told(ahead, |_| ()));
        let dated = facts.dated_up_to(received_at);
        assert_eq!(dated.sale().unwrap().updated_at, at(expected), "{ahead} seconds ahead");
        let refund = refund("r1", ahead, 1_000, 0).dated_up_to(received_at);
        assert_eq!(refund.refunds()["r1"].at, at(expected), "{ahead} seconds ahead");
    }
}

proptest! {
    #[test]
    fn every_order_of_arrival_gives_the_same_sale_also_with_several_facts_in_one_second(
        (reports, order) in btree_map((0..3_i64, 0..5_u8), report(), 1..8).prop_flat_map(|reports| {
            let order: Vec<usize> = (0..reports.len()).collect();
            (Just(reports), Just(order).prop_shuffle())
        }),
        refunds in vec((0..3_i64, 0..3_i64, 0..2_u32), 0..3),
    ) {
        let by_progress: BTreeMap<(i64, u8), Report> = reports
            .into_iter()
            .map(|((second, _), report)| ((second, STEPS[report.step].2), report))
            .collect();
        let snapshots: Vec<Snapshot> =
            by_progress.iter().map(|((second, _), report)| snapshot(*second, report)).collect();
        let shuffled = order.into_iter().filter_map(|index| snapshots.get(index).cloned());
        let known = |facts: SaleFacts| {
            let refunds = (0..).zip(&refunds).map(|(id, (second, amount, mugs))| {
                refund(&format!("r{id}"), *second, *amount, *mugs)
            });
            refunds.fold(facts, SaleFacts::merge).sale()
        };
        prop_assert_eq!(known(arrived(shuffled)), known(arrived(snapshots.clone())));
    }
}
