//! `/script/{file}`: the script of the page that imports a file. It is deployed beside the Worker, which
//! knows only its hash.

use axum::Extension;
use axum::extract::Path;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};

use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;
use crate::web::style::fnv1a;

/// The hash of the script, computed by the compiler. Another script has another address.
const HASH: u64 = fnv1a(include_bytes!("../../description/import.js"));

/// The path of the script, for the page.
pub(crate) fn path() -> String {
    format!("/script/{}", name())
}

fn name() -> String {
    format!("{HASH:016x}.js")
}

/// Returns the script. A page that an older Worker wrote names an older file, and gets this one, which
/// is then stored for five minutes only.
#[worker::send]
pub(crate) async fn show(
    Extension(context): Extension<RequestContext>,
    Path(file): Path<String>,
) -> Result<Response, Problem> {
    let script = context.description("import.js").await?;
    let caching =
        if file == name() { "public, max-age=31536000, immutable" } else { "public, max-age=300" };
    let headers: [(HeaderName, HeaderValue); 2] = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/javascript; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static(caching)),
    ];
    Ok((headers, script).into_response())
}
