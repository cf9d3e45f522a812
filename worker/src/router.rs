//! Every URL and its handler, in one table.

use axum::Router;
use axum::http::{Method, StatusCode};
use axum::routing::{MethodRouter, get, post};

use crate::problem::Problem;
use crate::routes::{campaigns, cross_origin, orders, pay, purchase_orders};

/// The table. Both slash forms of a route answer directly, without a redirect.
pub(crate) fn router() -> Router {
    let mut router = Router::new();
    for (path, handlers) in api() {
        router = router
            .route(path, handlers.clone().options(cross_origin::preflight))
            .route(&format!("{path}/"), handlers.options(cross_origin::preflight));
    }
    router
        .route("/pay/{token}", get(pay::show).post(pay::pay))
        .route("/pay/{token}/authentication", post(pay::authenticate))
        .fallback(async || Problem::not_found("page"))
        .method_not_allowed_fallback(async |method: Method| {
            Problem::new(
                StatusCode::METHOD_NOT_ALLOWED,
                format!("{method} does nothing here; the header Allow lists what does."),
            )
        })
}

fn api() -> [(&'static str, MethodRouter); 6] {
    [
        ("/api/orders", get(orders::list).post(orders::create)),
        ("/api/campaigns", get(campaigns::list).post(campaigns::create)),
        (
            "/api/campaigns/{id}",
            get(campaigns::read).put(campaigns::change).delete(campaigns::delete),
        ),
        ("/api/purchase_orders", get(purchase_orders::list)),
        ("/api/purchase_orders/{id}", get(purchase_orders::read)),
        ("/api/purchase_orders/{id}/lines", get(purchase_orders::lines)),
    ]
}
