//! `/settings/payments/card`: saves a card, and takes it away again.

use axum::http::{StatusCode, Uri};
use axum::response::Response;
use axum::{Extension, Form as Sent};

use crate::domain::payment_outcome::CardSetupOutcome;
use crate::domain::{consent, origin};
use crate::payments::provider_event::Lookup;
use crate::payments::sandbox::{Outcome, Sandbox, TestCard};
use crate::payments::{self, CardForm, Gateway, card_setup};
use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;
use crate::store::card_setups::CardSetupRow;
use crate::store::sessions::SessionRow;
use crate::web::form::Form;
use crate::web::session::Session;
use crate::web::settings::id_of;
use crate::web::settings::payments::view::PaymentsNews;
use crate::web::settings::payments::{again, back, page, tell_of_removed_card};
use crate::web::{self, PageProblem};

const NOT_A_TEST_CARD: &str = "card: the sandbox takes only Stripe's published test numbers, such as \
    4242 4242 4242 4242. Please never type a real card number here.";
const NO_PAGE: &str = "The page for your card does not open just now. Nothing was saved. Please try \
    again in a minute.";
const NOT_REMOVED: &str = "Your card could not be removed just now, and is still saved. Please try \
    again in a minute.";
const NO_CARDS: &str = "This server takes no cards.";
const AGREE: &str = "consent: please tick this, so that the card may be charged.";
const OTHER_TEXT: &str = "consent: what you agree to has changed meanwhile. Please read it again.";

/// Saves a card, or redirects to the page where it is typed.
#[worker::send]
pub(crate) async fn save(
    Session(session): Session,
    Extension(context): Extension<RequestContext>,
    uri: Uri,
    Sent(fields): Sent<Vec<(String, String)>>,
) -> Result<Response, PageProblem> {
    let form = Form::new(fields);
    match save_or_redirect(&context, &session, &uri, &form).await {
        Ok(response) => Ok(response),
        Err(problem) if problem.status() == StatusCode::SERVICE_UNAVAILABLE => {
            let news = PaymentsNews::notice(&problem);
            page(&context, &session, problem.status(), news).await
        }
        Err(problem) => {
            let news = |problem: &Problem| PaymentsNews {
                card_form: form.refused(problem),
                ..PaymentsNews::default()
            };
            again(&context, &session, problem, news).await
        }
    }
}

/// Takes the saved card away. Doing it again changes nothing.
#[worker::send]
pub(crate) async fn remove(
    Session(session): Session,
    Extension(context): Extension<RequestContext>,
) -> Result<Response, PageProblem> {
    session.require_fresh(&context)?;
    let gateway = payments::gateway(&context)?;
    let (store, provider) = (&context.store, gateway.name());
    let Some(card) = store.saved_card(&session.merchant_id, provider).await? else {
        return Ok(back());
    };
    let Some(cards) = gateway.saved_cards() else { return Ok(back()) };
    if cards.remove_card(&card.card).await == Lookup::Deleted {
        store.remove_card(&session.merchant_id, provider, context.now.milliseconds()).await?;
        tell_of_removed_card(&context, &session).await?;
        return Ok(back());
    }
    let problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE, NOT_REMOVED);
    let news = PaymentsNews::notice(&problem);
    page(&context, &session, problem.status(), news).await
}

/// Reads the outcome of the page that the owner returns from.
pub(super) async fn come_back(
    context: &RequestContext,
    session: &SessionRow,
    page: &str,
) -> Result<Response, Problem> {
    let gateway = payments::gateway(context)?;
    let found = context.store.card_setup_by_page(&session.merchant_id, page).await?;
    let is_ours = |setup: &CardSetupRow| setup.is_pending() && setup.provider == gateway.name();
    if let (Some(setup), Some(setups)) = (found.filter(is_ours), gateway.card_setups()) {
        let outcome = setups.fetch_setup(&setup).await;
        card_setup::settle(context, &setup, outcome).await?;
    }
    Ok(back())
}

async fn save_or_redirect(
    context: &RequestContext,
    session: &SessionRow,
    uri: &Uri,
    form: &Form,
) -> Result<Response, Problem> {
    session.require_fresh(context)?;
    match form.text("consent") {
        version if version == consent::version() => {}
        "" => return Err(Problem::unprocessable("consent", AGREE)),
        _ => return Err(Problem::unprocessable("consent", OTHER_TEXT)),
    }
    let gateway = payments::gateway(context)?;
    let typed = match gateway.card_form() {
        CardForm::Ours => Some(read_test_card(form.text("card"))?),
        CardForm::Theirs => None,
        CardForm::None => return Err(Problem::new(StatusCode::CONFLICT, NO_CARDS)),
    };
    let setup = begin(context, session, &gateway, form).await?;
    if !setup.is_pending() {
        return Ok(back());
    }
    if let Some(card) = typed {
        card_setup::settle(context, &setup, CardSetupOutcome::Saved(Sandbox::card(card))).await?;
        return Ok(back());
    }
    let address = format!("{}/settings/payments", origin::of(uri));
    let page = card_setup::open_page(context, &gateway, &setup, &address).await?;
    let page = page.ok_or_else(|| Problem::new(StatusCode::SERVICE_UNAVAILABLE, NO_PAGE))?;
    Ok(web::redirect(&page))
}

/// Stores what was agreed to before anybody is asked.
async fn begin(
    context: &RequestContext,
    session: &SessionRow,
    gateway: &Gateway,
    form: &Form,
) -> Result<CardSetupRow, Problem> {
    let id = id_of(session, form, ("setup", "card"))?;
    let whose = (session.merchant_id.as_str(), gateway.name());
    let now = context.now.milliseconds();
    let setup = context.store.begin_card_setup(&id, whose, consent::version(), now).await?;
    setup.ok_or_else(|| Problem::internal("A card that is to be saved is not there"))
}

/// A test card that a bank does not decline at once.
fn read_test_card(number: &str) -> Result<&'static TestCard, Problem> {
    let card =
        TestCard::read(number).ok_or_else(|| Problem::unprocessable("card", NOT_A_TEST_CARD))?;
    match card.on_page {
        Outcome::Declined(code) => {
            let message = crate::domain::decline::Decline::of_code(code).message;
            Err(Problem::unprocessable("card", format!("card: {message}")))
        }
        Outcome::Paid | Outcome::AuthenticationNeeded => Ok(card),
    }
}
