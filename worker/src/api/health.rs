//! `GET /health`: the state of the Worker and its database, for monitoring.

use axum::Extension;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;

use crate::auth::operator::Operator;
use crate::platform::context::RequestContext;
#[cfg(test)]
use crate::platform::problem::Envelope;
use crate::platform::problem::{Problem, json};
use crate::{mail, payments};

/// True if the Worker works.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct Health {
    /// Always `ok`: a Worker that does not work responds with 500 or 503.
    status: &'static str,
    /// The last migration that was applied to the database; with an operator's key only.
    #[serde(skip_serializing_if = "Option::is_none")]
    migration: Option<String>,
    /// The mail provider, with an operator's key only: `cloudflare`, `resend`, `mailbox` in
    /// development, or `none` where no mail is set up; then everything works, and merchants get no
    /// mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    mail: Option<&'static str>,
}

/// Check whether the Worker and its database work.
///
/// An operator's key shows the details, and the names of settings that are missing or wrong.
#[cfg_attr(test, utoipa::path(get, path = "/health", tag = "Health", security(()),
    responses((status = 200, description = "Both work.", body = Health),
        (status = 500, description = "The Worker is not set up.", body = Envelope),
        (status = 503, description = "The database does not answer.", body = Envelope))))]
#[worker::send]
pub(crate) async fn check_health(
    operator: Option<Operator>,
    Extension(context): Extension<RequestContext>,
) -> Result<Response, Problem> {
    let checked = check(&context).await;
    let health = match (checked, operator) {
        (Ok(health), Some(Operator)) => health,
        (Ok(health), None) => Health { migration: None, mail: None, ..health },
        (Err(problem), Some(Operator)) => return Err(problem.shown_to_operator()),
        (Err(problem), None) => return Err(problem),
    };
    Ok(json(StatusCode::OK, &health))
}

async fn check(context: &RequestContext) -> Result<Health, Problem> {
    context.keys()?;
    payments::gateway(context)?;
    if let Err(message) = &context.config.queries_max {
        return Err(Problem::misconfigured(message));
    }
    let mail = Some(mail::name(context)?);
    let unavailable = |what: &str| Problem::new(StatusCode::SERVICE_UNAVAILABLE, what);
    let migration = context.store.latest_migration().await;
    let migration = migration
        .map_err(|_| unavailable("The database does not answer."))?
        .ok_or_else(|| unavailable("The database has no tables yet: apply the migrations."))?;
    Ok(Health { status: "ok", migration: Some(migration), mail })
}
