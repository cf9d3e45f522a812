//! `/settings/shops/{id}/webhook`: connects the webhook of a shop, and shows its last delivery.

pub(crate) mod view;

use axum::http::{StatusCode, Uri};
use axum::response::Response;
use axum::{Extension, Form as Sent};

use crate::domain::origin;
use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;
use crate::sales::{copies, webhook_secret};
use crate::store::sessions::SessionRow;
use crate::store::shops::ShopRow;
use crate::store::webhooks::WebhookRow;
use crate::web::form::Form;
use crate::web::session::SessionOwned;
use crate::web::settings::webhook::view::{Shown, render};
use crate::web::{self, PageProblem};

const SET_MEANWHILE: &str = "This webhook has another secret by now, so nothing was changed. To \
    replace that secret, use the form below.";

/// The result of the form that was just sent.
#[derive(Default)]
struct News {
    form: Form,
    notice: Option<String>,
    /// The secret that was made, shown this once.
    made: Option<String>,
}

/// Shows the page.
#[worker::send]
pub(crate) async fn show(
    shop: SessionOwned<ShopRow>,
    Extension(context): Extension<RequestContext>,
    uri: Uri,
) -> Result<Response, PageProblem> {
    page(&context, (&shop.session, &shop.resource), &uri, StatusCode::OK, News::default()).await
}

/// Sets the secret of the form, or makes one and shows it once.
#[worker::send]
pub(crate) async fn set(
    shop: SessionOwned<ShopRow>,
    Extension(context): Extension<RequestContext>,
    uri: Uri,
    Sent(sent): Sent<Vec<(String, String)>>,
) -> Result<Response, PageProblem> {
    let (place, form) = ((&shop.session, &shop.resource), Form::new(sent));
    match store(&context, place, &form).await {
        Ok(made) => {
            let status = if made.is_some() { StatusCode::CREATED } else { StatusCode::OK };
            page(&context, place, &uri, status, News { made, ..News::default() }).await
        }
        Err(problem) => match problem.status() {
            status @ StatusCode::UNPROCESSABLE_ENTITY => {
                let news = News { form: form.refused(&problem), ..News::default() };
                page(&context, place, &uri, status, news).await
            }
            status @ StatusCode::CONFLICT => {
                let notice = Some(problem.message().to_owned());
                page(&context, place, &uri, status, News { notice, ..News::default() }).await
            }
            _ => Err(problem.into()),
        },
    }
}

/// Makes the site of the form the shop's, and records its quarantined sales, as many as one request
/// may: those that are left stay listed with the same button.
#[worker::send]
pub(crate) async fn set_site(
    shop: SessionOwned<ShopRow>,
    Extension(context): Extension<RequestContext>,
    Sent(sent): Sent<Vec<(String, String)>>,
) -> Result<Response, PageProblem> {
    let (merchant, form) = (&shop.session.merchant_id, Form::new(sent));
    copies::accept_site(&context, merchant, &shop.resource, form.text("site")).await?;
    Ok(to_page_of(&shop.resource.id))
}

/// Removes the webhook. Claims that it never confirmed are void unless the owner accepts them.
#[worker::send]
pub(crate) async fn remove(
    shop: SessionOwned<ShopRow>,
    Extension(context): Extension<RequestContext>,
) -> Result<Response, PageProblem> {
    let id = &shop.resource.id;
    let now = context.now.milliseconds();
    context.store.remove_webhook(&shop.session.merchant_id, id, now).await?;
    Ok(to_page_of(id))
}

fn to_page_of(id: &str) -> Response {
    web::redirect(&format!("/settings/shops/{id}/webhook"))
}

/// Stores the secret. A form that was written before another secret was set changes nothing: a
/// reload must not replace the secret that the shop has by now.
async fn store(
    context: &RequestContext,
    (session, shop): (&SessionRow, &ShopRow),
    form: &Form,
) -> Result<Option<String>, Problem> {
    let is_set = webhook(context, session, shop).await?.is_set != 0;
    if is_set && !form.is_chosen("replace", "yes") {
        return Err(Problem::new(StatusCode::CONFLICT, SET_MEANWHILE));
    }
    let secret = match form.text("secret") {
        "" if shop.platform != webhook_secret::SHOPIFY => None,
        secret => Some(secret),
    };
    webhook_secret::set(context, &session.merchant_id, shop, secret).await
}

async fn webhook(
    context: &RequestContext,
    session: &SessionRow,
    shop: &ShopRow,
) -> Result<WebhookRow, Problem> {
    let found =
        context.store.webhook(&session.merchant_id, &shop.id, context.now.milliseconds()).await?;
    found.ok_or_else(|| Problem::not_found("shop"))
}

async fn page(
    context: &RequestContext,
    (session, shop): (&SessionRow, &ShopRow),
    uri: &Uri,
    status: StatusCode,
    news: News,
) -> Result<Response, PageProblem> {
    let copies = context.store.copies(&session.merchant_id).await?;
    let shown = Shown {
        session,
        shop,
        address: webhook_secret::address(&origin::of(uri), shop),
        webhook: webhook(context, session, shop).await?,
        copies: copies.into_iter().filter(|copy| copy.shop_id == shop.id).collect(),
        form: &news.form,
        notice: news.notice.as_deref(),
        made: news.made.as_deref(),
    };
    Ok(web::html_of_forms(status, render(&shown)?))
}
