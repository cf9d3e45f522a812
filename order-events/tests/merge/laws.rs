//! Tests that merging is idempotent, commutative and associative for any facts.

use order_events::{PaymentNote, Proof, Refund, RefundLine, SaleFacts, Snapshot};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use crate::arbitrary::{amount, currency, id, sale, timestamp};

prop_compose! {
    fn refund_line()(
        product in proptest::option::of(id()), variant in proptest::option::of(id()),
        sku in proptest::option::of(id()), quantity in any::<u32>(),
    ) -> RefundLine {
        RefundLine { product, variant, sku, quantity }
    }
}

fn snapshot() -> impl Strategy<Value = Snapshot> {
    let payment =
        prop::sample::select(vec![PaymentNote::Clear, PaymentNote::Failed, PaymentNote::OwnStatus]);
    let proof = prop::sample::select(vec![Proof::Claimed, Proof::Verified]);
    (proof, sale(), option::of(timestamp()), payment, any::<bool>()).prop_map(
        |(proof, sale, received_at, payment, units_unknown)| Snapshot {
            received_at,
            payment,
            units_unknown,
            ..Snapshot::new(proof, sale)
        },
    )
}

/// Returns one fact. Few instants and ids make facts overlap often.
fn fact() -> impl Strategy<Value = SaleFacts> {
    let refund = (timestamp(), currency(), amount(), vec(refund_line(), 0..3));
    prop_oneof![
        2 => snapshot().prop_map(SaleFacts::from),
        1 => sale().prop_map(|sale| SaleFacts::from_snapshot(Proof::Verified, sale)),
        1 => (snapshot(), timestamp()).prop_map(|(snapshot, at)| SaleFacts::from(snapshot).restored(at)),
        1 => timestamp().prop_map(SaleFacts::from_deletion),
        1 => (id(), refund).prop_map(|(id, (at, currency, amount, lines))| {
            SaleFacts::from_refund(id, Refund { at, currency, amount, lines })
        }),
    ]
}

fn merged(facts: impl IntoIterator<Item = SaleFacts>) -> SaleFacts {
    facts.into_iter().fold(SaleFacts::default(), SaleFacts::merge)
}

fn facts() -> impl Strategy<Value = SaleFacts> {
    vec(fact(), 0..4).prop_map(merged)
}

proptest! {
    #[test]
    fn it_is_idempotent(facts in facts()) {
        prop_assert_eq!(facts.clone().merge(facts.clone()), facts);
    }

    #[test]
    fn it_is_commutative(one in facts(), other in facts()) {
        prop_assert_eq!(one.clone().merge(other.clone()), other.merge(one));
    }

    #[test]
    fn it_is_associative(one in facts(), two in facts(), three in facts()) {
        let left = one.clone().merge(two.clone()).merge(three.clone());
        prop_assert_eq!(left, one.merge(two.merge(three)));
    }

    #[test]
    fn knowing_nothing_changes_nothing(facts in facts()) {
        prop_assert_eq!(SaleFacts::default().merge(facts.clone()), facts.clone());
        prop_assert_eq!(facts.clone().merge(SaleFacts::default()), facts);
    }

    #[test]
    fn any_order_and_any_repetition_give_the_same_sale(
        (facts, delivered) in vec(fact(), 0..6).prop_flat_map(|facts| {
            let twice = [facts.clone(), facts.clone()].concat();
            (Just(facts), Just(twice).prop_shuffle())
        }),
    ) {
        let (once, delivered) = (merged(facts), merged(delivered));
        prop_assert_eq!(once.sale(), delivered.sale());
        prop_assert_eq!(once, delivered);
    }

    #[test]
    fn stored_facts_are_read_again_as_the_same(facts in facts()) {
        let json = serde_json::to_string(&facts).unwrap();
        prop_assert_eq!(serde_json::from_str::<SaleFacts>(&json).unwrap(), facts);
    }

    #[test]
    fn no_line_has_more_units_returned_than_the_snapshot_or_the_line_holds(facts in facts()) {
        let Some(sale) = facts.sale() else { return Ok(()) };
        for (line, told) in sale.lines.iter().zip(&facts.snapshot().unwrap().sale.lines) {
            prop_assert!(line.refunded >= told.refunded);
            prop_assert!(line.refunded <= line.quantity.max(told.refunded));
        }
    }
}
