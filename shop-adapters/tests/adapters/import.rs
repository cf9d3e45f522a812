//! Exports of orders become sales, piece by piece, whatever ends where.

use order_events::{Currency, Platform, Proof, Sale, SaleFacts, SaleStatus, Snapshot, Timestamp};
use proptest::prelude::*;
use shop_adapters::import::{
    Detail, ImportError, ImportedOrder, ImportedSale, Source, read, supplement,
};
use shop_adapters::{json, shopify, woocommerce};

const SHOPIFY: &str = "\
Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,\
Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,\
Lineitem quantity,Lineitem name,Lineitem price,Lineitem compare at price,Lineitem sku,\
Lineitem requires shipping,Lineitem taxable,Lineitem fulfillment status,Billing Name,Notes,\
Cancelled at,Payment Method,Refunded Amount,Vendor,Id,Tags,Source,Lineitem discount\r\n\
#1001,ada@example.com,paid,2026-11-20 10:00:05 +0100,unfulfilled,,no,EUR,90.00,5.00,18.05,113.05,\
TEN,10.00,Standard,2026-11-20 10:00:00 +0100,2,Blue mug,40.00,,MUG-BLUE,true,true,pending,\
\"Buyer, Ada\",\"Please, \"\"no\"\" bag\nand a card\",,Card,0.00,Mugs,5001,,web,0.00\r\n\
#1001,ada@example.com,,,,,,,,,,,,,,,1,Red mug,20.00,,MUG-RED,true,true,pending,,,,,,Mugs,,,,0.00\r\n\
#1002,bob@example.com,partially_refunded,2026-11-21 09:00:00 +0100,fulfilled,,no,EUR,119.00,0.00,\
19.00,119.00,,0.00,,2026-11-21 08:59:00 +0100,1,Green mug,119.00,,,true,true,fulfilled,Bob,,,Card,\
20.00,Mugs,5002,,web,0.00\r\n\
#1003,eve@example.com,voided,,unfulfilled,,no,EUR,10.00,0.00,0.00,10.00,,0.00,,\
2026-11-21 11:00:00 +0100,1,Cup,10.00,,CUP,true,true,pending,Eve,,2026-11-21 12:00:00 +0100,Card,\
0.00,Mugs,5003,,web,0.00\r\n";

/// The report Analytics > Orders.
const ANALYTICS: &str = "\
Date,\"Order #\",\"N. Revenue (formatted)\",Status,Customer,\"Customer type\",Product(s),\
\"Items sold\",Coupon(s),\"N. Revenue\",Attribution\n\
\"2026-11-22 10:00:00\",19,\"$35.98\",Processing,\"Ada Buyer\",new,\"2\u{d7} Blue mug, large, 1\u{d7} Cup\",\
3,tenoff,35.98,Direct\n\
\"2026-11-22 09:00:00\",18,\"-$10.00\",Refunded,\"Ada Buyer\",new,\"-1\u{d7} Cup\",-1,,-10,Direct\n\
\"2026-11-21 09:00:00\",17,\"$10.00\",\"Pending payment\",\"Bob\",new,\"1\u{d7} Cup\",1,,10,Direct\n";

/// The export of a plugin, with one column for each item.
const PLUGIN: &str = "\
order_id,order_number,order_date,paid_date,status,shipping_total,tax_total,order_total,\
order_currency,payment_method,coupons,line_item_1,line_item_2,refunded_total\n\
19,19,\"2026-11-22 09:51:49\",\"2026-11-22 09:52:53\",completed,5.00,2.97,43.95,USD,bacs,tenoff,\
name:Blue mug|product_id:11|sku:MUG-BLUE|quantity:2|total:35.98|sub_total:39.98,,0\n";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// The clocks of the shop are an hour ahead.
fn an_hour_ahead(at: Timestamp) -> Timestamp {
    Timestamp::from_milliseconds(at.milliseconds() - 3_600_000).unwrap()
}

fn source(platform: Platform) -> Source<'static> {
    Source {
        platform,
        currency: Currency::of_sale("USD").unwrap(),
        now: at("2026-12-01T00:00:00Z"),
        in_zone: &an_hour_ahead,
        is_last: true,
        orders_max: 1_000,
    }
}

fn orders(platform: Platform, file: &str) -> Vec<ImportedOrder> {
    read(file.as_bytes(), &source(platform)).unwrap().orders
}

fn imported(order: &ImportedOrder) -> &ImportedSale {
    order.sale.as_ref().unwrap()
}

fn sale(order: &ImportedOrder) -> Sale {
    imported(order).sale.facts.sale().unwrap()
}

fn lines(sale: &Sale) -> Vec<(&str, u32, i64)> {
    sale.lines.iter().map(|line| (line.title.as_str(), line.quantity, line.total)).collect()
}

#[test]
fn shopifys_export_has_several_rows_of_one_order() {
    let orders = orders(Platform::Shopify, SHOPIFY);
    let places: Vec<_> = orders.iter().map(|order| (order.row, order.rows)).collect();
    assert_eq!(places, [(2, 2), (4, 1), (5, 1)]);
    let first = sale(&orders[0]);
    assert_eq!((first.id.as_str(), first.status), ("5001", SaleStatus::Paid));
    assert_eq!(imported(&orders[0]).sale.number.as_deref(), Some("1001"));
    assert_eq!(imported(&orders[0]).detail, Detail::WithoutProducts);
    assert_eq!(first.sold_at, at("2026-11-20T09:00:00Z"));
    assert_eq!((first.total, first.items_total, first.refunded), (11_305, 9_000, 0));
    // The discount on the order is taken off each line.
    assert_eq!(lines(&first), [("Blue mug", 2, 7_200), ("Red mug", 1, 1_800)]);
    assert_eq!(
        (first.lines[0].sku.as_deref(), &first.coupons),
        (Some("MUG-BLUE"), &vec!["TEN".to_owned()])
    );
    // Prices that include the tax are reported without it.
    let second = sale(&orders[1]);
    assert_eq!((second.total, second.items_total, second.refunded), (11_900, 10_000, 2_000));
    assert_eq!(sale(&orders[2]).status, SaleStatus::Cancelled);
}

#[test]
fn an_export_holds_no_personal_data_once_it_is_read() {
    let read = format!("{:?}", orders(Platform::Shopify, SHOPIFY));
    for personal in ["ada", "Ada", "Buyer", "card", "bob", "Bob"] {
        assert!(!read.contains(personal), "{personal}: {read}");
    }
}

#[test]
fn woocommerces_report_names_numbers_in_the_shops_time_and_no_currency() {
    let orders = orders(Platform::Woocommerce, ANALYTICS);
    let first = sale(&orders[0]);
    assert_eq!((first.id.as_str(), first.sold_at), ("19", at("2026-11-22T09:00:00Z")));
    assert_eq!(imported(&orders[0]).detail, Detail::WithoutId);
    assert_eq!((first.currency.code(), first.items_total), ("USD", 3_598));
    assert_eq!(lines(&first), [("Blue mug, large", 2, 2_398), ("Cup", 1, 1_199)]);
    assert_eq!(first.coupons, ["tenoff"]);
    // The row of a refund is a refund, and no sale.
    let refund = &imported(&orders[1]).sale;
    assert_eq!((refund.sale_id.as_str(), refund.facts.sale()), ("18", None));
    assert_eq!(refund.facts.refunds().values().next().unwrap().amount, 1_000);
    assert_eq!(sale(&orders[2]).status, SaleStatus::Placed);
}

#[test]
fn the_export_of_a_plugin_has_products_and_the_totals_of_lines() {
    let orders = orders(Platform::Woocommerce, PLUGIN);
    let sale = sale(&orders[0]);
    assert_eq!((sale.total, sale.items_total, sale.status), (4_395, 3_598, SaleStatus::Paid));
    assert_eq!(sale.lines[0].product.as_deref(), Some("11"));
    assert_eq!(lines(&sale), [("Blue mug", 2, 3_598)]);
    assert_eq!(sale.updated_at, at("2026-11-22T08:52:53Z"));
}

#[test]
fn semicolons_a_byte_order_mark_and_single_line_ends_make_no_difference() {
    let file = format!("\u{feff}{}", PLUGIN.replace(',', ";"));
    assert_eq!(sale(&orders(Platform::Woocommerce, &file)[0]).total, 4_395);
}

#[test]
fn json_is_an_array_or_one_order_after_the_other() {
    let order = r#"{"id": 19, "number": "19", "status": "processing", "currency": "USD",
        "total": "43.95", "date_created_gmt": "2026-11-22T08:51:49", "line_items": []}"#;
    let sale = r#"{"platform": "custom", "id": "20", "sold_at": "2026-11-22T08:51:49Z",
        "updated_at": "2026-11-22T08:51:49Z", "status": "paid", "test": false, "currency": "EUR",
        "total": 1, "items_total": 1, "refunded": 0, "coupons": [], "opted_in": null, "lines": []}"#;
    for file in [
        format!("[{order}, {sale}]"),
        format!("{order}\n{sale}\n"),
        format!(" [\n{order}\n,\n{sale}\n]\n"),
    ] {
        let read = orders(Platform::Woocommerce, &file);
        let ids: Vec<_> = read.iter().map(|order| imported(order).sale.sale_id.as_str()).collect();
        assert_eq!(ids, ["19", "20"], "{file}");
        assert!(read.iter().all(|order| imported(order).detail == Detail::Whole));
    }
    let shopify = r#"{"id": 5001, "financial_status": "paid", "currency": "EUR",
        "total_price": "10.00", "created_at": "2026-11-22T08:51:49Z", "line_items": []}"#;
    let orders = orders(Platform::Shopify, shopify);
    assert_eq!(imported(&orders[0]).sale.facts.sale().unwrap().id, "5001");
}

#[test]
fn an_order_that_is_no_sale_is_refused_with_its_id_and_the_reason() {
    for (file, id, reason) in [
        (r#"{"id": 7, "status": "processing", "currency": "USD"}"#, Some("7"), "date_created_gmt"),
        (r#"{"id": 8, "status": "checkout-draft"}"#, Some("8"), "draft"),
        (
            r#"{"id": 9, "status": "completed", "parent_id": 3, "currency": "USD", "total": "1",
                "date_created_gmt": "2026-11-22T08:51:49"}"#,
            Some("9"),
            "part of another order",
        ),
        (r#"{"platform": "custom", "id": "10", "sold_at": "yesterday"}"#, Some("10"), "format"),
        (
            "order_id,status,date,total,currency\n11,completed,yesterday,1,USD\n",
            Some("11"),
            "Order date",
        ),
        ("order_id,status,date,total,currency\n,completed,2026-11-22,1,USD\n", None, "Order #"),
        (
            "order_id,status,date,total,currency\n12,completed,2026-11-22,much,USD\n",
            Some("12"),
            "Total",
        ),
    ] {
        let read = orders(Platform::Woocommerce, file);
        let refused = read[0].sale.as_ref().unwrap_err();
        assert_eq!(refused.sale_id.as_deref(), id, "{file}");
        assert!(refused.problem.contains(reason), "{}", refused.problem);
        assert!(!refused.problem.contains("yesterday"), "{}", refused.problem);
    }
}

#[test]
fn what_is_no_export_of_orders_says_so() {
    let error = |file: &str| read(file.as_bytes(), &source(Platform::Shopify)).unwrap_err();
    assert_eq!(error(" \n"), ImportError::Empty);
    assert_eq!(error("Handle,Title,Vendor\nmug,Mug,Mugs\n"), ImportError::NoOrders);
    let without_ids = "Name,Financial Status,Subtotal,Created at\n#1,paid,1,2026-11-22\n";
    assert_eq!(error(without_ids), ImportError::NoColumn("Id"));
    assert_eq!(error(r#"[{"id": 1}, oops]"#), ImportError::NotJson(1));
    assert_eq!(error("\u{0}\u{1}"), ImportError::NoOrders);
    let unfinished = Source { is_last: false, ..source(Platform::Shopify) };
    let begun = &SHOPIFY.as_bytes()[..SHOPIFY.len() / 2];
    assert_eq!(read(begun, &unfinished).unwrap_err(), ImportError::TooLong);
}

/// Reads a file in pieces of this many bytes, as a client does that follows the responses: the next
/// piece begins behind the last order, and is longer if no order was complete.
fn in_pieces(
    file: &[u8],
    platform: Platform,
    shortest: usize,
    orders_max: usize,
) -> Vec<(usize, String)> {
    let (mut found, mut header, mut at, mut rows, mut size) = (Vec::new(), 0, 0, 0, shortest);
    while at < file.len() {
        let end = file.len().min(at + size);
        let begins = if at == 0 { 0 } else { header };
        let piece = [&file[..begins], &file[at..end]].concat();
        let source = Source { is_last: end == file.len(), orders_max, ..source(platform) };
        let (import, longer) = (read(&piece, &source), size * 2);
        let (header_bytes, orders) = match import {
            Err(ImportError::TooLong) => (header, Vec::new()),
            import => import.map(|import| (import.header_bytes, import.orders)).unwrap(),
        };
        let read_to = orders.last().map_or(begins, |order| order.end);
        found.extend(orders.iter().map(|order| (rows + order.row, format!("{:?}", order.sale))));
        rows += orders.iter().map(|order| order.rows).sum::<usize>();
        if read_to == begins && source.is_last {
            break;
        }
        size = if read_to == begins { longer } else { shortest };
        header = if read_to == begins { header } else { header_bytes };
        at += read_to - begins;
    }
    found
}

proptest! {
    #[test]
    fn a_file_read_in_pieces_has_the_same_orders(size in 1_usize..2_000, orders_max in 1_usize..4) {
        let json = format!("[{0},{0},\n{0}]", r#"{"id": 8, "status": "on-hold", "currency": "USD",
            "total": "1", "date_created_gmt": "2026-11-22T08:51:49"}"#);
        for (platform, file) in [
            (Platform::Shopify, SHOPIFY),
            (Platform::Woocommerce, ANALYTICS),
            (Platform::Woocommerce, json.as_str()),
        ] {
            let whole = in_pieces(file.as_bytes(), platform, file.len(), 1_000);
            prop_assert_eq!(in_pieces(file.as_bytes(), platform, size, orders_max), whole);
        }
    }

    #[test]
    fn no_file_breaks_the_reader(
        bytes in prop::collection::vec(any::<u8>(), 0..300),
        cut in 0_usize..1_600,
        is_last in any::<bool>(),
    ) {
        let source = Source { is_last, ..source(Platform::Shopify) };
        let _ = read(&bytes, &source);
        let begin = SHOPIFY.as_bytes().get(..cut).unwrap_or(SHOPIFY.as_bytes());
        let _ = read(&[begin, &bytes].concat(), &source);
    }
}

fn snapshot(sale: Sale) -> Snapshot {
    Snapshot { units_unknown: true, ..Snapshot::new(Proof::Verified, sale) }
}

#[test]
fn a_file_adds_progress_and_refunds_to_a_known_sale_and_keeps_its_products() {
    let order = r#"{"id": 19, "status": "on-hold", "currency": "USD", "total": "43.95",
        "date_created_gmt": "2026-11-22T08:51:49", "date_modified_gmt": "2026-11-22T08:51:50",
        "line_items": [{"product_id": 11, "name": "Blue mug", "quantity": 2, "total": "35.98"}]}"#;
    let order: woocommerce::Order = json::read(order.as_bytes()).unwrap();
    let known = SaleFacts::from_snapshot(Proof::Verified, woocommerce::order::sale(order).unwrap());
    let now = at("2026-12-01T00:00:00Z");
    let file = sale(&orders(Platform::Woocommerce, PLUGIN)[0]);
    let report = supplement(&known, &snapshot(file.clone()), now).unwrap();
    let merged = known.clone().merge(report.clone());
    let paid = merged.sale().unwrap();
    assert_eq!((paid.status, paid.lines[0].product.as_deref()), (SaleStatus::Paid, Some("11")));
    assert_eq!(supplement(&merged, &snapshot(file.clone()), now), None, "it has nothing new");
    assert_eq!(merged.clone().merge(known.clone()), merged, "the old report does not come back");

    let refunded = Sale { refunded: 1_000, ..file.clone() };
    let report = supplement(&merged, &snapshot(refunded), now).unwrap();
    assert_eq!(merged.clone().merge(report).sale().unwrap().refunded, 1_000);
    let placed = Sale { status: SaleStatus::Placed, updated_at: file.sold_at, ..file };
    assert_eq!(supplement(&merged, &snapshot(placed), now), None, "it takes nothing back");
}

#[test]
fn an_order_of_the_export_and_of_the_webhook_is_the_same_sale_but_for_its_products() {
    let order = r##"{"id": 5001, "name": "#1001", "financial_status": "paid", "currency": "EUR",
        "created_at": "2026-11-20T10:00:00+01:00", "processed_at": "2026-11-20T10:00:00+01:00",
        "updated_at": "2026-11-20T10:00:05+01:00", "total_price": "113.05",
        "subtotal_price": "90.00", "discount_codes": [{"code": "TEN"}], "line_items": [
            {"title": "Blue mug", "sku": "MUG-BLUE", "quantity": 2, "price": "40.00",
                "discount_allocations": [{"amount": "8.00"}]},
            {"title": "Red mug", "sku": "MUG-RED", "quantity": 1, "price": "20.00",
                "discount_allocations": [{"amount": "2.00"}]}]}"##;
    let order: shopify::Order = json::read(order.as_bytes()).unwrap();
    let told = shopify::order::sale(order).unwrap();
    assert_eq!(sale(&orders(Platform::Shopify, SHOPIFY)[0]), told);
}

#[test]
fn an_order_of_shopifys_graphql_api_is_the_same_sale_as_that_of_its_rest_api() {
    let graphql = r##"{"id": "gid://shopify/Order/5001", "name": "#1001", "test": false,
        "createdAt": "2026-11-20T09:00:00Z", "processedAt": "2026-11-20T09:00:00Z",
        "updatedAt": "2026-11-20T10:00:00Z", "cancelledAt": null,
        "displayFinancialStatus": "PARTIALLY_REFUNDED", "currencyCode": "EUR",
        "taxesIncluded": false, "discountCodes": ["TEN"],
        "totalPriceSet": {"shopMoney": {"amount": "113.05", "currencyCode": "EUR"}},
        "subtotalPriceSet": {"shopMoney": {"amount": "90.0", "currencyCode": "EUR"}},
        "customAttributes": [{"key": "plant_trees", "value": "yes"}],
        "lineItems": {"nodes": [{"id": "gid://shopify/LineItem/1", "title": "Blue mug",
            "sku": "MUG-BLUE", "quantity": 2, "currentQuantity": 1,
            "product": {"id": "gid://shopify/Product/11"},
            "variant": {"id": "gid://shopify/ProductVariant/12"},
            "originalUnitPriceSet": {"shopMoney": {"amount": "50.0", "currencyCode": "EUR"}},
            "discountAllocations": [
                {"allocatedAmountSet": {"shopMoney": {"amount": "10.0", "currencyCode": "EUR"}}}],
            "taxLines": []}]},
        "refunds": [{"id": "gid://shopify/Refund/9", "createdAt": "2026-11-20T10:00:00Z",
            "transactions": {"nodes": [{"kind": "REFUND", "status": "SUCCESS",
                "amountSet": {"shopMoney": {"amount": "45.0", "currencyCode": "EUR"}}}]},
            "refundLineItems": {"nodes": [{"quantity": 1,
                "lineItem": {"id": "gid://shopify/LineItem/1"},
                "subtotalSet": {"shopMoney": {"amount": "45.0", "currencyCode": "EUR"}}}]}}]}"##;
    let rest = r##"{"id": 5001, "name": "#1001", "test": false,
        "created_at": "2026-11-20T10:00:00+01:00", "processed_at": "2026-11-20T10:00:00+01:00",
        "updated_at": "2026-11-20T11:00:00+01:00", "cancelled_at": null,
        "financial_status": "partially_refunded", "currency": "EUR", "taxes_included": false,
        "total_price": "113.05", "subtotal_price": "90.00", "discount_codes": [{"code": "TEN"}],
        "note_attributes": [{"name": "plant_trees", "value": "yes"}],
        "line_items": [{"id": 1, "title": "Blue mug", "sku": "MUG-BLUE", "quantity": 2,
            "current_quantity": 1, "product_id": 11, "variant_id": 12, "price": "50.00",
            "discount_allocations": [{"amount": "10.00"}]}],
        "refunds": [{"id": 9, "order_id": 5001, "created_at": "2026-11-20T11:00:00+01:00",
            "transactions": [{"kind": "refund", "status": "success", "amount": "45.00",
                "currency": "EUR"}],
            "refund_line_items": [{"line_item_id": 1, "quantity": 1, "subtotal": "45.00"}]}]}"##;
    let sale_of = |order: &str| sale(&orders(Platform::Shopify, order)[0]);
    let converted = shopify::graphql::to_rest(&serde_json::from_str(graphql).unwrap());
    let (converted, expected) = (sale_of(&converted.to_string()), sale_of(rest));
    assert_eq!(converted, expected);
    assert_eq!((converted.refunded, converted.lines[0].refunded), (4_500, 1));
}
