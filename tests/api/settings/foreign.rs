//! Requests of other sites and for other merchants' keys and shops.

use play_it_green_tests::browser::Browser;
use play_it_green_tests::database::dump;

use super::{KEYS, SETTINGS, fresh_token, id_of_key, signed_in};
use crate::{merchant_without_campaigns, worker};

#[test]
fn another_merchants_key_and_one_that_never_was_get_the_same_answer() {
    let (mut browser, _) = signed_in();
    let other = merchant_without_campaigns("UTC");
    let foreign = id_of_key(&other, "made by a test");
    let form = format!("form={}&overlap_hours=1", fresh_token(&browser));
    let before = dump(&worker()).unwrap();
    for action in ["rotate", "revoke"] {
        let mut send = |id: &str| browser.send(&format!("{KEYS}/{id}/{action}"), &form).unwrap();
        let (foreign, unknown) = (send(&foreign), send("key_none"));
        assert_eq!((foreign.status, unknown.status), (404, 404));
        assert_eq!(foreign.body, unknown.body);
    }
    let form = fresh_token(&browser);
    let shop = &other.shops[0].id;
    let form = format!("form={form}&kind=publishable&name=Theirs&mode=live&shop={shop}");
    let answer = browser.send(KEYS, &form).unwrap();
    assert_eq!(answer.status, 422);
    assert!(answer.body.contains("There is no such shop"));
    let page = browser.open(SETTINGS).unwrap().body;
    assert!(!page.contains(&foreign) && !page.contains(shop));
    assert_eq!(dump(&worker()).unwrap(), before);
}

#[test]
fn the_form_of_another_site_and_a_stranger_change_nothing() {
    let (browser, merchant) = signed_in();
    let id = id_of_key(&merchant, "made by a test");
    let token = fresh_token(&browser);
    let own = worker();
    let before = dump(&own).unwrap();
    let paths = [
        KEYS.to_owned(),
        format!("{KEYS}/{id}/revoke"),
        format!("{KEYS}/{id}/rotate"),
        format!("{SETTINGS}/shops"),
        "/settings/sign-out".to_owned(),
    ];
    let form = format!(
        "form={token}&overlap_hours=1&kind=secret&name=A&mode=live&scopes=keys%3Aread\
         &platform=wix&origin=https%3A%2F%2Fa.example.com"
    );
    for path in &paths {
        for from in [
            vec![],
            vec![("origin", "null")],
            vec![("origin", "https://example.com"), ("sec-fetch-site", "cross-site")],
            vec![("origin", own.as_str()), ("sec-fetch-site", "same-site")],
        ] {
            let answer = browser.send_from(&from, path, &form).unwrap();
            assert_eq!(answer.status, 403, "{path} {from:?}");
        }
        let mut stranger = Browser::new(&own).unwrap();
        assert_eq!(stranger.send(path, &form).unwrap().status, 401, "{path}");
    }
    assert_eq!(dump(&own).unwrap(), before);
    assert_eq!(browser.open(SETTINGS).unwrap().status, 200);
}

#[test]
fn the_page_takes_no_script_and_no_other_site_may_read_or_frame_it() {
    let (browser, _) = signed_in();
    let page = browser.open(SETTINGS).unwrap();
    assert!(!page.body.contains("<script"));
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
    assert_eq!(page.header("access-control-allow-origin"), None);
    assert_eq!(page.header("referrer-policy"), Some("same-origin"));
    assert_eq!(page.header("cache-control"), Some("no-store"));
}
