//! In production, public responses come from Cloudflare's cache, and no client gets another
//! client's response.

use std::thread;
use std::time::{Duration, Instant};

use play_it_green_tests::http::{self, Answer};
use play_it_green_tests::local_worker::{LocalWorker, repository, sql};
use play_it_green_tests::merchant::Merchant;
use serde_json::{Value, json};

/// More requests per minute than these tests send.
const UNLIMITED: u32 = 6000;

/// The limit per minute of one address, in the test of limits; half of it applies per key.
const REQUESTS: u32 = 20;

/// Seconds after which every change is visible, with a margin for slow machines.
const VISIBLE_AFTER: u64 = 60 + 10;

/// The pages of two shops.
const MUGS: &str = "https://mugs.example.com";
const CUPS: &str = "https://cups.example.com";

fn production(state: &str, requests: u32) -> LocalWorker {
    LocalWorker::start_limited(&repository().join("target/tests").join(state), requests).unwrap()
}

fn merchant_at(worker: &LocalWorker, name: &str, origin: &str) -> Merchant {
    let merchant = Merchant::add(&worker.url, name, "UTC", "USD").unwrap();
    let merchant = merchant.add_shop(name, "woocommerce", origin).unwrap();
    add_campaign(&merchant, name);
    merchant
}

fn add_campaign(merchant: &Merchant, name: &str) -> String {
    let capped = json!({"trees": [{"per_order": {"trees": 1}}], "cap_per_month": 9});
    merchant.add_campaign(name, &capped).unwrap()
}

fn get(worker: &LocalWorker, path: &str, key: &str, origin: &str) -> Answer {
    let authorization = format!("Bearer {key}");
    let mut headers = vec![("origin", origin)];
    if !key.is_empty() {
        headers.push(("authorization", &authorization));
    }
    http::call("GET", &format!("{}{path}", worker.url), &headers, b"").unwrap()
}

/// Returns every part of a response that a browser depends on.
fn seen(response: &Answer) -> (u16, String, [Option<String>; 6]) {
    let names = [
        "cache-control",
        "access-control-allow-origin",
        "access-control-expose-headers",
        "content-type",
        "vary",
        "x-shop",
    ];
    let headers = names.map(|name| response.header(name).map(str::to_owned));
    (response.status, response.body.clone(), headers)
}

#[test]
fn public_responses_read_nothing_from_the_database_for_a_minute_and_then_show_what_changed() {
    let worker = production("edge-cache-state", UNLIMITED);
    let [mugs, cups] =
        [("Mugs", MUGS), ("Cups", CUPS)].map(|(name, origin)| merchant_at(&worker, name, origin));
    let key = mugs.shops[0].publishable_key.as_str();
    let ask = || {
        let asked =
            [("/api/totals/", ""), ("/api/campaigns/", key), ("/storefront/caps", key), ("/", "")];
        asked.map(|(path, key)| seen(&get(&worker, path, key, MUGS)))
    };
    let first = ask();
    assert!(first.iter().all(|(status, ..)| *status == 200), "{first:?}");

    // Changes every row that a response was made from.
    let started = Instant::now();
    sql(&worker.url, "UPDATE public_totals SET trees = trees + 1000", &[]).unwrap();
    let added = add_campaign(&mugs, "Another campaign");
    assert_eq!(ask(), first, "stored responses with all their headers");

    // No other client gets the cached responses.
    let whole = mugs.call("GET", "/api/campaigns/", &Value::Null).unwrap();
    assert!(whole.body.contains(&added) && whole.body.contains("Another campaign"));
    let own = mugs.call("GET", "/api/totals/", &Value::Null).unwrap();
    assert_eq!(
        (own.json(), own.header("cache-control").unwrap()),
        (json!({"trees": 0, "orders": 0}), "private, max-age=60")
    );
    let of_shop = get(&worker, &format!("/api/totals/?shop={}", mugs.shops[0].id), "", MUGS);
    assert_eq!(of_shop.json()["trees"], 0);
    for path in ["/api/campaigns/", "/storefront/caps"] {
        assert_eq!(get(&worker, path, key, CUPS).status, 403, "{path}");
        assert_eq!(get(&worker, path, "", MUGS).status, 401, "{path}");
        // Another spelling of the same question does not reach the database either.
        for query in [format!("api_key={key}"), format!("&api%5Fkey={key}&=1")] {
            let cached = get(&worker, &format!("{path}?{query}"), "", MUGS);
            assert!(first.iter().any(|(_, body, _)| *body == cached.body), "{path}?{query}");
        }
        let refused = get(&worker, &format!("{path}?u=1"), key, MUGS);
        assert_eq!(refused.status, 400, "{path}: {}", refused.body);
        let other = get(&worker, path, &cups.shops[0].publishable_key, CUPS);
        assert_eq!(other.status, 200, "{path}: {}", other.body);
        assert!(first.iter().all(|(_, body, _)| *body != other.body), "{path}: {}", other.body);
    }
    let preflight =
        http::call("OPTIONS", &format!("{}/api/totals/", worker.url), &[], b"").unwrap();
    assert_eq!(preflight.status, 204);

    // Waits for the documented time.
    let is_fresh = |changed: &[(u16, String, [Option<String>; 6]); 4]| {
        let trees = serde_json::from_str::<Value>(&changed[0].1).unwrap()["trees"].as_i64();
        trees >= Some(1000)
            && changed[1].1.contains(&added)
            && changed[2].1.contains(&added)
            && changed[3].1.contains("<b>1,000</b>")
    };
    while !is_fresh(&ask()) {
        assert!(started.elapsed() < Duration::from_secs(VISIBLE_AFTER), "{:?}", ask());
        thread::sleep(Duration::from_secs(1));
    }
}

#[test]
fn a_stored_response_counts_for_the_limits_of_its_address_and_its_key() {
    let worker = production("edge-cache-limits-state", REQUESTS);
    let mugs = merchant_at(&worker, "Mugs", MUGS);
    let key = mugs.shops[0].publishable_key.as_str();
    let statuses = |path: &str, key: &str, address: &str, requests: u32| -> Vec<u16> {
        let authorization = format!("Bearer {key}");
        let mut headers = vec![("origin", MUGS), ("cf-connecting-ip", address)];
        if !key.is_empty() {
            headers.push(("authorization", &authorization));
        }
        let url = format!("{}{path}", worker.url);
        (0..requests).map(|_| http::call("GET", &url, &headers, b"").unwrap().status).collect()
    };
    // The counters restart every minute, so at most once during these requests.
    let of_address = statuses("/api/totals/", "", "192.0.2.1", REQUESTS * 2 + 1);
    assert!(of_address.contains(&429) && of_address[0] == 200, "{of_address:?}");
    // Fewer requests than an address may send, and more than it may send with one key.
    let rounds = ["192.0.2.2", "192.0.2.3"]
        .map(|address| statuses("/api/campaigns/", key, address, REQUESTS * 3 / 4));
    assert!(rounds.iter().all(|round| round[0] == 200), "{rounds:?}");
    assert!(rounds.iter().any(|round| round.contains(&429)), "{rounds:?}");
}
