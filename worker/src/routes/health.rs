//! `GET /health`: whether the Worker and its database answer, for whoever watches them.

use axum::Extension;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use serde::Serialize;

use crate::context::RequestContext;
use crate::mail;
use crate::payments;
#[cfg(test)]
use crate::problem::Envelope;
use crate::problem::{Problem, json};

/// What answers.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct Health {
    /// Always `ok`: a sick Worker answers 503.
    status: &'static str,
    /// The last migration that was applied to the database.
    migration: String,
    /// By whom mail is sent: `cloudflare`, `resend`, `mailbox` in development, or `none` where no mail
    /// is set up; then everything works, and nobody is told by mail.
    mail: &'static str,
}

/// See whether the Worker and its database answer.
#[cfg_attr(test, utoipa::path(get, path = "/health", tag = "Health", security(()),
    responses((status = 200, description = "Both answer.", body = Health),
        (status = 500, description = "The Worker is not set up.", body = Envelope),
        (status = 503, description = "The database does not answer.", body = Envelope))))]
#[worker::send]
pub(crate) async fn check_health(
    Extension(context): Extension<RequestContext>,
) -> Result<Response, Problem> {
    payments::gateway(&context)?;
    let mail = mail::name(&context)?;
    let unavailable = |what: &str| Problem::new(StatusCode::SERVICE_UNAVAILABLE, what);
    let migration = context.store.latest_migration().await;
    let migration = migration
        .map_err(|_| unavailable("The database does not answer."))?
        .ok_or_else(|| unavailable("The database has no tables yet: apply the migrations."))?;
    let mut response = json(StatusCode::OK, &Health { status: "ok", migration, mail });
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}
