//! Settings > Purchase orders: the list, the open month day by day, and a closed one with everything
//! behind it.

use play_it_green_tests::digest::digest;
use play_it_green_tests::local_worker::sql;
use play_it_green_tests::merchant::Merchant;
use play_it_green_tests::sales::two_mugs;
use serde_json::{Value, json};

use super::sign_in;
use crate::{merchant, worker};

const PAGE: &str = "/settings/purchase-orders";

fn tell(merchant: &Merchant, sale: &Value) {
    let told = merchant.call("POST", "/api/orders/", &json!({ "sale": sale })).unwrap();
    assert!([200, 201].contains(&told.status), "{}", told.body);
}

fn sold(id: &str, at: &str) -> Value {
    let mut sale = two_mugs(id);
    sale["sold_at"] = json!(at);
    sale["updated_at"] = json!(at);
    sale
}

fn open(merchant: &Merchant) -> String {
    let open = merchant.call("GET", "/api/purchase_orders/open", &Value::Null).unwrap().json();
    open["id"].as_str().unwrap().to_owned()
}

/// Returns the cells of a row of a table, as text without tags.
fn cells(page: &str, first: &str) -> Vec<String> {
    let row = page.split("<tr>").find(|row| row.contains(first)).expect(first);
    let row = row.split("</tr>").next().unwrap();
    row.split("</td>")
        .filter_map(|cell| cell.rsplit_once('>').map(|(_, text)| text.trim().to_owned()))
        .filter(|text| !text.is_empty())
        .collect()
}

#[test]
fn the_open_month_is_shown_day_by_day_and_follows_every_change() {
    let merchant = merchant();
    let browser = sign_in(&merchant);
    assert!(browser.open(PAGE).unwrap().body.contains("No purchase orders yet"));
    tell(&merchant, &sold("1", "2026-11-20T23:59:59Z"));
    tell(&merchant, &sold("2", "2026-11-21T00:00:00Z"));
    tell(&merchant, &sold("3", "2026-11-21T12:00:00Z"));
    let id = open(&merchant);
    let list = browser.open(PAGE).unwrap().body;
    assert!(list.contains(&format!("href=\"{PAGE}/{id}\">November 2026")), "{list}");
    let days = || browser.open(&format!("{PAGE}/{id}")).unwrap().body;
    let page = days();
    assert_eq!(cells(&page, "20 November 2026"), ["20 November 2026", "1", "2", "2.00 USD"]);
    assert_eq!(cells(&page, "21 November 2026"), ["21 November 2026", "2", "4", "4.00 USD"]);
    assert_eq!(browser.open(&format!("{PAGE}/open")).unwrap().body, page);
    // A refund, a corrected date, and a cancellation.
    let mut returned = sold("3", "2026-11-21T12:00:00Z");
    returned["lines"][0]["refunded"] = json!(1);
    returned["updated_at"] = json!("2026-11-22T00:00:00Z");
    tell(&merchant, &returned);
    let mut moved = sold("2", "2026-11-19T00:00:00Z");
    moved["updated_at"] = json!("2026-11-22T00:00:00Z");
    tell(&merchant, &moved);
    let mut cancelled = sold("1", "2026-11-20T23:59:59Z");
    cancelled["status"] = json!("cancelled");
    cancelled["updated_at"] = json!("2026-11-22T00:00:00Z");
    tell(&merchant, &cancelled);
    let page = days();
    assert_eq!(cells(&page, "19 November 2026"), ["19 November 2026", "1", "2", "2.00 USD"]);
    assert_eq!(cells(&page, "21 November 2026"), ["21 November 2026", "1", "1", "1.00 USD"]);
    assert!(!page.contains("20 November 2026"), "{page}");
    let quarters =
        "SELECT coalesce(sum(q.orders), 0) = p.running_orders AND sum(q.trees) = p.running_trees
            AND sum(q.total) = p.running_total AND min(q.orders) = 0 AND min(q.trees) = 0
        FROM purchase_orders p JOIN purchase_order_quarters q ON q.purchase_order_id = p.id
        WHERE p.id = ?1";
    assert_eq!(sql(&worker(), quarters, &[&id]).unwrap()[0][0], 1);
}

#[test]
fn orders_and_credits_of_closed_months_have_rows_of_their_own_in_the_open_one() {
    let merchant = merchant();
    tell(&merchant, &sold("1", "2026-11-20T10:00:00Z"));
    merchant.end_month().unwrap();
    let mut returned = sold("1", "2026-11-20T10:00:00Z");
    returned["lines"][0]["refunded"] = json!(1);
    returned["updated_at"] = json!("2026-11-22T00:00:00Z");
    tell(&merchant, &returned);
    tell(&merchant, &sold("2", "2026-11-21T10:00:00Z"));
    let page = sign_in(&merchant).open(&format!("{PAGE}/open")).unwrap().body;
    assert!(page.contains("Reported after their month was closed"), "{page}");
    assert!(page.contains("Credits and carried-over totals"), "{page}");
    assert!(page.contains("data-label=\"Trees\">-1</td>"), "{page}");
}

#[test]
fn a_closed_purchase_order_shows_lines_orders_credits_payments_and_mails() {
    let merchant = merchant();
    merchant.with_email().unwrap();
    tell(&merchant, &sold("0", "2026-11-20T10:00:00Z"));
    merchant.end_month().unwrap();
    for number in 1..=52 {
        let trees = json!({"quantity": 1, "productCode": "PLAY1TREEAPI", "referenceNo": format!("ref-{number}")});
        merchant.call_at("2026-12-05T00:00:00Z", "POST", "/api/buy_trees", &trees).unwrap();
    }
    let mut returned = sold("0", "2026-11-20T10:00:00Z");
    returned["lines"][0]["refunded"] = json!(1);
    returned["updated_at"] = json!("2026-11-22T00:00:00Z");
    tell(&merchant, &returned);
    let id = open(&merchant);
    merchant.end_month().unwrap();
    let browser = sign_in(&merchant);
    let path = format!("{PAGE}/{id}");
    let page = browser.open(&path).unwrap().body;
    let order =
        merchant.call("GET", &format!("/api/purchase_orders/{id}"), &Value::Null).unwrap().json();
    let digest = order["digest"].as_str().unwrap();
    let link = order["pay_link"].as_str().unwrap();
    for text in [
        order["number"].as_str().unwrap(),
        digest,
        "Pay 51.00 USD",
        "Taken back: A tree for every mug",
        "No payment yet",
        "<h3>Purchase order <span",
        "/docs/digest.md",
        &format!("href=\"{link}/document\""),
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
    assert_eq!(page.matches("data-label=\"Total\"").count(), 2 + 1 + 50, "{page}");
    let next = page.split(&format!("{path}?after=ord_")).nth(1).expect("a second page");
    let next = next.split('#').next().unwrap();
    let second = browser.open(&format!("{path}?after=ord_{next}")).unwrap().body;
    assert!(second.contains("ref-") && !second.contains(&format!("{path}?after=ord_")), "{second}");
    let credits = browser.open(&format!("{path}?after=credits")).unwrap().body;
    assert!(credits.contains("so 1 tree is taken back") && !credits.contains("ref-"), "{credits}");
    let sheet = browser.open(&format!("{path}/items.csv")).unwrap();
    assert_eq!((sheet.status, sheet.header("cache-control")), (200, Some("no-store")));
    assert_eq!(sheet.body.lines().count(), 1 + 53, "{}", sheet.body);
    // Paid by card on the pay page.
    let pay = format!("{}{link}", worker());
    play_it_green_tests::http::call(
        "POST",
        &pay,
        &[("content-type", "application/x-www-form-urlencoded")],
        b"card=4242424242424242",
    )
    .unwrap();
    let page = browser.open(&path).unwrap().body;
    assert!(page.contains("Pay page, card ending in 4242 <span class=\"badge \">Paid"), "{page}");
    assert!(!page.contains("Pay 51.00 USD"), "{page}");
}

#[test]
fn the_pages_of_a_purchase_order_are_the_owners_alone() {
    let (owner, other) = (merchant(), merchant());
    tell(&owner, &sold("1", "2026-11-20T10:00:00Z"));
    let id = open(&owner);
    let strangers = sign_in(&other);
    for part in ["", "/items.csv", "/records"] {
        let path = format!("{PAGE}/{id}{part}");
        let foreign = strangers.open(&path).unwrap();
        let missing = strangers.open(&path.replace(&id, "po_1")).unwrap();
        assert_eq!((foreign.status, missing.status), (404, 404), "{path}");
        assert_eq!(foreign.body, missing.body, "{path}");
        let visitor = play_it_green_tests::browser::Browser::new(&worker()).unwrap();
        assert_eq!(visitor.open(&path).unwrap().status, 401, "{path}");
    }
}

#[test]
fn the_records_of_a_closed_purchase_order_are_what_its_digest_covers() {
    let merchant = merchant();
    tell(&merchant, &sold("1", "2026-11-20T10:00:00Z"));
    let id = open(&merchant);
    let browser = sign_in(&merchant);
    let path = format!("{PAGE}/{id}/records");
    assert_eq!(browser.open(&path).unwrap().status, 404, "an open one has no digest");
    merchant.end_month().unwrap();
    let records = browser.open(&path).unwrap();
    assert_eq!(records.header("cache-control"), Some("no-store"));
    let records = records.json();
    let rows = |name: &str| records[name].as_array().unwrap().clone();
    let computed = digest(&records["order"], &rows("lines"), &rows("items"));
    assert_eq!(records["order"]["digest"], computed);
    assert_eq!(records["has_more"], false);
    let after = rows("items")[0]["id"].as_str().unwrap().to_owned();
    let rest = browser.open(&format!("{path}?after={after}")).unwrap().json();
    assert_eq!((&rest["items"], rest.get("lines")), (&json!([]), None));
}

#[test]
fn only_the_page_of_a_bill_that_can_be_recomputed_runs_a_script_of_this_server() {
    let merchant = merchant();
    tell(&merchant, &sold("1", "2026-11-20T10:00:00Z"));
    let id = open(&merchant);
    let browser = sign_in(&merchant);
    let policy = || {
        let page = browser.open(&format!("{PAGE}/{id}")).unwrap();
        let policy = page.header("content-security-policy").unwrap_or_default().to_owned();
        assert_eq!(page.body.matches("<script").count(), policy.matches("script-src").count());
        policy
    };
    assert!(!policy().contains("script-src"), "open");
    merchant.end_month().unwrap();
    assert!(
        policy().contains("script-src 'self' 'wasm-unsafe-eval'; connect-src 'self';"),
        "{}",
        policy()
    );
    let before = "UPDATE purchase_orders SET digest_covers = 'lines' WHERE id = ?1";
    sql(&worker(), before, &[&id]).unwrap();
    assert!(!policy().contains("script-src"), "a digest of the lines");
}
