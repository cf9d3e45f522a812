//! Origins of shops, as browsers write them.

use axum::http::Uri;

use crate::platform::address;
use crate::platform::problem::Problem;

/// The origin under which this Worker was asked; empty where the address has none.
pub(crate) fn of(uri: &Uri) -> String {
    match (uri.scheme_str(), uri.authority()) {
        (Some(scheme), Some(authority)) => format!("{scheme}://{authority}"),
        _ => String::new(),
    }
}

/// Characters in the longest origin.
pub(crate) const LENGTH_MAX: usize = 300;

/// Reads an origin as people write it, such as `HTTPS://Mugs.example.com/`. Returns it as browsers
/// send it: `https://mugs.example.com`.
pub(crate) fn read(field: &str, text: &str) -> Result<String, Problem> {
    let refused = || {
        let message =
            format!("{field}: write an origin without a path, such as https://mugs.example.com.");
        Problem::unprocessable(field, message)
    };
    if text.chars().count() > LENGTH_MAX {
        let message = format!("{field}: must be at most {LENGTH_MAX} characters long.");
        return Err(Problem::unprocessable(field, message));
    }
    address::read_origin(text).ok_or_else(refused)
}

/// Returns the origin of a storefront on this host and port; `None` if it is none.
pub(crate) fn of_authority(authority: &str) -> Option<String> {
    ["https", "http"]
        .into_iter()
        .filter(|scheme| *scheme == "http" || !address::is_local(authority))
        .find_map(|scheme| read("origin", &format!("{scheme}://{authority}")).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_written_as_browsers_send_it() {
        for (text, origin) in [
            ("HTTPS://Mugs.example.com/", "https://mugs.example.com"),
            ("https://mugs.example.com:443", "https://mugs.example.com"),
            ("https://xn--bume-loa.example", "https://xn--bume-loa.example"),
            ("http://localhost:8080", "http://localhost:8080"),
        ] {
            assert_eq!(read("origin", text).unwrap(), origin);
        }
    }

    #[test]
    fn the_origin_of_a_host_is_https_except_on_this_machine() {
        for (authority, origin) in [
            ("mugs.example.com", Some("https://mugs.example.com")),
            ("localhost:8080", Some("http://localhost:8080")),
            ("", None),
        ] {
            assert_eq!(of_authority(authority).as_deref(), origin);
        }
    }

    #[test]
    fn what_is_no_origin_is_refused_with_an_example() {
        for text in [
            "",
            "mugs.example.com",
            "http://mugs.example.com",
            "https://mugs.example.com/shop",
            "https://mugs.example.com?a",
            "https://a:b@mugs.example.com",
            "null",
            "file:///etc",
        ] {
            assert!(read("origin", text).unwrap_err().message().contains("such as"), "{text}");
        }
    }

    #[test]
    fn an_origin_is_no_longer_than_the_description_says() {
        let origin = |length: usize| format!("https://{}", "a".repeat(length - "https://".len()));
        assert!(read("origin", &origin(LENGTH_MAX)).is_ok());
        let problem = read("origin", &origin(LENGTH_MAX + 1)).unwrap_err();
        assert_eq!(problem.message(), "origin: must be at most 300 characters long.");
    }
}
