//! `/style/{file}`: the one style sheet of all pages, which browsers store for a year.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};

use crate::crypto::hash;

const STYLE_SHEET: &str = include_str!("../../templates/style.css");

/// Characters of the hash in the name of the file.
const NAME_LENGTH: usize = 16;

/// The hash of the style sheet. Another style sheet has another address.
static NAME: LazyLock<String> = LazyLock::new(|| {
    let hash: String = hash(STYLE_SHEET).chars().take(NAME_LENGTH).collect();
    format!("{hash}.css")
});

/// The path of the style sheet, for the pages.
pub(crate) fn path() -> String {
    format!("/style/{}", *NAME)
}

/// Returns the style sheet. A page that an older Worker wrote names an older file, and so does the
/// file behind `/docs`: they get this one, which is then stored for five minutes only.
pub(crate) async fn show(Path(file): Path<String>) -> Response {
    let caching =
        if file == *NAME { "public, max-age=31536000, immutable" } else { "public, max-age=300" };
    let headers: [(HeaderName, HeaderValue); 2] = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static(caching)),
    ];
    (headers, STYLE_SHEET).into_response()
}
