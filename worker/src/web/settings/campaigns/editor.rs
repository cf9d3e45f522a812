//! `/settings/campaigns/new` and `/settings/campaigns/{id}`: the form that makes or changes a
//! campaign, and tries it on the latest sales.

mod refusal;
pub(crate) mod suggestions;
pub(crate) mod view;

use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;
use axum::{Extension, Form as Sent};
use order_events::{Campaign, Conditions, TreeRule};

use crate::crypto::{hexadecimal, random};
use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;
use crate::sales::campaigns::{self, Overwrite, campaign};
use crate::sales::preview::preview;
use crate::store::campaigns::CampaignRow;
use crate::store::resource::Resource;
use crate::store::sessions::SessionRow;
use crate::web::form::Form;
use crate::web::session::{Session, SessionOwned};
use crate::web::settings::campaigns::editor::refusal::at_field;
use crate::web::settings::campaigns::editor::view::{Editor, Previewed, render};
use crate::web::settings::campaigns::{CHANGED_MEANWHILE, back, fields};
use crate::web::settings::payments::merchant;
use crate::web::settings::{LISTED_MAX, id_of, run};
use crate::web::{self, PageProblem};

/// The name of the button that tries a campaign and saves nothing.
const BUTTON: &str = "do";

/// Shows the form of a new campaign: an empty one, or one with the content of another campaign.
#[worker::send]
pub(crate) async fn new(
    Session(session): Session,
    Extension(context): Extension<RequestContext>,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Response, PageProblem> {
    let query = Form::new(query);
    let copied = match query.text("from") {
        "" => None,
        id => CampaignRow::load(&context.store, &session.merchant_id, id).await?,
    };
    let copied = copied.map(campaign).transpose()?.map(copy_of);
    let shown = copied.unwrap_or_else(one_tree_per_order);
    let form = form_of(&context, &session, &shown, query.is_chosen("as", "json")).await?;
    page(&context, &session, Editor::new(form)).await
}

/// Shows the form of a campaign.
#[worker::send]
pub(crate) async fn edit(
    found: SessionOwned<CampaignRow>,
    Extension(context): Extension<RequestContext>,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Response, PageProblem> {
    let (session, stored) = (found.session, campaign(found.resource)?);
    let is_json = Form::new(query).is_chosen("as", "json");
    let form = form_of(&context, &session, &stored, is_json).await?;
    page(&context, &session, Editor { stored: Some(stored), ..Editor::new(form) }).await
}

/// Makes the campaign of the form, or tries it.
#[worker::send]
pub(crate) async fn create(
    Session(session): Session,
    Extension(context): Extension<RequestContext>,
    Sent(sent): Sent<Vec<(String, String)>>,
) -> Result<Response, PageProblem> {
    let form = Form::new(sent);
    if form.is_chosen(BUTTON, "preview") {
        return show_preview(&context, &session, Editor::new(form)).await;
    }
    match insert(&context, &session, &form).await {
        Ok(()) if form.is_chosen("next", "start") => Ok(web::redirect("/settings/start")),
        Ok(()) => Ok(back()),
        Err(problem) => again(&context, &session, Editor::new(form), problem).await,
    }
}

/// Changes the campaign as the form says, or tries the change.
#[worker::send]
pub(crate) async fn change(
    found: SessionOwned<CampaignRow>,
    Extension(context): Extension<RequestContext>,
    Sent(sent): Sent<Vec<(String, String)>>,
) -> Result<Response, PageProblem> {
    let (session, row) = (found.session, found.resource);
    let form = Form::new(sent);
    let editor = Editor { stored: Some(campaign(row.clone())?), ..Editor::new(form) };
    if editor.form.is_chosen(BUTTON, "preview") {
        return show_preview(&context, &session, editor).await;
    }
    match update(&context, &session, &row, &editor).await {
        Ok(()) => Ok(back()),
        Err(problem) => again(&context, &session, editor, problem).await,
    }
}

async fn insert(
    context: &RequestContext,
    session: &SessionRow,
    form: &Form,
) -> Result<(), Problem> {
    let merchant = session.merchant_id.as_str();
    let wanted = fields::read(form, &session.time_zone, None)?;
    let id = id_of(session, form, ("camp", "campaign"))?;
    let made = campaigns::prepare(context, merchant, id, wanted).await?;
    run(context, made, campaigns::too_many()).await.map(drop)
}

async fn update(
    context: &RequestContext,
    session: &SessionRow,
    row: &CampaignRow,
    editor: &Editor,
) -> Result<(), Problem> {
    let version = editor.form.text("version").parse();
    let version = version.map_err(|_| Problem::bad_request("The form came incomplete."))?;
    let wanted = fields::read(&editor.form, &session.time_zone, editor.stored.as_ref())?;
    let (merchant, overwrite) = (&session.merchant_id, Overwrite::Only(version));
    let changed = campaigns::change(context, merchant, row, wanted, overwrite).await?;
    match changed {
        Some(_) => Ok(()),
        None => Err(Problem::new(StatusCode::CONFLICT, CHANGED_MEANWHILE)),
    }
}

/// The page again with the trees of the last 30 days. Nothing is stored.
async fn show_preview(
    context: &RequestContext,
    session: &SessionRow,
    editor: Editor,
) -> Result<Response, PageProblem> {
    match previewed(context, session, &editor).await {
        Ok(previewed) => {
            page(context, session, Editor { previewed: Some(previewed), ..editor }).await
        }
        Err(problem) => again(context, session, editor, problem).await,
    }
}

async fn previewed(
    context: &RequestContext,
    session: &SessionRow,
    editor: &Editor,
) -> Result<Previewed, Problem> {
    let zone = session.time_zone.as_str();
    let wanted = fields::read(&editor.form, zone, editor.stored.as_ref())?;
    let start = editor.stored.as_ref().and_then(|stored| stored.starts_at);
    let tried = campaigns::checked("camp".to_owned(), 1, start.unwrap_or(context.now), wanted)?;
    let preview = preview(context, (&session.merchant_id, zone), &tried).await?;
    let currency = merchant(context, session).await?.currency;
    let price = context.store.tree_price(&currency, context.now.milliseconds()).await?;
    let trees = i64::try_from(preview.trees).unwrap_or(i64::MAX);
    let cost = price.map(|price| (price.saturating_mul(trees), currency));
    Ok(Previewed { preview, cost, conditions: tried.conditions })
}

/// The page again, after the form was refused: what was typed stays.
async fn again(
    context: &RequestContext,
    session: &SessionRow,
    editor: Editor,
    problem: Problem,
) -> Result<Response, PageProblem> {
    let status = problem.status();
    if status != StatusCode::UNPROCESSABLE_ENTITY && status != StatusCode::CONFLICT {
        return Err(problem.into());
    }
    let problem = at_field(problem, editor.form.is_chosen("as", "json"));
    let notice = problem.field().is_empty().then(|| problem.message().to_owned());
    let form = editor.form.refused(&problem);
    page(context, session, Editor { form, notice, status, ..editor }).await
}

/// The form with a campaign in it: with fields, or with JSON if it is wanted or needed.
async fn form_of(
    context: &RequestContext,
    session: &SessionRow,
    shown: &Campaign,
    is_json: bool,
) -> Result<Form, Problem> {
    let (zone, currency) = (&session.time_zone, merchant(context, session).await?.currency);
    let fields = if is_json { None } else { fields::form_of(shown, zone, &currency) };
    Ok(fields.unwrap_or_else(|| fields::as_json(shown, zone)))
}

async fn page(
    context: &RequestContext,
    session: &SessionRow,
    editor: Editor,
) -> Result<Response, PageProblem> {
    let shops = context.store.shops(&session.merchant_id, None, LISTED_MAX).await?;
    let suggested = suggestions::of(context, &session.merchant_id).await?;
    let token = hexadecimal(&random::<16>()?);
    let html = render(session, &token, &editor, &shops, &suggested)?;
    Ok(web::html_of_forms(editor.status, html))
}

/// A campaign that a new one begins with: without dates and pauses, and with another name.
fn copy_of(copied: Campaign) -> Campaign {
    let name: String = format!("Copy of {}", copied.name).chars().take(255).collect();
    let (conditions, _) = crate::domain::campaign_pauses::split(copied.conditions);
    Campaign { name, starts_at: None, ends_at: None, conditions, ..copied }
}

fn one_tree_per_order() -> Campaign {
    Campaign {
        id: String::new(),
        version: 1,
        name: String::new(),
        starts_at: None,
        ends_at: None,
        conditions: Conditions {
            when: None,
            trees: vec![TreeRule::PerOrder { trees: 1 }],
            cap_per_order: None,
            cap_per_month: None,
        },
    }
}
