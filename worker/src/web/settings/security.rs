//! `/settings/security`: sessions, a new sign-in link, and what happened to the account.

pub(crate) mod view;

use axum::Extension;
use axum::http::StatusCode;
use axum::response::Response;

use crate::auth::asking_browser::LINK_WORKS_FOR;
use crate::auth::session::IDLE_MAX;
use crate::crypto::Token;
use crate::mail;
use crate::mail::account::{self, AccountMail};
use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;
use crate::store::sessions::SessionRow;
use crate::web::session::Session;
use crate::web::settings::payments::{address_of, merchant};
use crate::web::settings::security::view::{Shown, render};
use crate::web::{self, PageProblem};

/// Events on the page: those of weeks, or of a bad day.
pub(crate) const LISTED_MAX: i64 = 200;

const SENT: &str = "A sign-in link is on its way to the mail address in Settings > Payments.";
const NO_MAIL: &str = "No link was sent, because this server sends no mail or has no address of yours. \
    Ask its operator for a sign-in link.";

/// Shows the page.
#[worker::send]
pub(crate) async fn show(
    Session(session): Session,
    Extension(context): Extension<RequestContext>,
) -> Result<Response, PageProblem> {
    page(&context, &session, None).await
}

/// Ends every session but this one.
#[worker::send]
pub(crate) async fn end_others(
    Session(session): Session,
    Extension(context): Extension<RequestContext>,
) -> Result<Response, PageProblem> {
    let now = context.now.milliseconds();
    context.store.end_other_sessions(&session.merchant_id, &session.hash, now).await?;
    Ok(web::redirect("/settings/security"))
}

/// Mails a sign-in link to the owner.
#[worker::send]
pub(crate) async fn send_link(
    Session(session): Session,
    Extension(context): Extension<RequestContext>,
) -> Result<Response, PageProblem> {
    let is_sent = mail_link(&context, &session).await?;
    page(&context, &session, Some(if is_sent { SENT } else { NO_MAIL })).await
}

async fn mail_link(context: &RequestContext, session: &SessionRow) -> Result<bool, Problem> {
    let id = session.merchant_id.as_str();
    let address = address_of(context, id, &merchant(context, session).await?)?;
    let Some(address) = address.filter(|_| mail::name(context).is_ok_and(|name| name != "none"))
    else {
        return Ok(false);
    };
    let (token, now) = (Token::generate()?, context.now.milliseconds());
    let mail = account::insert(context, id, &address, AccountMail::SignInLink, Some(&token))?;
    let expires_at = now.saturating_add(LINK_WORKS_FOR);
    let mailed_to = context.keys()?.email_hash(&address);
    let link = context.store.insert_link((&token.hash, &mailed_to), id, now, expires_at)?;
    context.store.batch(vec![link, mail]).await?;
    Ok(true)
}

async fn page(
    context: &RequestContext,
    session: &SessionRow,
    notice: Option<&str>,
) -> Result<Response, PageProblem> {
    let (store, id, now) = (&context.store, session.merchant_id.as_str(), context.now);
    let seen_after = now.milliseconds().saturating_sub(IDLE_MAX);
    let shown = Shown {
        session,
        notice,
        sessions: store.sessions(id, now.milliseconds(), seen_after).await?,
        events: store.security_events(id, LISTED_MAX).await?,
    };
    Ok(web::html_of_forms(StatusCode::OK, render(&shown)?))
}
