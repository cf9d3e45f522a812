//! Claims can fill neither the database nor a bill.

use std::thread;

use play_it_green_tests::faulty_worker::FaultyWorker;
use play_it_green_tests::http::{self, Answer};
use play_it_green_tests::local_worker::{ENCRYPTION_KEY, fire_cron, repository, sql};
use play_it_green_tests::merchant::Merchant;
use play_it_green_tests::sales::two_mugs;
use serde_json::{Value, json};

use crate::{merchant, merchant_without_campaigns, number, stored_sales, worker};

/// The monthly cap of the flooded shop's campaign, and the number of claims against it.
const CAP: i64 = 300;
const CLAIMS: usize = 2_000;

/// Maximum bytes stored per claim: its facts, and the reason of an order.
const BYTES_PER_CLAIM: i64 = 32_768 + 2_000 + 1_000;

/// Posts a claim with the publishable key of the first shop.
fn claim(merchant: &Merchant, sale: &Value) -> Answer {
    merchant.post_sale(sale).unwrap()
}

/// Reports a sale with the secret key, as the shop itself does.
fn report(merchant: &Merchant, sale: &Value) -> Answer {
    merchant.call("POST", "/api/orders/", &json!({"sale": sale})).unwrap()
}

/// Returns a sale whose one line is in this number of collections.
fn sale_in(id: &str, collections: usize) -> Value {
    let names: Vec<String> =
        (0..collections).map(|number| format!("collection {number}")).collect();
    let mut sale = two_mugs(id);
    sale["lines"][0]["collections"] = json!(names);
    sale
}

#[test]
fn two_thousand_hostile_claims_stay_within_the_bounds_of_the_bill_the_counter_and_the_database() {
    let merchant = merchant_without_campaigns("UTC");
    let capped = json!({"trees": [{"per_order": {"trees": 3}}], "cap_per_month": CAP});
    merchant.add_campaign("Capped", &capped).unwrap();
    for number in 0..CLAIMS {
        let size = if number % 50 == 0 { 900 } else { 0 };
        let claimed = claim(&merchant, &sale_in(&format!("hostile {number}"), size));
        assert!([200, 201].contains(&claimed.status), "{}", claimed.body);
    }
    let bill = merchant.call("GET", "/api/purchase_orders/open", &Value::Null).unwrap().json();
    assert!(bill["trees"].as_i64().unwrap() <= CAP, "{bill}");
    let address = format!("{}/api/totals/?shop={}", worker(), merchant.shops[0].id);
    let counted = http::call("GET", &address, &[], b"").unwrap().json();
    assert_eq!(counted["trees"], bill["trees"]);

    let stored = "SELECT coalesce(sum(length(s.facts) + length(s.evaluated_under)
            + coalesce((SELECT sum(length(reason)) FROM orders WHERE sale = s.id), 0)), 0)
        FROM sales s WHERE s.shop_id = ?1";
    let bytes = number(stored, &[&merchant.shops[0].id]);
    let claims = i64::try_from(CLAIMS).unwrap();
    assert!(bytes <= claims * BYTES_PER_CLAIM, "{bytes} bytes");
    println!("{CLAIMS} claims: {bytes} bytes stored, {} trees billed", bill["trees"]);

    // The shop's own report takes trees from claims under the first cap; the second campaign has no
    // cap.
    merchant.add_campaign("Mugs", &json!({"trees": [{"per_order": {"trees": 3}}]})).unwrap();
    let sold = report(&merchant, &two_mugs("a real buyer's"));
    assert_eq!((sold.status, &sold.json()["trees"]), (201, &json!(6)), "{}", sold.body);
}

/// The maximum bytes per day of one shop's claims that are on no bill, and a number of claims that
/// exceeds it.
const UNBILLED: i64 = 16_777_216;
const UNBILLED_CLAIMS: usize = 600;

#[test]
fn a_flood_of_claims_on_no_bill_stores_a_bounded_number_of_bytes_per_day_and_costs_no_buyer_a_sale()
{
    let merchant = merchant();
    let shop = merchant.shops[0].id.as_str();
    let long = "n".repeat(30_000 / 30);
    let unpaid = |id: &str| {
        let mut sale = two_mugs(id);
        sale["status"] = json!("placed");
        sale["lines"][0]["collections"] = json!(vec![long.as_str(); 29]);
        sale
    };
    let stored = || {
        let bytes =
            "SELECT coalesce(sum(length(CAST(facts AS BLOB))), 0) FROM sales WHERE shop_id = ?1";
        (number(bytes, &[shop]), stored_sales(&merchant))
    };
    thread::scope(|scope| {
        for first in 0..4 {
            let (merchant, unpaid) = (&merchant, &unpaid);
            scope.spawn(move || {
                for index in (first..UNBILLED_CLAIMS).step_by(4) {
                    let claimed = claim(merchant, &unpaid(&format!("forged {index}")));
                    assert_eq!((claimed.status, claimed.json()["trees"].clone()), (201, json!(2)));
                }
            });
        }
    });
    let (bytes, claims) = stored();
    assert!(bytes <= UNBILLED && bytes > UNBILLED / 2, "{bytes} bytes");
    assert!(claims < i64::try_from(UNBILLED_CLAIMS).unwrap(), "{claims} claims");

    // Claims of paid sales, held claims and the shop's own reports are still stored.
    claim(&merchant, &two_mugs("paid"));
    let mut held = two_mugs("held");
    held["lines"][0]["quantity"] = json!(60);
    claim(&merchant, &held);
    claim(&merchant, &unpaid("unpaid at first"));
    assert_eq!(stored().1, claims + 2);
    let reported = report(&merchant, &two_mugs("unpaid at first"));
    assert_eq!((reported.status, &reported.json()["trees"]), (201, &json!(2)), "{}", reported.body);
    let bill = merchant.call("GET", "/api/purchase_orders/open", &Value::Null).unwrap().json();
    assert_eq!(bill["trees"], 4, "{bill}");
    // The next day has its own limit.
    let mut next_day = unpaid("tomorrow");
    next_day["sold_at"] = json!("2026-11-23T08:51:49Z");
    claim(&merchant, &next_day);
    assert_eq!(stored().1, claims + 4);

    // The search for secrets reads the whole database at once, and this flood would be too large
    // for it.
    for delete in [
        "DELETE FROM orders WHERE sale IN (SELECT id FROM sales
            WHERE shop_id = ?1 AND sale_id LIKE 'forged %')",
        "DELETE FROM sales WHERE shop_id = ?1 AND sale_id LIKE 'forged %'",
    ] {
        sql(&worker(), delete, &[shop]).unwrap();
    }
}

#[test]
fn a_claim_beyond_what_is_stored_of_one_is_quarantined_and_its_shop_reports_it_in_full() {
    let merchant = merchant();
    let large = sale_in("large", 1_000);
    let mut larger = large.clone();
    let line = large["lines"][0].clone();
    larger["lines"] = json!([line, line, line]);
    let refused = claim(&merchant, &larger);
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert!(refused.body.contains("32768 bytes"), "{}", refused.body);
    assert_eq!(stored_sales(&merchant), 0);
    let listed = merchant.call("GET", "/api/quarantine/", &Value::Null).unwrap().json();
    assert_eq!(listed[0]["sale"], "large", "{listed}");
    assert_eq!(report(&merchant, &larger).status, 201);
    assert_eq!(claim(&merchant, &large).status, 201);
    assert_eq!(stored_sales(&merchant), 1);
}

#[test]
fn claims_that_nobody_confirms_expire_and_what_is_billed_stays() {
    let merchant = merchant();
    let sale_ids = |expected: &[&str]| {
        let listed = merchant.call("GET", "/api/sales/", &Value::Null).unwrap().json();
        let mut ids: Vec<&str> =
            listed.as_array().unwrap().iter().map(|sale| sale["sale"].as_str().unwrap()).collect();
        ids.sort_unstable();
        assert_eq!(ids, expected, "{listed}");
    };
    assert_eq!(claim(&merchant, &two_mugs("billed")).status, 201);
    let confirms = "UPDATE shops SET webhook_first_at = 0 WHERE id = ?1";
    sql(&worker(), confirms, &[&merchant.shops[0].id]).unwrap();
    for id in ["confirmed", "old", "recent"] {
        assert_eq!(claim(&merchant, &two_mugs(id)).status, 201, "{id}");
    }
    let mut test = two_mugs("test");
    test["test"] = json!(true);
    claim(&merchant, &test);
    // A claim of a paused merchant orders nothing.
    let pause = "UPDATE merchants SET paused_at = ?2, revision = revision + 1 WHERE id = ?1";
    sql(&worker(), pause, &[&merchant.id, "0"]).unwrap();
    claim(&merchant, &two_mugs("paused"));
    let resume = "UPDATE merchants SET paused_at = NULL, revision = revision + 1 WHERE id = ?1";
    sql(&worker(), resume, &[&merchant.id]).unwrap();
    sale_ids(&["billed", "confirmed", "old", "paused", "recent", "test"]);
    assert!(report(&merchant, &two_mugs("confirmed")).status < 300);
    let now = number("SELECT unixepoch() * 1000", &[]);
    let day = 24 * 60 * 60 * 1000;
    let age = |id: &str, days: i64| {
        let at = (now - days * day).to_string();
        for update in [
            "UPDATE orders SET received_at = ?2 WHERE sale = (SELECT id FROM sales
                WHERE shop_id = ?1 AND sale_id = ?3)",
            "UPDATE sales SET received_at = ?2 WHERE shop_id = ?1 AND sale_id = ?3",
        ] {
            sql(&worker(), update, &[&merchant.shops[0].id, &at, id]).unwrap();
        }
    };
    for (id, days) in [
        ("billed", 61),
        ("confirmed", 61),
        ("old", 61),
        ("paused", 61),
        ("recent", 59),
        ("test", 61),
    ] {
        age(id, days);
    }
    fire_cron(&worker(), now).unwrap();
    sale_ids(&["billed", "confirmed", "recent"]);
    let bill = merchant.call("GET", "/api/purchase_orders/open", &Value::Null).unwrap().json();
    assert_eq!(bill["trees"], 4, "{bill}");
}

#[test]
fn a_claim_writes_a_bounded_number_of_rows_and_a_repeated_one_none() {
    let state = repository().join("target/tests/rows-written-state");
    let variables = [("ENVIRONMENT", "development"), ("ENCRYPTION_KEYS", ENCRYPTION_KEY)];
    let worker = FaultyWorker::start(&state, env!("CARGO_BIN_EXE_supervise"), &variables).unwrap();
    let merchant = crate::merchant_of(&worker.url);
    let unpaid = |id: &str| {
        let mut sale = two_mugs(id);
        sale["status"] = json!("placed");
        sale
    };
    let held = |id: &str| {
        let mut sale = two_mugs(id);
        sale["lines"][0]["quantity"] = json!(60);
        sale
    };
    // The first claim of a month opens its purchase order and the rows of its sums.
    for first in [two_mugs("first"), unpaid("first unpaid"), held("first held")] {
        claim(&merchant, &first);
    }
    let assert_writes = |kind: &str, sale: &Value, most: u64| {
        worker.plan("none", 0).unwrap();
        claim(&merchant, sale);
        let rows = worker.rows_written().unwrap();
        println!("{kind}: {rows} rows");
        assert!(rows <= most, "{kind}: {rows} rows, {:?}", worker.calls());
        assert_eq!(rows == 0, most == 0, "{kind}");
    };
    // One row of each order is that of its quarter of an hour, from which pages show the days.
    assert_writes("billed", &two_mugs("billed"), 17);
    assert_writes("billed, repeated", &two_mugs("billed"), 0);
    assert_writes("unpaid", &unpaid("unpaid"), 12);
    assert_writes("unpaid, repeated", &unpaid("unpaid"), 0);
    assert_writes("held", &held("held"), 13);
    assert_writes("held, repeated", &held("held"), 0);
    let every_order = json!({"trees": [{"per_order": {"trees": 1}}]});
    merchant.add_campaign("Every order", &every_order).unwrap();
    claim(&merchant, &two_mugs("first under two"));
    assert_writes("billed under two campaigns", &two_mugs("billed under two"), 29);
    assert_writes("unpaid under two campaigns", &unpaid("unpaid under two"), 18);
}
