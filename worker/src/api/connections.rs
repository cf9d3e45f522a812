//! `POST /api/connections`: a shop's plugin exchanges the code that its owner pasted.

use axum::Extension;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use serde::{Deserialize, Serialize};

use crate::auth::connection_codes;
use crate::domain::origin;
use crate::http::body;
#[cfg(test)]
use crate::http::responses::Changed;
use crate::platform::context::RequestContext;
use crate::platform::problem::{Problem, json};
use crate::sales::webhook_secret;

/// A code and the site that was given it.
#[derive(Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct ConnectionBody {
    /// The code that the settings of a shop show for 15 minutes.
    #[cfg_attr(test, schema(min_length = 1, max_length = 500, example = "YOUR_CODE"))]
    code: String,
    /// Scheme and host of the site. It becomes the address of a shop that has no sales yet.
    #[cfg_attr(test, schema(max_length = 300, example = "https://mugs.example.com"))]
    site: String,
    /// True to confirm that a shop with sales moved to this site. Absent or `null` is false.
    #[serde(default)]
    is_moved: Option<bool>,
}

/// The values that connect a shop's plugin.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct Connection {
    /// The id of the shop.
    shop: String,
    /// The merchant's name for it.
    name: String,
    /// True while everything that the shop reports is a test.
    test_mode: bool,
    /// The publishable key; shown this once.
    api_key: String,
    /// The address for the shop's deliveries.
    webhook_address: String,
    /// The secret of the webhooks; shown this once.
    webhook_secret: String,
}

/// Connect the plugin of a shop by a code.
///
/// The code takes the place of a key: it works once, for 15 minutes, and for one shop. The key of
/// the connection before ends after 3 days, and its secret with the first delivery that is signed
/// with the new one.
#[cfg_attr(test, utoipa::path(post, path = "/api/connections", tag = "Shops",
    request_body = ConnectionBody, security(()),
    responses((status = 201, description = "The shop is connected.", body = Connection), Changed)))]
#[worker::send]
pub(crate) async fn connect_shop(
    Extension(context): Extension<RequestContext>,
    headers: HeaderMap,
    uri: Uri,
    bytes: Bytes,
) -> Result<Response, Problem> {
    let ConnectionBody { code, site, is_moved } = body::read(&bytes)?;
    let is_moved = is_moved.unwrap_or_default();
    let connected = match connection_codes::connect(&context, &code, &site, is_moved).await {
        Ok(connected) => connected,
        Err(problem) => {
            if problem.status() == StatusCode::UNAUTHORIZED {
                context.limit_forged(&headers).await?;
            }
            return Err(problem);
        }
    };
    let shop = connected.shop;
    let connection = Connection {
        webhook_address: webhook_secret::address(&origin::of(&uri), &shop),
        shop: shop.id,
        name: shop.name,
        test_mode: shop.test_mode != 0,
        api_key: connected.api_key,
        webhook_secret: connected.webhook_secret,
    };
    Ok(json(StatusCode::CREATED, &connection))
}
