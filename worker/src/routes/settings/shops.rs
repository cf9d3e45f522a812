//! `/settings/api-payments/shops`: adds a shop.

use axum::http::Uri;
use axum::response::Response;
use axum::{Extension, Form as Sent};

use super::{again, back, id_of, run};
use crate::access::session::Session;
use crate::context::RequestContext;
use crate::form::Form;
use crate::pages::PageProblem;
use crate::pages::settings::News;
use crate::problem::Problem;
use crate::shops::{self, ShopBody};
use crate::store::Table;
use crate::store::sessions::SessionRow;

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

async fn insert(
    context: &RequestContext,
    session: &SessionRow,
    form: &Form,
) -> Result<(), Problem> {
    let wanted = ShopBody {
        name: form.text("name").to_owned(),
        platform: form.choice("platform")?,
        origin: form.text("origin").to_owned(),
    };
    let id = id_of(context, session, form, ("shop", "shop"))?;
    let made = shops::prepare(context, &session.merchant_id, id, wanted)?;
    run(context, vec![made.statement], (Table::Shops, &made.id), shops::too_many()).await
}
