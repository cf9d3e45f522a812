//! A hundred clients that send the same request at the same moment.

use std::sync::Barrier;
use std::thread;

use play_it_green_tests::sales::two_mugs;
use serde_json::Value;

use crate::{merchant, number, stored_sales};

const CLIENTS: usize = 100;

#[test]
fn a_hundred_identical_order_events_at_once_are_one_sale_and_one_order() {
    let merchant = merchant();
    let barrier = Barrier::new(CLIENTS);
    let answers: Vec<_> = thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_| {
                scope.spawn(|| {
                    barrier.wait();
                    merchant.post_sale(&two_mugs("19")).unwrap()
                })
            })
            .collect();
        clients.into_iter().map(|client| client.join().unwrap()).collect()
    });
    let of = |status: u16| answers.iter().filter(|answer| answer.status == status).count();
    assert_eq!(of(201), CLIENTS, "a claim does not learn whether it was the first");
    let first: Value = answers[0].json();
    assert!(answers.iter().all(|answer| answer.json() == first), "every answer is the same");
    assert_eq!(stored_sales(&merchant), 1);
    let count = |table: &str| {
        number(&format!("SELECT count(*) FROM {table} WHERE merchant_id = ?1"), &[&merchant.id])
    };
    assert_eq!((count("orders"), count("purchase_orders")), (1, 1));
}
