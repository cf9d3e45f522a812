//! The form of a campaign: what it stores, refuses and tries.

use order_events::Timestamp;
use play_it_green_tests::browser::Browser;
use play_it_green_tests::database::dump;
use play_it_green_tests::http::Answer;
use play_it_green_tests::local_worker::sql;
use play_it_green_tests::merchant::Merchant;
use play_it_green_tests::sales::{sold_now, two_mugs};
use serde_json::{Value, json};

use super::campaigns::now;
use super::{sign_in, token};
use crate::{merchant, merchant_without_campaigns, number, worker};

const PAGE: &str = "/settings/campaigns";

/// Returns a merchant without campaigns, and its signed-in browser.
fn signed_in() -> (Browser, Merchant) {
    let merchant = merchant_without_campaigns("Europe/Berlin");
    (sign_in(&merchant), merchant)
}

/// Sends the form of a new campaign.
fn make(browser: &mut Browser, fields: &str) -> Answer {
    let page = browser.open(&format!("{PAGE}/new")).unwrap().body;
    browser.send(PAGE, &format!("form={}&{fields}", token(&page))).unwrap()
}

fn campaigns(merchant: &Merchant) -> Vec<Value> {
    let list = merchant.call("GET", "/api/campaigns/", &Value::Null).unwrap().json();
    list.as_array().unwrap().clone()
}

/// Reports a sale as the shop's server does; returns its trees.
fn trees_of(merchant: &Merchant, sale: &Value) -> u64 {
    let told = merchant.call("POST", "/api/orders/", &json!({ "sale": sale })).unwrap();
    told.json()["trees"].as_u64().unwrap()
}

#[test]
fn a_new_campaign_orders_trees_and_a_form_that_is_sent_twice_makes_one() {
    let (mut browser, merchant) = signed_in();
    let page = browser.open(&format!("{PAGE}/new")).unwrap().body;
    let form = format!("form={}&name=Every+order&kind=order&trees=1", token(&page));
    let made = browser.send(PAGE, &form).unwrap();
    assert_eq!((made.status, made.header("location")), (303, Some(PAGE)), "{}", made.body);
    assert_eq!(browser.send(PAGE, &form).unwrap().status, 409);
    let stored = campaigns(&merchant);
    assert_eq!(stored.len(), 1, "{stored:?}");
    let expected = json!({"when": null, "trees": [{"per_order": {"trees": 1}}],
        "cap_per_order": null, "cap_per_month": null});
    assert_eq!(stored[0]["conditions"], expected);
    assert_eq!(trees_of(&merchant, &sold_now(two_mugs("1"))), 1);
}

#[test]
fn every_field_becomes_its_condition() {
    let (mut browser, merchant) = signed_in();
    let shop = &merchant.shops[0].id;
    let made = make(
        &mut browser,
        &format!(
            "name=Mugs&kind=item&trees=2&match=sku&value=MUG-BLUE&value=&value=MUG-RED\
             &values=CUP%0D%0A%0D%0AMUG-RED&each=9&currency=usd&minimum=20.50&coupon=SPRING\
             &coupons=SUMMER&opted_in=yes&shop={shop}&starts_at=2026-11-01T00%3A00\
             &ends_at=2026-12-24T18%3A00&cap_per_order=10&cap_per_month=1000"
        ),
    );
    assert_eq!(made.status, 303, "{}", made.body);
    let stored = &campaigns(&merchant)[0];
    let expected = json!({
        "when": {"all": [
            {"minimum_amount": {"amount": 2050, "currency": "USD"}},
            {"coupon": ["SPRING", "SUMMER"]}, "opted_in", {"shop": [shop]},
        ]},
        "trees": [{"per_item": {"items": {"sku": ["MUG-BLUE", "MUG-RED", "CUP"]}, "trees": 2}}],
        "cap_per_order": 10, "cap_per_month": 1000
    });
    assert_eq!(stored["conditions"], expected);
    assert_eq!(stored["starts_at"], "2026-10-31T23:00:00Z");
    assert_eq!(stored["ends_at"], "2026-12-24T17:00:00Z");
    let path = format!("{PAGE}/{}", stored["id"].as_str().unwrap());
    let page = browser.open(&path).unwrap().body;
    for text in [
        "value=\"MUG-BLUE\"",
        "value=\"20.50\"",
        "value=\"SUMMER\"",
        "value=\"2026-11-01T00:00\"",
        "2 trees for each item with the SKU MUG-BLUE, MUG-RED or CUP, for orders of at least \
         20.50 USD and with the coupon SPRING or SUMMER and whose customer opted in and in the shop \
         Mugs online; at most 10 trees per order and 1000 trees per month.",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
}

#[test]
fn an_error_stands_beside_its_field_and_nothing_typed_is_lost() {
    let (mut browser, merchant) = signed_in();
    let typed =
        "name=Mugs&match=sku&value=MUG-BLUE&minimum=20&currency=EUR&ends_at=2030-01-01T00%3A00";
    for (fields, field, why) in [
        ("kind=item&trees=0", "trees", "Must be at least 1."),
        ("kind=item&trees=many", "trees", "Write a whole number"),
        ("kind=amount&trees=1&each=", "each", "Write an amount"),
        ("kind=item&trees=1&cap_per_order=0", "cap_per_order", "Must be at least 1."),
    ] {
        let refused = make(&mut browser, &format!("{typed}&{fields}"));
        assert_eq!(refused.status, 422, "{fields}");
        let flaw = format!("id=\"{field}-flaw\" role=\"alert\">{why}");
        assert!(refused.body.contains(&flaw), "{fields}: {}", refused.body);
        let shown = refused.body.matches(" aria-invalid=\"true\"").count();
        assert_eq!(shown, 1, "{fields}: {}", refused.body);
        for kept in ["value=\"Mugs\"", "value=\"MUG-BLUE\"", "value=\"2030-01-01T00:00\""] {
            assert!(refused.body.contains(kept), "{fields}, {kept}: {}", refused.body);
        }
    }
    assert!(campaigns(&merchant).is_empty());
}

#[test]
fn a_change_replaces_only_the_version_that_its_owner_saw() {
    let merchant = merchant();
    let mut browser = sign_in(&merchant);
    let id = campaigns(&merchant)[0]["id"].as_str().unwrap().to_owned();
    let path = format!("{PAGE}/{id}");
    assert_eq!(browser.send(&format!("{path}/pause"), "").unwrap().status, 303);
    let form = "name=Cups&kind=item&trees=3&match=sku&value=CUP";
    let stale = browser.send(&path, &format!("version=1&{form}")).unwrap();
    assert_eq!(stale.status, 409);
    assert!(stale.body.contains("changed at the same moment"), "{}", stale.body);
    assert!(stale.body.contains("value=\"Cups\""), "{}", stale.body);
    assert_eq!(campaigns(&merchant)[0]["version"], 2);
    let saved = browser.send(&path, &format!("version=2&{form}")).unwrap();
    assert_eq!(saved.status, 303, "{}", saved.body);
    let stored = &campaigns(&merchant)[0];
    assert_eq!((&stored["version"], &stored["name"]), (&json!(3), &json!("Cups")));
    let page = browser.open(PAGE).unwrap().body;
    assert!(page.contains("3 trees for each item with the SKU CUP."), "{page}");
    assert!(page.contains("paused since"), "an edit leaves the pause as it is: {page}");
}

#[test]
fn conditions_beyond_the_fields_are_a_sentence_and_json_that_can_be_edited() {
    let (mut browser, merchant) = signed_in();
    let conditions = json!({"when": {"any": [{"coupon": ["A"]}, {"not": {"coupon": ["B"]}}]},
        "trees": [{"per_order": {"trees": 1}}, {"per_order": {"trees": 2}}]});
    let id = merchant.add_campaign("Nested", &conditions).unwrap();
    let path = format!("{PAGE}/{id}");
    let page = browser.open(&path).unwrap().body;
    let sentence = "1 tree for every order and 2 trees for every order, for orders (with the coupon \
        A or without the coupon B).";
    assert!(page.contains(sentence) && page.contains("name=\"conditions\""), "{page}");
    assert!(!page.contains("name=\"kind\"") && !page.contains("Edit with fields"), "{page}");
    let frame = "name=Nested&version=1&as=json&starts_at=2020-01-01T01%3A00&conditions=";
    for (text, why) in [
        ("%7B%22trees%22%3A", "EOF while parsing"),
        ("%7B%22trees%22%3A%5B%5D%7D", "Trees: is empty"),
    ] {
        let refused = browser.send(&path, &format!("{frame}{text}")).unwrap();
        assert_eq!(refused.status, 422, "{text}");
        assert!(refused.body.contains("id=\"conditions-flaw\""), "{}", refused.body);
        assert!(refused.body.contains(why), "{}", refused.body);
        assert!(refused.body.contains("{&#34;trees&#34;:"), "{}", refused.body);
    }
    let text = "%7B%22trees%22%3A%5B%7B%22per_order%22%3A%7B%22trees%22%3A7%7D%7D%5D%7D";
    let saved = browser.send(&path, &format!("{frame}{text}")).unwrap();
    assert_eq!(saved.status, 303, "{}", saved.body);
    let stored = &campaigns(&merchant)[0];
    assert_eq!(stored["conditions"]["trees"], json!([{"per_order": {"trees": 7}}]));
    assert_eq!(stored["starts_at"], "2020-01-01T00:00:00Z");
}

#[test]
fn the_preview_comes_to_the_trees_that_the_same_sales_order() {
    // A cap per month is for the sales that arrive first, not for those that are sold first.
    let began = now() - 60_000;
    let at = |milliseconds| Timestamp::from_milliseconds(milliseconds).unwrap().to_rfc3339();
    let sales: Vec<Value> = (0..12_u64)
        .map(|number| {
            let mut sale = two_mugs(&number.to_string());
            for field in ["sold_at", "updated_at"] {
                sale[field] = json!(at(began - i64::try_from(number).unwrap() * 1000));
            }
            sale["lines"][0]["quantity"] = json!(number % 5 + 1);
            if number % 3 == 0 {
                sale["coupons"] = json!(["SPRING"]);
            }
            if number == 5 {
                sale["status"] = json!("placed");
            }
            sale["test"] = json!(number == 7);
            sale
        })
        .collect();
    let report = |merchant: &Merchant| {
        for (sale, second) in sales.iter().zip(1..) {
            let (now, body) = (at(began + second * 1000), json!({ "sale": sale }));
            let told = merchant.call_at(&now, "POST", "/api/orders/", &body).unwrap();
            assert!([200, 201].contains(&told.status), "{}", told.body);
        }
    };
    let (mut browser, owner) = signed_in();
    report(&owner);
    let before = dump(&worker()).unwrap();
    let typed =
        "name=Try&kind=item&trees=1&match=sku&value=MUG-BLUE&cap_per_order=4&cap_per_month=20";
    let tried = make(&mut browser, &format!("{typed}&do=preview"));
    assert_eq!(tried.status, 200, "{}", tried.body);
    assert_eq!(dump(&worker()).unwrap(), before, "nothing is stored");
    let other = merchant_without_campaigns("Europe/Berlin");
    other
        .add_campaign(
            "The same",
            &json!({"trees": [{"per_item": {"items": {"sku": ["MUG-BLUE"]}, "trees": 1}}],
                "cap_per_order": 4, "cap_per_month": 20}),
        )
        .unwrap();
    report(&other);
    let bill = other.call("GET", "/api/purchase_orders/open", &Value::Null).unwrap().json();
    let billed = "SELECT count(*) FROM orders WHERE merchant_id = ?1 AND trees > 0
        AND purchase_order_id IS NOT NULL";
    let (orders, trees) = (number(billed, &[&other.id]), bill["trees"].as_u64().unwrap());
    let told = format!(
        "11 sales in the last 30 days: {orders} would have planted {trees} trees, for {trees}.00 USD."
    );
    assert!(tried.body.contains(&told), "{told}: {}", tried.body);
    assert!(tried.body.contains("1 more would plant when they are paid."), "{}", tried.body);
    assert!(tried.body.contains("value=\"MUG-BLUE\""), "what was typed stays");
}

#[test]
fn the_preview_looks_at_as_many_of_the_latest_sales_as_a_simulation_may_and_says_how_many() {
    let many_titles = json!({"title": "m".repeat(1_000)});
    let long_facts = json!({"sku": "S".repeat(300)});
    for (sales, lines, changed, looked_at) in [(20, 7, many_titles, 18), (3, 250, long_facts, 2)] {
        let (mut browser, merchant) = signed_in();
        for number in 0..sales {
            let mut sale = sold_now(two_mugs(&number.to_string()));
            let mut line = sale["lines"][0].clone();
            line.as_object_mut().unwrap().extend(changed.as_object().unwrap().clone());
            sale["lines"] = json!(vec![line; lines]);
            let told = merchant.call("POST", "/api/orders/", &json!({ "sale": sale })).unwrap();
            assert_eq!(told.status, 200, "{}", told.body);
        }
        let tried = make(&mut browser, "name=Try&kind=order&trees=1&do=preview");
        let found = format!(
            "The latest {looked_at} sales in the last 30 days: {looked_at} would have planted \
             {looked_at} trees"
        );
        assert!(tried.body.contains(&found), "{found}: {}", tried.body);
        let note = format!("Only the latest {looked_at} sales were looked at.");
        assert!(tried.body.contains(&note), "{note}: {}", tried.body);
    }
}

#[test]
fn what_the_shop_sold_is_offered() {
    let (browser, merchant) = signed_in();
    let mut sale = two_mugs("1");
    sale["coupons"] = json!(["SPRING"]);
    trees_of(&merchant, &sale);
    let page = browser.open(&format!("{PAGE}/new")).unwrap().body;
    assert!(page.contains("<option value=\"MUG-BLUE\" label=\"SKU: Blue mug\">"), "{page}");
    assert!(page.contains("<option value=\"SPRING\">"), "{page}");
    let (other, _) = signed_in();
    assert!(!other.open(&format!("{PAGE}/new")).unwrap().body.contains("MUG-BLUE"));
}

#[test]
fn a_copy_is_a_new_campaign_with_the_same_rule_and_without_dates_and_pauses() {
    let merchant = merchant();
    let mut browser = sign_in(&merchant);
    let id = campaigns(&merchant)[0]["id"].as_str().unwrap().to_owned();
    browser.send(&format!("{PAGE}/{id}/pause"), "").unwrap();
    let page = browser.open(&format!("{PAGE}/new?from={id}")).unwrap().body;
    assert!(page.contains("value=\"Copy of A tree for every mug\""), "{page}");
    assert!(page.contains("value=\"MUG-BLUE\"") && !page.contains("2020-01-01"), "{page}");
    let foreign = sign_in(&merchant_without_campaigns("UTC"));
    let page = foreign.open(&format!("{PAGE}/new?from={id}")).unwrap().body;
    assert!(!page.contains("Copy of") && !page.contains("MUG-BLUE"), "{page}");
}

#[test]
fn the_limits_of_the_api_hold_for_the_page() {
    let (mut browser, merchant) = signed_in();
    let insert = "INSERT INTO campaigns
            (id, merchant_id, version, name, starts_at, conditions, created_at)
        SELECT 'camp_' || lower(hex(randomblob(16))), ?1, 1, 'Many', 0,
            '{\"trees\": [{\"per_order\": {\"trees\": 1}}]}', 0
        FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50)
            SELECT i FROM n)";
    sql(&worker(), insert, &[&merchant.id]).unwrap();
    let refused = make(&mut browser, "name=One+more&kind=order&trees=1");
    assert_eq!(refused.status, 409);
    assert!(refused.body.contains("There are 50 campaigns, the most allowed"), "{}", refused.body);
    assert!(refused.body.contains("value=\"One more\""), "{}", refused.body);
    assert_eq!(
        number("SELECT count(*) FROM campaigns WHERE merchant_id = ?1", &[&merchant.id]),
        50
    );
}

#[test]
fn another_merchants_campaign_can_be_neither_seen_nor_changed() {
    let (mut browser, _) = signed_in();
    let foreign = campaigns(&merchant())[0]["id"].as_str().unwrap().to_owned();
    let (theirs, none) = (format!("{PAGE}/{foreign}"), format!("{PAGE}/camp_none"));
    let before = dump(&worker()).unwrap();
    let (seen, unknown) = (browser.open(&theirs).unwrap(), browser.open(&none).unwrap());
    assert_eq!((seen.status, seen.body), (404, unknown.body));
    let form = "version=1&name=Mine&kind=order&trees=1";
    let (changed, unknown) =
        (browser.send(&theirs, form).unwrap(), browser.send(&none, form).unwrap());
    assert_eq!((changed.status, changed.body), (404, unknown.body));
    assert_eq!(dump(&worker()).unwrap(), before);
}
