//! Refuses forms that another site sends in a visitor's name.

use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};

use crate::domain::origin;
use crate::platform::problem::Problem;

/// The header in which a browser says how the sender is related to the address.
pub(crate) const FETCH_SITE: &str = "sec-fetch-site";

const ELSEWHERE: &str = "This form did not come from these pages, so nothing was done. Please open \
    Settings yourself and try again there.";

/// Refuses what may change something, unless a page of this very origin sent it. Every browser says
/// in `Origin` where a form comes from, and newer ones also in `Sec-Fetch-Site`.
pub(crate) fn check(parts: &Parts) -> Result<(), Problem> {
    if [Method::GET, Method::HEAD].contains(&parts.method) {
        return Ok(());
    }
    let text = |name| text(&parts.headers, name);
    let is_own = text(header::ORIGIN.as_str()) == Some(origin::of(&parts.uri).as_str());
    let is_same = text(FETCH_SITE).is_none_or(|site| site == "same-origin");
    if is_own && is_same { Ok(()) } else { Err(Problem::forbidden(ELSEWHERE)) }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn is_refused(method: &str, headers: &[(&str, &str)]) -> bool {
        let mut request =
            Request::builder().method(method).uri("https://worker.example.com/settings/sign-out");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        check(&request.body(()).unwrap().into_parts().0).is_err()
    }

    #[test]
    fn only_a_form_of_the_same_origin_is_taken() {
        let own = ("origin", "https://worker.example.com");
        assert!(!is_refused("POST", &[own]));
        assert!(!is_refused("POST", &[own, ("sec-fetch-site", "same-origin")]));
        for headers in [
            vec![],
            vec![("origin", "null")],
            vec![("origin", "https://example.com")],
            vec![("origin", "http://worker.example.com")],
            vec![("sec-fetch-site", "same-origin")],
            vec![own, ("sec-fetch-site", "same-site")],
            vec![own, ("sec-fetch-site", "none")],
        ] {
            assert!(is_refused("POST", &headers), "{headers:?}");
        }
    }

    #[test]
    fn what_changes_nothing_may_come_from_anywhere() {
        assert!(!is_refused("GET", &[("origin", "https://example.com")]));
    }
}
