//! Settings > Orders: the list by arrival, the search, and one sale with its history.

use play_it_green_tests::database::dump;
use play_it_green_tests::local_worker::sql;
use play_it_green_tests::merchant::Merchant;
use play_it_green_tests::sales::{sold_now, two_mugs};
use serde_json::{Value, json};

use super::sign_in;
use crate::webhooks::{Shop, sample};
use crate::{merchant, merchant_without_campaigns, worker};

const PAGE: &str = "/settings/orders";

/// Reports a sale as the shop's server does.
fn tell(merchant: &Merchant, sale: &Value) {
    let told = merchant.call("POST", "/api/orders/", &json!({ "sale": sale })).unwrap();
    assert!([200, 201].contains(&told.status), "{}", told.body);
}

/// Returns the links of the sales on a page, in their order.
fn links(page: &str) -> Vec<&str> {
    let links = page.split("<h3><a href=\"").skip(1);
    links.map(|link| link.split('"').next().unwrap()).collect()
}

/// Returns the shop's order ids of the sales on a page, in their order.
fn names(page: &str) -> Vec<&str> {
    let links = page.split("<h3><a href=\"").skip(1);
    links.map(|link| link.split(['>', '<']).nth(1).unwrap()).collect()
}

#[test]
fn each_sale_says_how_many_trees_it_orders_and_why_or_why_none() {
    let merchant = merchant();
    let browser = sign_in(&merchant);
    assert!(browser.open(PAGE).unwrap().body.contains("No order has arrived yet"));
    tell(&merchant, &sold_now(two_mugs("<1001>")));
    let mut cup = sold_now(two_mugs("1002"));
    cup["lines"][0]["sku"] = json!("CUP");
    tell(&merchant, &cup);
    let mut unpaid = sold_now(two_mugs("1003"));
    unpaid["status"] = json!("placed");
    tell(&merchant, &unpaid);
    let page = browser.open(PAGE).unwrap().body;
    assert_eq!(names(&page), ["1003", "1002", "&#60;1001&#62;"]);
    for text in [
        "2 × SKU MUG-BLUE: 2 trees (on the purchase order of the month)",
        "2 × SKU MUG-BLUE: 2 trees (ordered when the buyer pays)",
        "No campaign applied.",
        "paid · confirmed by the shop",
        "not paid yet · confirmed by the shop",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
    let cup = browser.open(links(&page)[1]).unwrap();
    assert_eq!(cup.status, 200, "{}", cup.body);
    for text in
        ["A tree for every mug: 0 trees", "no item with the SKU MUG-BLUE was bought", "35.98 USD"]
    {
        assert!(cup.body.contains(text), "{text}: {}", cup.body);
    }
}

#[test]
fn a_sale_shows_its_refunds_and_what_became_of_its_trees() {
    let shop = Shop::shopify();
    for name in ["shopify-order.json", "shopify-refund.json"] {
        assert_eq!(shop.deliver(&sample(name)).status, 200, "{name}");
    }
    let browser = sign_in(&shop.merchant);
    let page = browser.open(PAGE).unwrap().body;
    let sale = browser.open(links(&page)[0]).unwrap().body;
    assert!(sale.contains("First reported to this service"), "{sale}");
    assert!(sale.contains("A tree for every item"), "{sale}");
}

#[test]
fn an_order_is_found_by_its_id_and_by_the_number_that_customers_see() {
    let shop = Shop::woocommerce();
    shop.deliver(&sample("woocommerce-order-created.http"));
    let find = "SELECT s.id, s.sale_id, s.number FROM sales s JOIN shops h ON h.id = s.shop_id
        WHERE h.merchant_id = ?1";
    let row = sql(&worker(), find, &[&shop.merchant.id]).unwrap().remove(0);
    let (id, sale_id) = (row[0].as_str().unwrap(), row[1].as_str().unwrap());
    let browser = sign_in(&shop.merchant);
    let mut wanted = vec![sale_id.to_owned()];
    wanted.extend(row[2].as_str().map(|number| format!("%23{number}")));
    assert!(!wanted.is_empty());
    for number in &wanted {
        let page = browser.open(&format!("{PAGE}?number={number}")).unwrap().body;
        assert_eq!(links(&page), [format!("{PAGE}/{id}")], "{number}");
    }
    let page = browser.open(&format!("{PAGE}?number=none")).unwrap().body;
    assert!(page.contains("No order has the number or id none"), "{page}");
    let other = sign_in(&merchant());
    let page = other.open(&format!("{PAGE}?number={sale_id}")).unwrap().body;
    assert!(links(&page).is_empty(), "{page}");
}

#[test]
fn pages_of_fifty_lead_through_every_sale_of_all_shops_once() {
    let merchant = merchant_without_campaigns("UTC");
    let merchant = merchant.add_shop("Second", "wix", "https://second.example.com").unwrap();
    for (index, shop) in merchant.shops.iter().enumerate() {
        // Several sales arrive in the same millisecond.
        let insert = "INSERT INTO sales (id, shop_id, mode, sale_id, proof, status, test, facts,
                evaluated_under, written_by, sold_at, received_at)
            SELECT 'sale_' || lower(hex(randomblob(16))), ?1, 'live', ?2 || '-' || n.i, 'verified',
                'paid', 0, '{}', '[]', 'write_1', n.i, 1000 + n.i / 7
            FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
                SELECT i FROM n) n";
        sql(&worker(), insert, &[&shop.id, &index.to_string()]).unwrap();
    }
    let browser = sign_in(&merchant);
    let (mut path, mut seen, mut sizes) = (PAGE.to_owned(), Vec::new(), Vec::new());
    loop {
        let page = browser.open(&path).unwrap().body;
        sizes.push(links(&page).len());
        seen.extend(links(&page).into_iter().map(str::to_owned));
        let next = page.split("href=\"/settings/orders?after=").nth(1);
        let Some(next) = next.and_then(|rest| rest.split('"').next()) else { break };
        path = format!("{PAGE}?after={next}");
    }
    assert_eq!(sizes, [50, 50, 20]);
    let order = "SELECT s.id FROM sales s JOIN shops h ON h.id = s.shop_id
        WHERE h.merchant_id = ?1 ORDER BY s.received_at DESC, s.id DESC";
    let rows = sql(&worker(), order, &[&merchant.id]).unwrap();
    let all: Vec<String> =
        rows.iter().map(|row| format!("{PAGE}/{}", row[0].as_str().unwrap())).collect();
    assert_eq!(seen, all);
    let foreign = sign_in(&crate::merchant());
    let behind = foreign.open(&path).unwrap().body;
    assert!(links(&behind).is_empty(), "{behind}");
}

#[test]
fn another_merchants_sale_and_one_that_never_was_get_the_same_answer() {
    let theirs = merchant();
    tell(&theirs, &sold_now(two_mugs("1")));
    let page = sign_in(&theirs).open(PAGE).unwrap().body;
    let path = links(&page)[0];
    let browser = sign_in(&merchant());
    let before = dump(&worker()).unwrap();
    let (seen, unknown) =
        (browser.open(path).unwrap(), browser.open(&format!("{PAGE}/none")).unwrap());
    assert_eq!((seen.status, seen.body), (404, unknown.body));
    assert_eq!(dump(&worker()).unwrap(), before);
}
