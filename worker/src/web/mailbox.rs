//! `/mailbox`: in development, what was sent by mail. In production there is no such page.

pub(crate) mod view;

use askama::Template;
use axum::Extension;
use axum::extract::{Path, Query};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use serde::Deserialize;

use crate::crypto::encryption_keys::Purpose;
use crate::mail::Message;
use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;
use crate::store::mailbox::MailboxRow;
use crate::web::mailbox::view::MailboxPage;
use crate::web::{self, PageProblem};

/// Messages on the page.
const LISTED_MAX: i64 = 100;

/// A mail has its style inline, because mail programs load no style sheet.
const CONTENT_SECURITY_POLICY_OF_MAIL: &str = "default-src 'none'; style-src 'unsafe-inline'; \
    form-action 'none'; frame-ancestors 'none'; base-uri 'none'";

/// The merchant of the mail.
#[derive(Deserialize)]
pub(crate) struct MailboxSearch {
    /// Our id of the merchant; everybody's, where it is left out.
    merchant: Option<String>,
}

/// Lists what was sent.
#[worker::send]
pub(crate) async fn list(
    Extension(context): Extension<RequestContext>,
    Query(search): Query<MailboxSearch>,
) -> Result<Response, PageProblem> {
    check_development(&context)?;
    let rows = context.store.mailbox(search.merchant.as_deref(), LISTED_MAX).await?;
    let messages = rows.iter().filter_map(|row| read(&context, row)).collect();
    Ok(web::html(StatusCode::OK, MailboxPage { messages }.render()?))
}

/// Shows one mail as its recipient sees it.
#[worker::send]
pub(crate) async fn show(
    Extension(context): Extension<RequestContext>,
    Path(id): Path<String>,
) -> Result<Response, PageProblem> {
    check_development(&context)?;
    let row = context.store.message(&id).await?;
    let message = row.and_then(|row| read(&context, &row));
    let message = message.ok_or_else(|| Problem::not_found("mail"))?;
    let mut response = web::html(StatusCode::OK, message.html);
    let policy = HeaderValue::from_static(CONTENT_SECURITY_POLICY_OF_MAIL);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    Ok(response)
}

fn read(context: &RequestContext, row: &MailboxRow) -> Option<Message> {
    let keys = context.usable_keys()?;
    let text = keys.decrypt(Purpose::MailboxMessage, &row.mail_id, &row.message_encrypted)?;
    serde_json::from_str(&text).ok()
}

fn check_development(context: &RequestContext) -> Result<(), Problem> {
    if context.config.development { Ok(()) } else { Err(Problem::not_found("page")) }
}
