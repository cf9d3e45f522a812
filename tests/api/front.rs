//! The front page, and addresses that have no page.

use play_it_green_tests::http::{self, Answer};

use crate::edges::assert_envelope;
use crate::{merchant, worker};

const BROWSER: (&str, &str) = ("accept", "text/html,application/xhtml+xml,*/*;q=0.8");

fn call(method: &str, path: &str, accept: &[(&str, &str)]) -> Answer {
    http::call(method, &format!("{}{path}", worker()), accept, b"").unwrap()
}

#[test]
fn the_front_page_shows_all_trees_and_leads_on_and_is_the_same_for_everyone() {
    let merchant = merchant();
    merchant.post_sale(&play_it_green_tests::sales::two_mugs("1")).unwrap();
    let page = call("GET", "/", &[BROWSER]);
    assert_eq!(page.status, 200);
    assert_eq!(page.header("cache-control"), Some("public, max-age=60"));
    let figure = page.body.split("<b>").nth(1).unwrap().split('<').next().unwrap();
    assert!(figure.replace(',', "").parse::<u64>().unwrap() > 0, "{figure}");
    for place in ["href=\"/sign-in\"", "href=\"/docs\"", "WooCommerce"] {
        assert!(page.body.contains(place), "{place}: {}", page.body);
    }
    let signed_in = merchant.signed_in().unwrap().open("/").unwrap();
    assert!(!signed_in.body.contains("Example Mugs") && !signed_in.body.contains(&merchant.id));
}

#[test]
fn at_an_unknown_address_a_browser_gets_a_page_and_a_program_the_envelope() {
    for path in ["/nowhere", "/settings/nowhere", "/pay", "/sign-in/a/b", "/index.php"] {
        let page = call("GET", path, &[BROWSER]);
        assert_eq!(page.status, 404, "{path}");
        assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"), "{path}");
        assert_eq!(
            (page.header("cache-control"), page.header("vary")),
            (Some("no-store"), Some("Accept"))
        );
        assert!(page.body.contains("Page not found") && page.body.contains("href=\"/\""), "{path}");
        for accept in [&[][..], &[("accept", "*/*")], &[("accept", "application/json")]] {
            assert_envelope(&call("GET", path, accept), 404, path);
        }
    }
    for path in
        ["/api/nowhere", "/api/", "/storefront/nowhere", "/webhooks/nowhere", "/plugin/nowhere"]
    {
        assert_envelope(&call("GET", path, &[BROWSER]), 404, path);
    }
}

#[test]
fn a_browser_that_opens_the_address_of_a_form_gets_a_page() {
    let page = call("GET", "/settings/payments/email", &[BROWSER]);
    assert_eq!((page.status, page.header("allow")), (405, Some("POST")));
    assert!(page.body.contains("Nothing to show here"), "{}", page.body);
    assert_envelope(&call("GET", "/settings/payments/email", &[]), 405, "a program");
    assert_envelope(&call("DELETE", "/api/totals/", &[BROWSER]), 405, "the API");
}
