//! `/settings/api-payments`: the page, and what its forms have in common.

pub(crate) mod campaigns;
mod connections;
mod copy;
pub(crate) mod import;
pub(crate) mod keys;
pub(crate) mod orders;
pub(crate) mod overview;
pub(crate) mod payments;
pub(crate) mod purchase_orders;
pub(crate) mod quarantine;
pub(crate) mod sales;
pub(crate) mod security;
pub(crate) mod shops;
pub(crate) mod start;
pub(crate) mod view;
pub(crate) mod webhook;

use axum::Extension;
use axum::http::{StatusCode, Uri};
use axum::response::Response;

use crate::auth::keys::Key;
use crate::crypto::{hash, hexadecimal, random};
use crate::domain::origin;
use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;
use crate::store::StoreError;
use crate::store::claims::HELD_MAX;
use crate::store::resource::Prepared;
use crate::store::sessions::SessionRow;
use crate::web::form::Form;
use crate::web::session::Session;
use crate::web::settings::view::{Listed, News, render};
use crate::web::{self, PageProblem};

/// Keys and shops on the page. At most 100 of each work, so all of those are there.
const LISTED_MAX: i64 = 150;

/// The hidden field of every form.
const TOKEN: &str = "form";

/// Characters of a form's token, and of what is random of an id.
const TOKEN_LENGTH: usize = 32;

const SENT_BEFORE: &str = "This form was sent before, so nothing was done a second time. What it \
    made is in the list below. The text of a key is shown only once: if you did not keep it, rotate the \
    key to get a new one.";

/// Shows shops and keys.
#[worker::send]
pub(crate) async fn show(
    Session(session): Session,
    Extension(context): Extension<RequestContext>,
    uri: Uri,
) -> Result<Response, PageProblem> {
    page(&context, &session, &uri, StatusCode::OK, News::default()).await
}

/// Redirects to the first page of a member who has just signed in.
pub(crate) fn after_sign_in() -> Response {
    web::redirect("/settings")
}

fn back() -> Response {
    web::redirect("/settings/api-payments")
}

/// Writes the page with its news.
async fn page(
    context: &RequestContext,
    session: &SessionRow,
    uri: &Uri,
    status: StatusCode,
    news: News,
) -> Result<Response, PageProblem> {
    let (store, merchant) = (&context.store, session.merchant_id.as_str());
    let shops = store.shops(merchant, None, LISTED_MAX).await?;
    let keys = store.keys_that_work_first(merchant, context.now.milliseconds(), LISTED_MAX).await?;
    let quarantine = store.unreadable_sales(merchant, LISTED_MAX).await?;
    let held = store.held_claims(merchant, HELD_MAX).await?;
    let void = store.void_claims(merchant, LISTED_MAX).await?;
    let keys = keys.into_iter().map(Key::from).collect();
    let silent = store.silent_shops(merchant).await?;
    let unconfirmed = match silent.first() {
        Some(shop) => store.unconfirmed_claims(merchant, shop.silent_since, LISTED_MAX).await?,
        None => Vec::new(),
    };
    let copies = store.copies(merchant).await?;
    let listed = Listed { shops, silent, unconfirmed, copies, held, void, quarantine, keys };
    let token = hexadecimal(&random::<16>()?);
    let html = render(session, &origin::of(uri), &token, &listed, &news, context.now)?;
    Ok(web::html_of_forms(status, html))
}

/// The page again, where a form was refused: `news` says how.
async fn again(
    context: &RequestContext,
    session: &SessionRow,
    uri: &Uri,
    problem: Problem,
    news: impl FnOnce(&Problem) -> News,
) -> Result<Response, PageProblem> {
    match problem.status() {
        StatusCode::UNPROCESSABLE_ENTITY => {
            let news = news(&problem);
            page(context, session, uri, problem.status(), news).await
        }
        StatusCode::CONFLICT => {
            page(context, session, uri, problem.status(), News::notice(&problem)).await
        }
        _ => Err(problem.into()),
    }
}

/// The id of what a form makes. It is derived from the form's own token, so that the same form sent
/// again, by a reload or a second click, makes the same thing, which is then already there.
fn id_of(
    session: &SessionRow,
    form: &Form,
    (prefix, about): (&str, &str),
) -> Result<String, Problem> {
    let token = form.text(TOKEN);
    if token.len() != TOKEN_LENGTH || !token.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Problem::bad_request("The form came incomplete. Please open Settings again."));
    }
    let text = format!("{}/{about}/{token}", session.merchant_id);
    Ok(format!("{prefix}_{}", hash(&text).chars().take(TOKEN_LENGTH).collect::<String>()))
}

/// Runs the statements that make the row `id`, in one transaction; the problem `refused`, when the
/// statements chose not to make it.
async fn run<T>(
    context: &RequestContext,
    made: Prepared<T>,
    refused: Problem,
) -> Result<T, Problem> {
    match context.store.create(made.statements, (made.table, &made.id)).await {
        Ok(true) => Ok(made.answer),
        Ok(false) => Err(refused),
        Err(StoreError::Conflict) => Err(Problem::new(StatusCode::CONFLICT, SENT_BEFORE)),
        Err(error) => Err(error.into()),
    }
}
