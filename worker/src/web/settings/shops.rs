//! `/settings/api-payments/shops`: adds a shop, and sets the limits for its claims.

pub(crate) mod view;

use axum::http::Uri;
use axum::response::Response;
use axum::{Extension, Form as Sent};

use crate::domain::claim_limits::ClaimLimits;
use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;
use crate::sales::shops::{self, ShopBody};
use crate::store::sessions::SessionRow;
use crate::store::shops::ShopRow;
use crate::web::PageProblem;
use crate::web::form::Form;
use crate::web::session::{Session, SessionOwned};
use crate::web::settings::view::News;
use crate::web::settings::{again, back, id_of, run};

/// Adds the shop of the form.
#[worker::send]
pub(crate) async fn add(
    Session(session): Session,
    Extension(context): Extension<RequestContext>,
    uri: Uri,
    Sent(fields): Sent<Vec<(String, String)>>,
) -> Result<Response, PageProblem> {
    let form = Form::new(fields);
    match insert(&context, &session, &form).await {
        Ok(()) => Ok(back()),
        Err(problem) => {
            let news =
                |problem: &Problem| News { shop_form: form.refused(problem), ..News::default() };
            again(&context, &session, &uri, problem, news).await
        }
    }
}

/// Sets the limits of the form.
#[worker::send]
pub(crate) async fn set_limits(
    shop: SessionOwned<ShopRow>,
    Extension(context): Extension<RequestContext>,
    uri: Uri,
    Sent(fields): Sent<Vec<(String, String)>>,
) -> Result<Response, PageProblem> {
    let (session, form) = (&shop.session, Form::new(fields));
    let id = shop.resource.id.clone();
    let limits = match read_limits(&form) {
        Ok(limits) => limits,
        Err(problem) => {
            let news = |problem: &Problem| News {
                limits_form: Some((id, form.refused(problem))),
                ..News::default()
            };
            return again(&context, session, &uri, problem, news).await;
        }
    };
    let row = ShopRow { limits, ..shop.resource };
    let now = context.now.milliseconds();
    context.store.change_shop(&session.merchant_id, &row, now).await?;
    Ok(back())
}

/// Begins or ends the test mode of a shop.
#[worker::send]
pub(crate) async fn set_test_mode(
    shop: SessionOwned<ShopRow>,
    Extension(context): Extension<RequestContext>,
    Sent(fields): Sent<Vec<(String, String)>>,
) -> Result<Response, PageProblem> {
    let test_mode = i64::from(Form::new(fields).is_chosen("test_mode", "on"));
    let row = ShopRow { test_mode, ..shop.resource };
    let now = context.now.milliseconds();
    context.store.change_shop(&shop.session.merchant_id, &row, now).await?;
    Ok(back())
}

fn read_limits(form: &Form) -> Result<ClaimLimits, Problem> {
    let read = |field| ClaimLimits::read(field, form.text(field));
    Ok(ClaimLimits {
        sale: read("claim_trees_per_sale")?,
        day: read("claim_trees_per_day")?,
        month: read("claim_trees_per_month")?,
    })
}

pub(super) async fn insert(
    context: &RequestContext,
    session: &SessionRow,
    form: &Form,
) -> Result<(), Problem> {
    let wanted = ShopBody {
        name: form.text("name").to_owned(),
        platform: form.choice("platform")?,
        origin: form.text("origin").to_owned(),
        test_mode: form.is_chosen("test_mode", "on").then_some(true),
        claim_trees_per_sale: None,
        claim_trees_per_day: None,
        claim_trees_per_month: None,
    };
    let id = id_of(session, form, ("shop", "shop"))?;
    let made = shops::prepare(context, &session.merchant_id, id, wanted)?;
    run(context, made, shops::too_many()).await.map(drop)
}
