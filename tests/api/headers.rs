//! Headers, methods and paths that browsers and crawlers depend on.

use std::fs;

use play_it_green_tests::http::{self, Answer};
use play_it_green_tests::local_worker::{LocalWorker, repository};
use serde_json::Value;

use crate::pay::close_month;
use crate::{merchant, worker};

fn get(url: &str, headers: &[(&str, &str)]) -> Answer {
    http::call("GET", url, headers, b"").unwrap()
}

#[test]
fn every_body_has_its_media_type_and_the_charset_of_its_text() {
    let due = close_month(&worker(), merchant());
    let at = |path: &str| format!("{}{path}", worker());
    let key = format!("Bearer {}", due.merchant.secret_key);
    for (url, expected) in [
        (at("/health"), "application/json"),
        (at("/api/openapi.json"), "application/json"),
        (at("/api/orders/"), "application/json"),
        (at("/api/orders/?format=csv"), "text/csv; charset=utf-8"),
        (at("/api/nothing/"), "application/json"),
        (at("/docs"), "text/html; charset=utf-8"),
        (at("/style/latest.css"), "text/css; charset=utf-8"),
        (at("/settings"), "text/html; charset=utf-8"),
        (at("/sign-in"), "text/html; charset=utf-8"),
        (at("/sign-in/none"), "text/html; charset=utf-8"),
        (at("/sign-up"), "text/html; charset=utf-8"),
        (at("/pay/none"), "text/html; charset=utf-8"),
        (due.link.clone(), "text/html; charset=utf-8"),
        (format!("{}/document", due.link), "text/html; charset=utf-8"),
        (format!("{}/items.csv", due.link), "text/csv; charset=utf-8"),
    ] {
        let response = get(&url, &[("authorization", &key)]);
        assert!(!response.body.is_empty(), "{url}");
        assert_eq!(response.header("content-type"), Some(expected), "{url}");
    }
}

#[test]
fn every_table_is_a_download_with_a_name_of_ours() {
    let due = close_month(&worker(), merchant());
    let at = |path: &str| format!("{}{path}", worker());
    let key = format!("Bearer {}", due.merchant.secret_key);
    for url in [
        at("/api/orders/?format=csv"),
        at(&format!("/api/purchase_orders/{}/items/?format=csv", due.id)),
        format!("{}/items.csv", due.link),
        format!("{}/items.csv?filename=..%2Fa%22b.html&name=a.html", due.link),
    ] {
        let response = get(&url, &[("authorization", &key)]);
        assert_eq!(response.status, 200, "{url}: {}", response.body);
        let disposition = response.header("content-disposition").unwrap_or_default();
        let name = disposition.strip_prefix("attachment; filename=\"");
        let name = name.and_then(|name| name.strip_suffix(".csv\"")).expect(&url);
        let is_ours = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
        assert!(!name.is_empty() && name.chars().all(is_ours), "{url}: {disposition}");
    }
}

#[test]
fn pages_share_a_style_sheet_that_is_stored_for_a_year_and_hold_no_style_or_script_of_their_own() {
    let due = close_month(&worker(), merchant());
    let browser = due.merchant.signed_in().unwrap();
    let mut sheets = Vec::new();
    for page in [
        "/",
        "/docs",
        "/mailbox",
        "/pay/none",
        "/settings",
        "/settings/payments",
        "/settings/security",
        "/sign-in",
        "/sign-in/none",
        "/sign-up",
        &due.link,
        &format!("{}/document", due.link),
    ] {
        let page = browser.open(page).unwrap();
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.contains("style-src 'self'") && !policy.contains("unsafe"), "{policy}");
        for own in ["<style", " style=", "<script"] {
            // The page of the API shows scripts as code, escaped.
            assert!(!page.body.contains(own), "{own}: {}", page.body);
        }
        let sheet = page.body.split("<link rel=\"stylesheet\" href=\"").nth(1).unwrap();
        sheets.push(sheet.split('"').next().unwrap().to_owned());
    }
    sheets.sort();
    sheets.dedup();
    let caching = sheets.iter().map(|sheet| browser.open(sheet).unwrap());
    let caching: Vec<_> =
        caching.map(|sheet| sheet.header("cache-control").unwrap().to_owned()).collect();
    assert_eq!(caching, ["public, max-age=31536000, immutable", "public, max-age=300"]);
}

#[test]
fn other_sites_read_no_page_and_send_no_cookie_to_the_api() {
    let due = close_month(&worker(), merchant());
    let at = |path: &str| format!("{}{path}", worker());
    let foreign = [("origin", "https://attacker.example.com")];
    let document = format!("{}/document", due.link);
    for url in [
        at("/settings"),
        at("/sign-in"),
        at("/sign-up"),
        at("/sign-in/none"),
        due.link.clone(),
        document,
    ] {
        let response = get(&url, &foreign);
        assert_eq!(response.header("access-control-allow-origin"), None, "{url}");
    }
    let browser = due.merchant.signed_in().unwrap();
    let cookie = browser.cookie.as_deref().unwrap();
    let response = get(&at("/api/orders/"), &[foreign[0], ("cookie", cookie)]);
    assert_eq!(response.status, 401, "a session is no key: {}", response.body);
    for (method, url) in [("GET", at("/api/totals/")), ("OPTIONS", at("/api/orders/"))] {
        let response = http::call(method, &url, &foreign, b"").unwrap();
        assert_eq!(response.header("access-control-allow-origin"), Some("*"), "{method} {url}");
        assert_eq!(response.header("access-control-allow-credentials"), None, "{method} {url}");
    }
}

#[test]
fn a_get_request_changes_no_setting() {
    let browser = merchant().signed_in().unwrap();
    let settings = "/settings/api-payments";
    for path in [
        "/settings/sign-out".to_owned(),
        "/settings/payments/email".to_owned(),
        "/settings/payments/budget".to_owned(),
        "/settings/payments/card".to_owned(),
        "/settings/payments/card/remove".to_owned(),
        format!("{settings}/shops"),
        format!("{settings}/keys"),
        format!("{settings}/keys/key_none/rotate"),
        format!("{settings}/keys/key_none/revoke"),
        format!("{settings}/quarantine/none/delete"),
        "/settings/campaigns/camp_none/pause".to_owned(),
        "/settings/campaigns/camp_none/resume".to_owned(),
        "/settings/campaigns/camp_none/delete".to_owned(),
        "/settings/start/shop".to_owned(),
        "/settings/start/key".to_owned(),
        "/settings/shops/shop_none/webhook/remove".to_owned(),
        "/settings/shops/shop_none/webhook/site".to_owned(),
        "/settings/shops/shop_none/pull".to_owned(),
    ] {
        assert_eq!(browser.open(&path).unwrap().status, 405, "{path}");
    }
    assert_eq!(browser.open(settings).unwrap().status, 200, "the session has not ended");
}

#[test]
fn neither_a_folder_nor_a_file_of_the_repository_is_served() {
    for path in [
        "/.git/HEAD",
        "/.git/config",
        "/.dev.vars",
        "/.env",
        "/wrangler.toml",
        "/Cargo.toml",
        "/build/index.js",
        "/migrations/",
        "/plugin",
        "/plugin/",
        "/plugin/latest/",
        "/plugin/latest/..%2f..%2fwrangler.toml",
        "/plugin/latest/%2e%2e/%2e%2e/Cargo.toml",
    ] {
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        let response = http::raw(&worker(), request.as_bytes()).unwrap();
        assert_eq!(response.status, 404, "{path}: {}", response.body);
    }
    let published = fs::read_dir(repository().join("plugin/dist")).unwrap();
    let hidden = published.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    assert_eq!(hidden.filter(|name| name.starts_with('.')).collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn no_redirect_leaves_the_host_whatever_the_request_names() {
    let due = close_month(&worker(), merchant());
    let mut browser = due.merchant.signed_in().unwrap();
    for next in ["https://attacker.example.com", "//attacker.example.com"] {
        let link = due.merchant.sign_in_link().unwrap();
        let form = format!("next={next}&redirect={next}&return_to={next}");
        let response = browser.send(&format!("{link}?next={next}&redirect={next}"), &form).unwrap();
        assert_eq!(response.status, 303);
        assert_eq!(response.header("location"), Some("/settings"));
    }
    for path in ["//attacker.example.com", "//attacker.example.com/..", "/plugin/1//example.com"] {
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        let response = http::raw(&worker(), request.as_bytes()).unwrap();
        let location = response.header("location").unwrap_or("/");
        assert!(location.starts_with('/') && !location.starts_with("//"), "{path}: {location}");
    }
}

#[test]
fn an_address_that_the_client_claims_for_itself_does_not_lift_its_limit() {
    let state = repository().join("target/tests/claimed-address-state");
    let worker = LocalWorker::start_limited(&state, 10).unwrap();
    let url = format!("{}/api/totals/", worker.url);
    let statuses = (0..21).map(|number| {
        let claimed = format!("192.0.2.{number}");
        let forwarded = format!("for={claimed}");
        let headers = [
            ("cf-connecting-ip", "198.51.100.7"),
            ("x-forwarded-for", claimed.as_str()),
            ("x-real-ip", claimed.as_str()),
            ("true-client-ip", claimed.as_str()),
            ("forwarded", forwarded.as_str()),
        ];
        get(&url, &headers).status
    });
    let statuses: Vec<u16> = statuses.collect();
    assert!(statuses.contains(&429), "{statuses:?}");
}

#[test]
fn an_error_shows_nothing_of_the_inside() {
    let merchant = merchant();
    for (method, path) in [
        ("GET", "/api/orders/?after='"),
        ("GET", "/api/campaigns/' OR 1=1 --"),
        ("POST", "/api/campaigns/"),
        ("GET", "/api/nothing/"),
    ] {
        let path = path.replace(' ', "%20");
        let response = merchant.call(method, &path, &Value::Null).unwrap();
        assert!((400..500).contains(&response.status), "{method} {path}: {}", response.status);
        for inside in ["SQLITE", "D1_", "panicked", ".rs:", "wasm", "SELECT", "stack"] {
            assert!(!response.body.contains(inside), "{method} {path}: {}", response.body);
        }
        assert_eq!(response.header("server"), None, "{method} {path}");
        assert_eq!(response.header("x-powered-by"), None, "{method} {path}");
    }
}
