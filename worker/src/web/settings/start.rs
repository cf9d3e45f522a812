//! `/settings/start`: the first steps, from adding a shop to its first order.

pub(crate) mod view;

use axum::extract::Query;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::Response;
use axum::{Extension, Form as Sent};

use crate::auth::connection_codes;
use crate::auth::keys::{Key, KeyMade};
use crate::crypto::{hexadecimal, random};
use crate::domain::origin;
use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;
use crate::sales::campaigns::campaigns_max;
use crate::store::resource::Resource;
use crate::store::sessions::SessionRow;
use crate::store::shops::ShopRow;
use crate::web::form::Form;
use crate::web::session::Session;
use crate::web::settings::start::view::{Shown, Steps, render};
use crate::web::settings::{LISTED_MAX, id_of, keys, shops};
use crate::web::{self, PageProblem};

/// Seconds after which the page is loaded again while it waits for the first order.
pub(crate) const RELOADED_AFTER: u32 = 5;

/// Times that the page is loaded again without a click.
pub(crate) const RELOADS_MAX: u32 = 120;

/// The result of the form that was just sent.
#[derive(Default)]
struct News {
    shop_form: Form,
    notice: Option<String>,
    /// A key that was just made, with its text.
    made: Option<KeyMade>,
    /// A code that was just made.
    code: Option<String>,
}

impl News {
    fn of(problem: &Problem, form: Form) -> Option<Self> {
        match problem.status() {
            StatusCode::UNPROCESSABLE_ENTITY => {
                Some(Self { shop_form: form.refused(problem), ..Self::default() })
            }
            StatusCode::CONFLICT => {
                Some(Self { notice: Some(problem.message().to_owned()), ..Self::default() })
            }
            _ => None,
        }
    }
}

/// Shows the steps of a shop: of the one in the query, or of the newest.
#[worker::send]
pub(crate) async fn show(
    Session(session): Session,
    Extension(context): Extension<RequestContext>,
    Query(query): Query<Vec<(String, String)>>,
    uri: Uri,
) -> Result<Response, PageProblem> {
    let query = Form::new(query);
    page(&context, &session, &uri, (StatusCode::OK, &query), News::default()).await
}

/// Adds the shop of the form.
#[worker::send]
pub(crate) async fn add_shop(
    Session(session): Session,
    Extension(context): Extension<RequestContext>,
    uri: Uri,
    Sent(sent): Sent<Vec<(String, String)>>,
) -> Result<Response, PageProblem> {
    let form = Form::new(sent);
    match shops::insert(&context, &session, &form).await {
        Ok(()) => {
            let id = id_of(&session, &form, ("shop", "shop"))?;
            Ok(web::redirect(&format!("/settings/start?shop={id}")))
        }
        Err(problem) => match News::of(&problem, form) {
            Some(news) => {
                let place = (problem.status(), &Form::default());
                page(&context, &session, &uri, place, news).await
            }
            None => Err(problem.into()),
        },
    }
}

/// Makes the key of the form, and shows its text once, in the line to paste.
#[worker::send]
pub(crate) async fn make_key(
    Session(session): Session,
    Extension(context): Extension<RequestContext>,
    uri: Uri,
    Sent(sent): Sent<Vec<(String, String)>>,
) -> Result<Response, PageProblem> {
    let form = Form::new(sent);
    let (status, news) = match keys::insert(&context, &session, &form).await {
        Ok(made) => (StatusCode::CREATED, News { made: Some(made), ..News::default() }),
        Err(problem) if problem.status() == StatusCode::CONFLICT => {
            (problem.status(), News::of(&problem, Form::default()).unwrap_or_default())
        }
        Err(problem) => return Err(problem.into()),
    };
    page(&context, &session, &uri, (status, &form), news).await
}

/// Makes a code by which the shop's plugin connects itself, and shows it once.
#[worker::send]
pub(crate) async fn make_code(
    Session(session): Session,
    Extension(context): Extension<RequestContext>,
    uri: Uri,
    Sent(sent): Sent<Vec<(String, String)>>,
) -> Result<Response, PageProblem> {
    let form = Form::new(sent);
    let shop = ShopRow::load(&context.store, &session.merchant_id, form.text("shop")).await?;
    let shop = shop.ok_or_else(|| Problem::not_found("shop"))?;
    let (status, news) = match connection_codes::make(&context, &shop, &origin::of(&uri)).await {
        Ok(code) => (StatusCode::CREATED, News { code: Some(code), ..News::default() }),
        Err(problem) if problem.status() == StatusCode::CONFLICT => {
            (problem.status(), News::of(&problem, Form::default()).unwrap_or_default())
        }
        Err(problem) => return Err(problem.into()),
    };
    page(&context, &session, &uri, (status, &form), news).await
}

/// Writes the page for the shop that `chosen` names. While it waits for the first order, the
/// browser loads it again.
async fn page(
    context: &RequestContext,
    session: &SessionRow,
    uri: &Uri,
    (status, chosen): (StatusCode, &Form),
    news: News,
) -> Result<Response, PageProblem> {
    let (store, merchant) = (&context.store, session.merchant_id.as_str());
    let shops = store.shops(merchant, None, LISTED_MAX).await?;
    let shop = shops.iter().find(|shop| shop.id == chosen.text("shop")).or(shops.last());
    let rows = store.keys_that_work_first(merchant, context.now.milliseconds(), LISTED_MAX).await?;
    let mut steps = Steps {
        campaigns: store.campaigns(merchant, None, campaigns_max()).await?.len(),
        keys: rows.into_iter().map(Key::from).collect(),
        webhook: None,
        latest: None,
    };
    if let Some(shop) = shop {
        steps.webhook = store.webhook(merchant, &shop.id, context.now.milliseconds()).await?;
        steps.latest = store.latest_sale(merchant, &shop.id).await?;
    }
    let shown = Shown {
        session,
        origin: origin::of(uri),
        token: hexadecimal(&random::<16>()?),
        shops: &shops,
        shop,
        steps,
        shop_form: &news.shop_form,
        notice: news.notice.as_deref(),
        made: news.made.as_ref(),
        code: news.code.as_deref(),
        reloads: chosen.text("wait").parse().unwrap_or_default(),
        now: context.now,
    };
    let mut response = web::html_of_forms(status, render(&shown)?);
    if let Some(next) = shown.next_reload() {
        let refresh = HeaderValue::from_str(&format!("{RELOADED_AFTER}; url={next}"))
            .map_err(|_| Problem::internal("An address could not be written"))?;
        response.headers_mut().insert(header::REFRESH, refresh);
    }
    Ok(response)
}
