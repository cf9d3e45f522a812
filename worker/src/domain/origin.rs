//! Origins of shops, as browsers write them.

use axum::http::Uri;

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
    let Address { origin, text } = Address::parse(text.trim()).ok_or_else(refused)?;
    let (scheme, host) = scheme_and_host(&origin).ok_or_else(refused)?;
    let is_local = host == "localhost" || host == "127.0.0.1" || host.ends_with(".localhost");
    let is_secure = scheme == "https" || (scheme == "http" && is_local);
    // Nothing else may stand in it: no name, no path, no query.
    let is_bare = text == format!("{origin}/");
    if is_secure && is_bare { Ok(origin) } else { Err(refused()) }
}

/// An address as browsers write it.
struct Address {
    origin: String,
    text: String,
}

impl Address {
    /// Parses an address. The runtime does it, so the Worker embeds no parser: that is 17 KB.
    #[cfg(target_family = "wasm")]
    fn parse(text: &str) -> Option<Self> {
        let url = web_sys::Url::new(text).ok()?;
        Some(Self { origin: url.origin(), text: url.href() })
    }

    /// Parses an address for the tests of this machine. Hosts that are not ASCII are the runtime's:
    /// the tests of the API show that it reads them.
    #[cfg(not(target_family = "wasm"))]
    fn parse(text: &str) -> Option<Self> {
        let url = worker::Url::parse(text).ok().filter(|_| text.is_ascii())?;
        Some(Self { origin: url.origin().ascii_serialization(), text: url.to_string() })
    }
}

/// `https` and `mugs.example.com`, of an origin with or without a port.
fn scheme_and_host(origin: &str) -> Option<(&str, &str)> {
    let (scheme, authority) = origin.split_once("://")?;
    let host = authority.split_once(':').map_or(authority, |(host, _)| host);
    Some((scheme, host))
}

/// Returns true if an address is one of this machine that can stand for that of a provider in
/// development: without a slash at its end, because paths are put after it.
pub(crate) fn is_loopback(base: &str) -> bool {
    let Some(address) = Address::parse(base) else { return false };
    let is_here = [Some(("http", "127.0.0.1")), Some(("http", "localhost"))];
    is_here.contains(&scheme_and_host(&address.origin)) && !base.ends_with('/')
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
