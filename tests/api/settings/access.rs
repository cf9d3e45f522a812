//! Every page and every form of the settings: only its signed-in owner sees it, only its own forms
//! are accepted, and each response has the headers of a private page.

use play_it_green_tests::browser::Browser;
use play_it_green_tests::database::dump;

use super::sign_in;
use crate::{merchant, worker};

/// Pages of the settings that need no id.
const PAGES: [&str; 9] = [
    "/settings/api-payments",
    "/settings/campaigns",
    "/settings/campaigns/new",
    "/settings/campaigns/new?as=json",
    "/settings/orders",
    "/settings/payments",
    "/settings/purchase-orders",
    "/settings/security",
    "/settings/start",
];

/// Forms of Settings > Campaigns and of the first steps. The id is any.
const FORMS: [&str; 12] = [
    "/settings/campaigns",
    "/settings/campaigns/camp_1",
    "/settings/campaigns/camp_1/pause",
    "/settings/campaigns/camp_1/resume",
    "/settings/campaigns/camp_1/delete",
    "/settings/start/shop",
    "/settings/start/key",
    "/settings/shops/shop_1/webhook",
    "/settings/shops/shop_1/webhook/remove",
    "/settings/shops/shop_1/webhook/site",
    "/settings/shops/shop_1/import",
    "/settings/shops/shop_1/pull",
];

#[test]
fn every_page_needs_no_script_and_is_neither_stored_nor_framed() {
    let browser = sign_in(&merchant());
    for path in PAGES {
        let page = browser.open(path).unwrap();
        assert_eq!(page.status, 200, "{path}");
        assert!(!page.body.contains("<script"), "{path}");
        let policy = page.header("content-security-policy").unwrap_or_default();
        let is_closed = policy.starts_with("default-src 'none'");
        assert!(is_closed && policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert!(!policy.contains("script-src"), "{path}: {policy}");
        assert_eq!(page.header("cache-control"), Some("no-store"), "{path}");
        assert_eq!(page.header("referrer-policy"), Some("same-origin"), "{path}");
        assert_eq!(page.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(page.header("access-control-allow-origin"), None, "{path}");
        let stranger = Browser::new(&worker()).unwrap().open(path).unwrap();
        assert_eq!(stranger.status, 401, "{path}");
        assert_eq!(stranger.header("cache-control"), Some("no-store"), "{path}");
    }
}

#[test]
fn a_form_of_another_site_and_a_stranger_change_nothing() {
    let browser = sign_in(&merchant());
    let own = worker();
    let before = dump(&own).unwrap();
    for path in FORMS {
        for from in [
            vec![],
            vec![("origin", "null")],
            vec![("origin", "https://example.com"), ("sec-fetch-site", "cross-site")],
            vec![("origin", own.as_str()), ("sec-fetch-site", "same-site")],
        ] {
            let answer = browser.send_from(&from, path, "").unwrap();
            assert_eq!(answer.status, 403, "{path} {from:?}");
        }
        let stranger = Browser::new(&own).unwrap().send(path, "").unwrap();
        assert_eq!(stranger.status, 401, "{path}");
    }
    assert_eq!(dump(&own).unwrap(), before);
}
