//! A shop's own list of its orders completes what deliveries missed: each order counts once, however
//! often the list is imported, and the report adds up to the list.

#![allow(clippy::arithmetic_side_effects, reason = "a test that overflows may panic")]

use std::fmt::Write as _;

use play_it_green_tests::database::dump;
use play_it_green_tests::http::{self, Answer};
use play_it_green_tests::local_worker::{ENCRYPTION_KEY, LocalWorker, repository, sql};
use serde_json::{Value, json};

use crate::webhooks::{Shop, sample_json};
use crate::worker;

const COLUMNS: &str = "order_id,order_number,order_date,paid_date,status,shipping_total,tax_total,\
    order_total,order_currency,payment_method,billing_email,line_item_1,refunded_total\n";

/// An order of WooCommerce in the export of a plugin: two mugs of 35.98 in all.
fn row(id: u64, date: &str, status: &str, refunded: &str) -> String {
    format!(
        "{id},{id},{date},{date},{status},5.00,0.00,40.98,USD,bacs,ada.buyer@example.com,\
         name:Blue mug|product_id:11|sku:MUG-BLUE|quantity:2|total:35.98,{refunded}\n"
    )
}

fn file(rows: &[String]) -> String {
    format!("{COLUMNS}{}", rows.concat())
}

/// Sends one piece of a file.
fn send(shop: &Shop, query: &str, body: &[u8]) -> Answer {
    let merchant = &shop.merchant;
    let url = format!("{}/api/shops/{}/imports{query}", merchant.worker, merchant.shops[0].id);
    let authorization = format!("Bearer {}", merchant.secret_key);
    http::call("POST", &url, &[("authorization", &authorization)], body).unwrap()
}

/// Sends a whole file as the description of the API says, and returns the sums of the counts.
fn import(shop: &Shop, file: &str, dry_run: bool) -> Value {
    let (file, piece) = (file.as_bytes(), 50_000);
    let counts = ["rows", "orders", "new", "changed", "unchanged", "refused"];
    let (mut sums, mut at, mut header) = ([0_i64; 6], 0, 0);
    while at < file.len() {
        let (begins, end) = (if at == 0 { 0 } else { header }, file.len().min(at + piece));
        let body = [&file[..begins], &file[at..end]].concat();
        let query = format!("?dry_run={dry_run}&is_last={}", end == file.len());
        let answer = send(shop, &query, &body);
        assert_eq!(answer.status, 200, "{}", answer.body);
        let read = answer.json();
        for (sum, count) in sums.iter_mut().zip(counts) {
            *sum += read[count].as_i64().unwrap();
        }
        let bytes = |field: &str| usize::try_from(read[field].as_u64().unwrap()).unwrap();
        header = bytes("header_bytes");
        at += bytes("read_bytes") - begins;
        if read["is_complete"] == true && end == file.len() {
            break;
        }
    }
    counts.into_iter().zip(sums).map(|(count, sum)| (count.to_owned(), json!(sum))).collect()
}

fn report(shop: &Shop) -> Value {
    let path = format!("/api/shops/{}/reconciliation", shop.merchant.shops[0].id);
    let report = shop.merchant.call("GET", &path, &Value::Null).unwrap().json();
    for month in report.as_array().unwrap() {
        let count = |column: &str| month[column].as_i64().unwrap();
        let columns = ["counted", "unconfirmed", "refused", "never_heard_of"];
        assert_eq!(columns.map(count).iter().sum::<i64>(), count("in_shop"), "{month}");
    }
    report
}

fn month(shop: &Shop, month: &str) -> [i64; 5] {
    let report = report(shop);
    let months = report.as_array().unwrap();
    let found = months.iter().find(|row| row["month"] == month).expect(month);
    ["in_shop", "counted", "unconfirmed", "refused", "never_heard_of"]
        .map(|column| found[column].as_i64().unwrap())
}

fn sales(shop: &Shop) -> Vec<String> {
    let query = "SELECT sale_id FROM sales WHERE shop_id = ?1 ORDER BY CAST(sale_id AS INTEGER)";
    let rows = sql(&shop.merchant.worker, query, &[&shop.merchant.shops[0].id]).unwrap();
    rows.iter().map(|row| row[0].as_str().unwrap().to_owned()).collect()
}

/// The shop delivers an order that was sold in this minute of 22 November 2026.
fn deliver(shop: &Shop, id: u64) {
    let mut order = sample_json("woocommerce-order-created.http");
    order["id"] = json!(id);
    order["number"] = json!(id.to_string());
    assert_eq!(shop.deliver_json(&order).status, 200);
}

#[test]
fn a_dry_run_counts_and_stores_no_sale_and_a_second_import_changes_nothing() {
    let shop = Shop::woocommerce();
    deliver(&shop, 1);
    let rows = [
        row(1, "2026-11-22 08:50:40", "processing", "0"),
        row(2, "2026-11-22 09:00:00", "completed", "0"),
        row(3, "2026-11-22 09:10:00", "on-hold", "0"),
        row(4, "yesterday", "completed", "0"),
        row(5, "2026-10-31 09:00:00", "cancelled", "0"),
    ];
    let file = file(&rows);
    let counted = import(&shop, &file, true);
    let expected = json!({"rows": 5, "orders": 5, "new": 3, "changed": 0, "unchanged": 1,
        "refused": 1});
    assert_eq!((counted, sales(&shop)), (expected.clone(), vec!["1".to_owned()]));
    assert_eq!(month(&shop, "2026-11"), [3, 1, 0, 0, 2]);

    assert_eq!(import(&shop, &file, false), expected);
    assert_eq!(
        (sales(&shop), shop.trees()),
        (["1", "2", "3", "5"].map(String::from).into(), json!(4))
    );
    assert_eq!(
        (month(&shop, "2026-11"), month(&shop, "2026-10")),
        ([3, 3, 0, 0, 0], [1, 1, 0, 0, 0])
    );
    let report = report(&shop);
    let undated =
        report.as_array().unwrap().iter().find(|row| row["month"] == Value::Null).unwrap();
    assert_eq!(undated["refused"], 1);
    assert!(
        undated["reasons"][0]["problem"].as_str().unwrap().contains("Order date is not a date"),
        "{undated}"
    );

    let before = dump(&worker()).unwrap();
    let again =
        json!({"rows": 5, "orders": 5, "new": 0, "changed": 0, "unchanged": 4, "refused": 1});
    assert_eq!(import(&shop, &file, false), again);
    assert_eq!(dump(&worker()).unwrap(), before);
    assert!(!before.contains("ada.buyer@"), "an export's personal data is not stored");
}

#[test]
fn five_lost_confirmations_are_on_the_bill_once_after_an_import() {
    let shop = Shop::woocommerce();
    deliver(&shop, 1);
    for id in ["11", "12", "13", "14", "15"] {
        assert_eq!(shop.claim(id)["orders"][0]["state"], "unconfirmed");
    }
    assert_eq!(shop.trees(), 2);
    let now = &shop.merchant.call("GET", "/api/orders/?sale=11", &Value::Null).unwrap().json();
    let sold_at = now[0]["sold_at"].as_str().unwrap().get(..19).unwrap().to_owned();
    let rows: Vec<String> = (11..=15).map(|id| row(id, &sold_at, "processing", "0")).collect();
    let file = file(&rows);
    for new in [5, 0] {
        assert_eq!(import(&shop, &file, false)["new"], new);
        assert_eq!(shop.trees(), 12);
    }
}

#[test]
fn a_refusal_names_its_row_and_a_file_that_is_none_says_so() {
    let shop = Shop::woocommerce();
    let rows = [row(1, "2026-11-22 09:00:00", "completed", "0"), row(2, "", "completed", "0")];
    let refused = send(&shop, "", file(&rows).as_bytes()).json();
    assert_eq!((&refused["new"], &refused["refused"]), (&json!(1), &json!(1)));
    assert_eq!(
        (&refused["refusals"][0]["row"], &refused["refusals"][0]["sale"]),
        (&json!(3), &json!("2"))
    );
    for (body, message) in [
        ("", "The file is empty"),
        ("Handle,Title\nmug,Mug\n", "does not name the columns"),
        ("Name,Financial Status,Subtotal,Created at\n#1,paid,1,2026-11-22\n", "no column \"Id\""),
        ("[{\"id\": 1}, oops]", "malformed after 1 orders"),
    ] {
        let answer = send(&shop, "", body.as_bytes());
        assert_eq!(answer.status, 422, "{}", answer.body);
        assert!(answer.json()["message"].as_str().unwrap().contains(message), "{}", answer.body);
    }
    let unfinished = send(&shop, "?is_last=false", b"order_id,status,order_date\n1,comp");
    assert_eq!(unfinished.status, 422, "{}", unfinished.body);
}

#[test]
fn a_closed_month_gets_late_lines_and_credits_and_is_never_edited() {
    let shop = Shop::woocommerce();
    deliver(&shop, 1);
    shop.merchant.end_month().unwrap();
    let closed = || {
        let orders = shop.merchant.call("GET", "/api/purchase_orders/", &Value::Null).unwrap();
        let orders = orders.json();
        let closed = orders.as_array().unwrap().iter().find(|order| order["period"] == "2026-11");
        let closed = closed.unwrap();
        let lines = format!("/api/purchase_orders/{}/lines", closed["id"].as_str().unwrap());
        let lines = shop.merchant.call("GET", &lines, &Value::Null).unwrap().json();
        json!([closed["digest"], closed["trees"], closed["total"], lines])
    };
    let before = closed();
    assert_eq!(before[1], 2);
    let rows = [
        row(1, "2026-11-22 08:50:40", "refunded", "40.98"),
        row(2, "2026-11-22 09:00:00", "completed", "0"),
    ];
    let counted = import(&shop, &file(&rows), false);
    assert_eq!((&counted["changed"], &counted["new"]), (&json!(1), &json!(1)));
    assert_eq!(closed(), before);
    let open = shop.merchant.call("GET", "/api/purchase_orders/open", &Value::Null).unwrap().json();
    assert_eq!(open["trees"], 0, "a late line of 2 trees, and a credit of 2: {open}");
}

#[test]
fn a_file_without_ids_finds_sales_by_their_numbers_and_adds_none_that_could_be_another() {
    let columns = "Date,\"Order #\",Status,Product(s),\"Items sold\",Coupon(s),\"N. Revenue\"\n";
    let orders = |numbers: [u64; 2]| {
        let mut file = columns.to_owned();
        for number in numbers {
            let row = "\"2026-11-22 09:00:00\",{},Completed,\"2\u{d7} Blue mug\",2,,35.98";
            writeln!(file, "{}", row.replace("{}", &number.to_string())).unwrap();
        }
        file
    };
    let plain = Shop::woocommerce();
    deliver(&plain, 1);
    let counted = import(&plain, &orders([1, 2]), false);
    assert_eq!((&counted["unchanged"], &counted["new"]), (&json!(1), &json!(1)));
    assert_eq!((sales(&plain), plain.trees()), (["1", "2"].map(String::from).into(), json!(4)));

    let numbering = Shop::woocommerce();
    let mut order = sample_json("woocommerce-order-created.http");
    (order["id"], order["number"]) = (json!(900), json!("1"));
    numbering.deliver_json(&order);
    let counted = import(&numbering, &orders([1, 2]), false);
    assert_eq!((&counted["unchanged"], &counted["refused"]), (&json!(1), &json!(1)));
    assert_eq!((sales(&numbering), numbering.trees()), (vec!["900".to_owned()], json!(2)));
}

#[test]
fn json_of_the_shops_own_api_and_of_ours_is_imported_with_products() {
    let shop = Shop::woocommerce();
    let mut order = sample_json("woocommerce-order-created.http");
    order["id"] = json!(7);
    let mut sale = play_it_green_tests::sales::two_mugs("8");
    sale["platform"] = json!("woocommerce");
    let counted = import(&shop, &json!([order, sale]).to_string(), false);
    assert_eq!((&counted["new"], shop.trees()), (&json!(2), json!(4)));
    let lines = format!("{order}\n{sale}\n");
    assert_eq!(import(&shop, &lines, false)["unchanged"], 2);
}

#[test]
fn an_order_that_a_file_names_several_times_is_new_once() {
    let shop = Shop::woocommerce();
    let mut order = sample_json("woocommerce-order-created.http");
    order["id"] = json!(7);
    let file = json!([order, order, order, order]).to_string();
    for (dry_run, new) in [(true, 1), (false, 1), (false, 0)] {
        let counted = import(&shop, &file, dry_run);
        assert_eq!((&counted["new"], &counted["unchanged"]), (&json!(new), &json!(4 - new)));
    }
    assert_eq!((sales(&shop), shop.trees()), (vec!["7".to_owned()], json!(2)));
}

/// Deliveries of `count` orders, of which every tenth and all that come while the Worker is stopped
/// are lost; then one import of the shop's own list. Returns the seconds of each part.
fn after_losses(count: u64) -> [f64; 2] {
    let state = repository().join(format!("target/tests/losses-{count}"));
    let mut running = Some(LocalWorker::start(&state, 0).unwrap());
    let shop = Shop::woocommerce_at(&running.as_ref().unwrap().url);
    let stopped = (count / 3)..(count / 3 + count / 20);
    // A generator with a fixed seed, so that a failure can be repeated.
    let mut random: u64 = 20_261_128;
    let mut rows = Vec::new();
    let mut lost = 0;
    let begun = std::time::Instant::now();
    let mut shop = shop;
    for id in 1..=count {
        random =
            random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let is_dropped = (random >> 33).is_multiple_of(10);
        if id == stopped.start {
            running = None;
        }
        if id == stopped.end {
            let restarted = LocalWorker::restart_with_keys(&state, 0, ENCRYPTION_KEY).unwrap();
            shop = shop.at(&restarted.url);
            running = Some(restarted);
        }
        let minute = id % 60;
        rows.push(row(id, &format!("2026-11-22 09:{minute:02}:00"), "processing", "0"));
        let mut order = sample_json("woocommerce-order-created.http");
        order["id"] = json!(id);
        order["number"] = json!(id.to_string());
        order["date_created_gmt"] = json!(format!("2026-11-22T09:{minute:02}:00"));
        let delivered = !is_dropped && shop.try_deliver(&order) == Some(200);
        lost += u64::from(!delivered);
    }
    assert!(running.is_some());
    let delivered = begun.elapsed().as_secs_f64();
    assert!(lost >= count / 20 + count / 20, "{lost} of {count} deliveries were lost");
    assert_eq!(u64::try_from(sales(&shop).len()).unwrap(), count - lost);

    let file = file(&rows);
    let total = i64::try_from(count).unwrap();
    let missing = i64::try_from(lost).unwrap();
    import(&shop, &file, true);
    assert_eq!(month(&shop, "2026-11"), [total, total - missing, 0, 0, missing]);
    let begun = std::time::Instant::now();
    let counted = import(&shop, &file, false);
    let imported = begun.elapsed().as_secs_f64();
    assert_eq!(
        (&counted["new"], &counted["unchanged"]),
        (&json!(missing), &json!(total - missing))
    );
    let all: Vec<String> = (1..=count).map(|id| id.to_string()).collect();
    assert_eq!(sales(&shop), all, "nothing is missing and nothing doubled");
    assert_eq!(month(&shop, "2026-11"), [total, total, 0, 0, 0]);
    assert_eq!(shop.trees(), json!(2 * count));
    println!(
        "{count} orders, {lost} lost: {delivered:.1} s of deliveries, {imported:.1} s of import"
    );
    [delivered, imported]
}

#[test]
fn after_lost_deliveries_and_a_stop_one_import_leaves_nothing_missing_and_nothing_doubled() {
    after_losses(300);
}

#[test]
#[ignore = "takes minutes: cargo test --package play-it-green-tests --test api -- --ignored 10_000"]
fn the_same_holds_for_10_000_orders() {
    after_losses(10_000);
}
