//! Measures the most work that one sale of permitted size can cost under a merchant's campaigns,
//! and one simulation of many: `cargo run --release -p order-events --example worst_case`.

use std::error::Error;
use std::time::{Duration, Instant};

use order_events::{Campaign, Sale, explain, explain_all, limits, qualify};
use serde_json::{Value, json};

/// A measured case: its name, the sale, and the campaign, repeated up to the permitted number.
type Case = (&'static str, Value, Value);

fn main() -> Result<(), Box<dyn Error>> {
    for (name, sale, conditions) in simulations() {
        print_simulation(name, &sale, &conditions)?;
    }
    for (name, sale, conditions) in cases() {
        let body = sale.to_string().len();
        let sale: Sale = serde_json::from_value(sale)?;
        let campaign: Campaign = serde_json::from_value(
            json!({"id": "camp_1", "version": 1, "name": "Many", "conditions": conditions}),
        )?;
        let bytes = serde_json::to_string(&campaign.conditions)?.len().max(1);
        let most = limits::CAMPAIGNS_PER_MERCHANT;
        let count =
            limits::CAMPAIGN_BYTES_PER_MERCHANT.checked_div(bytes).unwrap_or(most).min(most);
        let campaigns = vec![campaign; count];
        let (orders, qualified) = fastest(|| qualify("shop_1", &sale, &campaigns).len());
        let (words, explained) = fastest(|| {
            let all = explain_all("shop_1", &sale, &campaigns);
            all.iter().map(|explanation| explanation.to_string().len()).sum::<usize>()
        });
        println!(
            "{name}: {count} campaigns of {bytes} bytes, a sale of {body} bytes: {qualified:.1?}, \
             {orders} orders; explained in {explained:.1?}, {words} bytes"
        );
    }
    Ok(())
}

/// Bytes of a request, and sales in a simulation.
const BODY_BYTES: usize = 524_288;
const SALES: usize = 100;

/// Returns how many of these sales one simulation may have.
fn sales_per_simulation(sale: &Value, conditions: &Value) -> usize {
    let lines = sale.pointer("/lines").and_then(Value::as_array).into_iter().flatten();
    let (mut collections, mut titles) = (0_usize, 0_usize);
    for line in lines {
        let of_line = line.pointer("/collections").and_then(Value::as_array).map_or(0, Vec::len);
        let title = line.pointer("/title").and_then(Value::as_str).map_or(0, str::len);
        collections = collections.saturating_add(of_line);
        titles = titles.saturating_add(title);
    }
    let bounds = [
        (BODY_BYTES, sale.to_string().len()),
        (limits::CAMPAIGN_BYTES_PER_MERCHANT, conditions.to_string().len()),
        (limits::COLLECTIONS_PER_SALE, collections),
        (limits::TITLES_BYTES_PER_SALE, titles),
    ];
    let fitting = bounds.into_iter().filter_map(|(most, each)| most.checked_div(each));
    fitting.fold(SALES, usize::min)
}

/// Explains as many of these sales as one simulation may have.
fn print_simulation(name: &str, sale: &Value, conditions: &Value) -> Result<(), Box<dyn Error>> {
    let count = sales_per_simulation(sale, conditions);
    let sale = sale.to_string();
    let body = format!("[{}]", vec![sale; count].join(","));
    let campaign: Campaign = serde_json::from_value(
        json!({"id": "camp_1", "version": 1, "name": "Many", "conditions": conditions}),
    )?;
    campaign.check()?;
    let read = || serde_json::from_str::<Vec<Sale>>(&body);
    let sales = read()?;
    let (_, reading) = fastest(|| read().map_or(0, |sales| sales.len()));
    let (words, explained) = fastest(|| {
        let each = |sale| explain("shop_1", sale, &campaign).to_string().len();
        sales.iter().map(each).sum::<usize>()
    });
    let times = explained.as_nanos().checked_div(reading.as_nanos()).unwrap_or_default();
    let (bytes, own) = (body.len(), conditions.to_string().len());
    println!(
        "simulated, {name}: {count} sales in {bytes} bytes, conditions of {own} bytes: \
         {explained:.1?}, {times} times the reading; {words} bytes"
    );
    Ok(())
}

/// Returns the result of the work and the fastest of ten runs, which other programs disturbed
/// least.
fn fastest(work: impl Fn() -> usize) -> (usize, Duration) {
    let run = |_| {
        let started = Instant::now();
        (work(), started.elapsed())
    };
    (0..10).map(run).min_by_key(|(_, elapsed)| *elapsed).unwrap_or_default()
}

fn cases() -> Vec<Case> {
    let collections = sale(1_000, &[], "", &numbered("", 0, 50));
    let rules = |items: &Value| vec![per_item(items); limits::TREE_RULES];
    // Of one length, so that only the last letters tell them apart.
    let coupons = sale(1, &numbered("coupon-of-2026-", 0x1000, 1_000), "", &[]);
    let title = "aab".repeat(150);
    let titles = sale(1_000, &[], &title, &[]);
    // One part of a title in each campaign: the limit for all campaigns together.
    let parts = ["aba".repeat(20) + "c"];
    let skus = sale(1_000, &[], "", &[]);
    vec![
        (
            "collections that do not match",
            collections.clone(),
            json!({"trees": [per_item(&json!({"collection": numbered("x", 0, 500)}))]}),
        ),
        (
            "collections that all match, under many rules",
            collections,
            json!({"trees": rules(&json!({"collection": numbered("", 0, 50)}))}),
        ),
        (
            "SKUs that all match",
            skus,
            json!({"trees": [per_item(&json!({"sku": numbered("s", 0, 1_000)}))]}),
        ),
        (
            "coupons that do not match",
            coupons,
            json!({"when": nested(json!({"coupon": numbered("COUPON-OF-2026-", 0x8000, 1_900)})),
                "trees": [{"per_order": {"trees": 1}}]}),
        ),
        (
            "parts of titles that almost match",
            titles,
            json!({"trees": [per_item(&json!({"title_contains": parts}))]}),
        ),
    ]
}

/// Sales of which many fit into one request.
fn simulations() -> Vec<Case> {
    let tree = json!([{"per_order": {"trees": 1}}]);
    let when = |condition: Value| json!({"when": nested(condition), "trees": tree});
    let coupons = sale(0, &numbered("coupon-of-2026-", 0x1000, 100), "", &[]);
    let titles = sale(4, &[], &"aab".repeat(330), &[]);
    let long_titles = sale(125, &[], &"aab".repeat(339), &[]);
    let parts: Vec<String> =
        (0..limits::TITLE_PARTS).map(|part| format!("{}{part}", "aba".repeat(20))).collect();
    let titles_with = when(json!({"item": {"title_contains": parts}}));
    let collections = sale(10, &[], "", &numbered("", 0, 60));
    let rule = per_item(&json!({"collection": numbered("", 0, 60)}));
    let all = sale(
        10,
        &numbered("coupon-", 0x1000, 100),
        &"aab".repeat(43),
        &["a", "b"].map(String::from),
    );
    let short_parts: Vec<String> =
        (10..).take(limits::TITLE_PARTS).map(|part| format!("aba{part}")).collect();
    let rules =
        ["a", "b"].repeat(10).into_iter().map(|name| per_item(&json!({"collection": [name]})));
    let together = json!({
        "when": {"not": {"any": [
            {"coupon": numbered("COUPON-", 0x8000, 40)},
            {"item": {"sku": numbered("s", 0x100, 40)}},
            {"item": {"title_contains": short_parts}},
        ]}},
        "trees": rules.collect::<Vec<Value>>(),
    });
    vec![
        (
            "coupons that do not match",
            coupons,
            when(json!({"coupon": numbered("COUPON-OF-2026-", 0x8000, 1_900)})),
        ),
        ("titles that almost match", titles, titles_with.clone()),
        ("long titles that almost match", long_titles, titles_with),
        (
            "collections that all match, under many rules",
            collections,
            json!({"trees": vec![rule; limits::TREE_RULES]}),
        ),
        ("all of it together", all, together),
        (
            "SKUs that do not match",
            sale(38, &[], "", &[]),
            when(json!({"item": {"sku": numbered("s", 0x100, 1_900)}})),
        ),
    ]
}

/// Returns the condition as deep as it may be.
fn nested(condition: Value) -> Value {
    (1..limits::CONDITION_DEPTH).fold(condition, |condition, _| json!({"any": [condition]}))
}

fn per_item(items: &Value) -> Value {
    json!({"per_item": {"items": items, "trees": 1}})
}

fn numbered(prefix: &str, from: usize, count: usize) -> Vec<String> {
    (from..).take(count).map(|number| format!("{prefix}{number:x}")).collect()
}

/// Returns a sale of this number of lines, each with this title and in these collections.
fn sale(lines: usize, coupons: &[String], title: &str, collections: &[String]) -> Value {
    let line = |number: usize| {
        json!({"product": null, "variant": null, "sku": format!("s{number:x}"), "title": title,
            "quantity": 1, "refunded": 0, "total": 100, "collections": collections})
    };
    json!({
        "platform": "custom", "id": "1", "sold_at": "2026-11-22T08:51:49Z",
        "updated_at": "2026-11-22T08:52:53Z", "status": "paid", "test": false, "currency": "USD",
        "total": 100, "items_total": 100, "refunded": 0, "coupons": coupons, "opted_in": null,
        "lines": (0..lines).map(line).collect::<Vec<Value>>()
    })
}
