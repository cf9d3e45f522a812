//! Origins of shops, as browsers write them.

use worker::Url;

use crate::problem::Problem;

/// Reads an origin as people write it, such as `HTTPS://Mugs.example.com/`, and answers it as
/// browsers send it: `https://mugs.example.com`.
pub(crate) fn read(field: &str, text: &str) -> Result<String, Problem> {
    let refused = || {
        let message =
            format!("{field}: write an origin without a path, such as https://mugs.example.com.");
        Problem::unprocessable(field, message)
    };
    let url = Url::parse(text.trim()).map_err(|_| refused())?;
    let host = url.host_str().filter(|host| !host.is_empty()).ok_or_else(refused)?;
    let is_local = host == "localhost" || host == "127.0.0.1" || host.ends_with(".localhost");
    let is_secure = url.scheme() == "https" || (url.scheme() == "http" && is_local);
    let is_bare = url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    if is_secure && is_bare { Ok(url.origin().ascii_serialization()) } else { Err(refused()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_written_as_browsers_send_it() {
        for (text, origin) in [
            ("HTTPS://Mugs.example.com/", "https://mugs.example.com"),
            ("https://mugs.example.com:443", "https://mugs.example.com"),
            ("https://bäume.example", "https://xn--bume-loa.example"),
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
}
