//! `/style/{file}`: the one style sheet of all pages, which browsers store for a year. It is deployed
//! beside the Worker, which knows only its hash.

use axum::Extension;
use axum::extract::Path;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};

use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;

/// The hash of the style sheet, computed by the compiler. Another style sheet has another address.
const HASH: u64 = fnv1a(include_bytes!("../../description/style.css"));

/// The path of the style sheet, for the pages.
pub(crate) fn path() -> String {
    format!("/style/{}", name())
}

fn name() -> String {
    format!("{HASH:016x}.css")
}

/// Returns the style sheet. A page that an older Worker wrote names an older file, and so does the
/// file behind `/docs`: they get this one, which is then stored for five minutes only.
#[worker::send]
pub(crate) async fn show(
    Extension(context): Extension<RequestContext>,
    Path(file): Path<String>,
) -> Result<Response, Problem> {
    let style_sheet = context.description("style.css").await?;
    let caching =
        if file == name() { "public, max-age=31536000, immutable" } else { "public, max-age=300" };
    let headers: [(HeaderName, HeaderValue); 2] = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static(caching)),
    ];
    Ok((headers, style_sheet).into_response())
}

/// The hash FNV-1a, which a constant can compute.
pub(super) const fn fnv1a(mut bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    while let [first, rest @ ..] = bytes {
        #[expect(clippy::as_conversions, reason = "a constant cannot call `u64::from`")]
        let byte = *first as u64;
        hash = (hash ^ byte).wrapping_mul(0x0000_0100_0000_01b3);
        bytes = rest;
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_style_sheet_has_another_name() {
        // Source: the test vectors of the algorithm's authors.
        assert_eq!(fnv1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a(b"a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(fnv1a(b"foobar"), 0x8594_4171_f739_67e8);
        assert!(path().starts_with("/style/") && path().len() == 27, "{}", path());
    }
}
