//! `/settings/api-payments/keys`: makes, rotates and revokes keys.

pub(crate) mod view;

use axum::http::{StatusCode, Uri};
use axum::response::Response;
use axum::{Extension, Form as Sent};

use crate::auth::authority::Authority;
use crate::auth::key_rotation;
use crate::auth::keys::{self, KeyMade, NewKey};
use crate::domain::states::KeyKind;
use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;
use crate::store::api_keys::KeyRow;
use crate::store::sessions::SessionRow;
use crate::web::PageProblem;
use crate::web::form::Form;
use crate::web::session::{Session, SessionOwned};
use crate::web::settings::view::News;
use crate::web::settings::{again, back, id_of, page, run};

/// Makes the key of the form, and shows its text once.
#[worker::send]
pub(crate) async fn make(
    Session(session): Session,
    Extension(context): Extension<RequestContext>,
    uri: Uri,
    Sent(fields): Sent<Vec<(String, String)>>,
) -> Result<Response, PageProblem> {
    let form = Form::new(fields);
    match insert(&context, &session, &form).await {
        Ok(made) => {
            let news = News { made: Some(made), ..News::default() };
            page(&context, &session, &uri, StatusCode::CREATED, news).await
        }
        Err(problem) => {
            let is_secret = form.text("kind") == "secret";
            let news = |problem: &Problem| match form.refused(problem) {
                secret_form if is_secret => News { secret_form, ..News::default() },
                publishable_form => News { publishable_form, ..News::default() },
            };
            again(&context, &session, &uri, problem, news).await
        }
    }
}

/// Makes a key that may do the same, shows its text once, and lets the old key end.
#[worker::send]
pub(crate) async fn rotate(
    key: SessionOwned<KeyRow>,
    Extension(context): Extension<RequestContext>,
    uri: Uri,
    Sent(fields): Sent<Vec<(String, String)>>,
) -> Result<Response, PageProblem> {
    let (session, form) = (&key.session, Form::new(fields));
    match replace(&context, session, &key.resource, &form).await {
        Ok(made) => {
            let news = News { made: Some(made), ..News::default() };
            page(&context, session, &uri, StatusCode::CREATED, news).await
        }
        Err(problem) => again(&context, session, &uri, problem, News::notice).await,
    }
}

/// Revokes a key. Doing it again changes nothing.
#[worker::send]
pub(crate) async fn revoke(
    key: SessionOwned<KeyRow>,
    Extension(context): Extension<RequestContext>,
) -> Result<Response, PageProblem> {
    let (merchant, id) = (&key.session.merchant_id, &key.resource.id);
    let revoke = context.store.revoke_key(merchant, id, context.now.milliseconds())?;
    context.store.batch(revoke.into()).await?;
    Ok(back())
}

pub(super) async fn insert(
    context: &RequestContext,
    session: &SessionRow,
    form: &Form,
) -> Result<KeyMade, Problem> {
    let id = id_of(session, form, ("key", "key"))?;
    let wanted = (id, wanted(form)?);
    // A signed-in owner has all permissions of the merchant, and so have their new keys.
    let made = keys::prepare(context, &session.merchant_id, &Authority::of_owner(), wanted).await?;
    run(context, made, keys::too_many()).await
}

fn wanted(form: &Form) -> Result<NewKey, Problem> {
    let kind: KeyKind = form.choice("kind")?;
    let origins: Vec<String> = form.text("origins").split_whitespace().map(str::to_owned).collect();
    Ok(NewKey {
        name: form.text("name").to_owned(),
        kind,
        mode: Some(form.choice("mode")?),
        shop: (kind == KeyKind::Publishable).then(|| form.text("shop").to_owned()),
        scopes: (kind == KeyKind::Secret).then(|| form.choices("scopes")).transpose()?,
        origins: (!origins.is_empty()).then_some(origins),
    })
}

async fn replace(
    context: &RequestContext,
    session: &SessionRow,
    old: &KeyRow,
    form: &Form,
) -> Result<KeyMade, Problem> {
    let hours = form.text("overlap_hours").parse().map_err(|_| {
        let message = "overlap_hours: choose one of the list.";
        Problem::unprocessable("overlap_hours", message)
    })?;
    let merchant = session.merchant_id.as_str();
    let id = id_of(session, form, ("key", &old.id))?;
    let new = key_rotation::prepare(context, merchant, id, old, hours)?;
    run(context, new, keys::too_many()).await
}
