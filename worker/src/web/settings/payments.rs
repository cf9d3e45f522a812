//! `/settings/payments`: the page, the address that mail goes to, and the budget.

pub(crate) mod card;
pub(super) mod copy;
pub(crate) mod view;

use axum::extract::Query;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::{Extension, Form as Sent};
use order_events::{Currency, Money};
use play_it_green_accounts::email;
use serde::Deserialize;

use crate::crypto::encryption_keys::Purpose;
use crate::crypto::link::PayLink;
use crate::crypto::{hexadecimal, random};
use crate::domain::states::AtBudget;
use crate::mail;
use crate::mail::account::{self, AccountMail};
use crate::payments::{self, CardForm};
use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;
use crate::store::merchants::MerchantRow;
use crate::store::purchase_orders::PurchaseOrderRow;
use crate::store::sessions::SessionRow;
use crate::web::form::Form;
use crate::web::pay::view::CONTENT_SECURITY_POLICY_LEADING_ON;
use crate::web::session::{Session, SessionOwned};
use crate::web::settings::payments::view::{PaymentsNews, Shown, render};
use crate::web::{self, PageProblem};

/// Purchase orders and mails on the page: those of a year or so.
const LISTED_MAX: i64 = 24;

/// The parameters that the provider adds to the address when the owner returns from its page.
#[derive(Deserialize)]
pub(crate) struct Return {
    /// The provider's name of the page.
    page: Option<String>,
}

/// Shows the page. An owner who returns from the provider's page proves nothing, so the Worker
/// reads the outcome from the provider.
#[worker::send]
pub(crate) async fn show(
    Session(session): Session,
    Extension(context): Extension<RequestContext>,
    Query(from): Query<Return>,
) -> Result<Response, PageProblem> {
    match &from.page {
        Some(page) => card::come_back(&context, &session, page).await.map_err(PageProblem),
        None => page(&context, &session, StatusCode::OK, PaymentsNews::default()).await,
    }
}

/// Sets where mail goes.
#[worker::send]
pub(crate) async fn set_email(
    Session(session): Session,
    Extension(context): Extension<RequestContext>,
    Sent(fields): Sent<Vec<(String, String)>>,
) -> Result<Response, PageProblem> {
    let form = Form::new(fields);
    match store_email(&context, &session, form.text("email")).await {
        Ok(()) => Ok(back()),
        Err(problem) => {
            let news = |problem: &Problem| PaymentsNews {
                email_form: form.refused(problem),
                ..PaymentsNews::default()
            };
            again(&context, &session, problem, news).await
        }
    }
}

/// Replaces the pay link of a purchase order, for example if the old one was sent to the wrong
/// person.
#[worker::send]
pub(crate) async fn renew_link(
    order: SessionOwned<PurchaseOrderRow>,
    Extension(context): Extension<RequestContext>,
) -> Result<Response, PageProblem> {
    let link = PayLink::create(Some(context.keys()?), &order.resource.id)?;
    context.store.renew_link(&order.resource.id, &link).await?;
    Ok(back())
}

/// Sets the monthly budget.
#[worker::send]
pub(crate) async fn set_budget(
    Session(session): Session,
    Extension(context): Extension<RequestContext>,
    Sent(fields): Sent<Vec<(String, String)>>,
) -> Result<Response, PageProblem> {
    let form = Form::new(fields);
    match store_budget(&context, &session, &form).await {
        Ok(()) => Ok(back()),
        Err(problem) => {
            let news = |problem: &Problem| PaymentsNews {
                budget_form: form.refused(problem),
                ..PaymentsNews::default()
            };
            again(&context, &session, problem, news).await
        }
    }
}

async fn store_email(
    context: &RequestContext,
    session: &SessionRow,
    email: &str,
) -> Result<(), Problem> {
    session.require_fresh(context)?;
    let merchant = merchant(context, session).await?;
    let keys = context.keys()?;
    let address = match (email, email::check(email)) {
        ("", _) => None,
        (_, Err(reason)) => {
            return Err(Problem::unprocessable("email", format!("email: {reason}")));
        }
        (address, Ok(())) => {
            Some(keys.encrypt(Purpose::EmailAddress, &session.merchant_id, address)?)
        }
    };
    let id = session.merchant_id.as_str();
    let old = address_of(context, id, &merchant)?;
    if old.as_deref() == Some(email) {
        // It stays verified.
        return Ok(());
    }
    let (store, now) = (&context.store, context.now.milliseconds());
    let mut statements = Vec::new();
    // The notice and the requests are of the old address, so they come before the change.
    if let Some(old) = old {
        statements.push(account::insert(context, id, &old, AccountMail::AddressChanged, None)?);
    }
    statements.extend([
        store.void_sign_in_requests(id, now)?,
        store.void_links(id)?,
        store.set_email(id, address.as_deref())?,
        store.log_changed_address(id, now)?,
    ]);
    context.store.batch(statements).await?;
    Ok(())
}

/// Returns the merchant's mail address; `None` without one, or if its encryption key is gone.
pub(super) fn address_of(
    context: &RequestContext,
    id: &str,
    merchant: &MerchantRow,
) -> Result<Option<String>, Problem> {
    Ok(context.keys()?.email_address(id, merchant.email_encrypted.as_deref()))
}

/// Notifies the owner by mail that the card was removed.
pub(super) async fn tell_of_removed_card(
    context: &RequestContext,
    session: &SessionRow,
) -> Result<(), Problem> {
    let id = session.merchant_id.as_str();
    if let Some(address) = address_of(context, id, &merchant(context, session).await?)? {
        let statement = account::insert(context, id, &address, AccountMail::CardRemoved, None)?;
        context.store.batch(vec![statement]).await?;
    }
    Ok(())
}

async fn store_budget(
    context: &RequestContext,
    session: &SessionRow,
    form: &Form,
) -> Result<(), Problem> {
    // A form without the choice is of a page from before there was one.
    let at_budget = match form.text("at_budget") {
        "" => AtBudget::Warn,
        _ => form.choice("at_budget")?,
    };
    let budget = form.text("budget");
    let amount = if budget.is_empty() {
        None
    } else {
        let merchant = merchant(context, session).await?;
        Some(read_budget(budget, &merchant.currency)?)
    };
    let now = context.now.milliseconds();
    Ok(context.store.set_budget(&session.merchant_id, amount, at_budget, now).await?)
}

/// An amount in minor units.
fn read_budget(text: &str, currency: &str) -> Result<i64, Problem> {
    let refused = |why: &str| Problem::unprocessable("budget", format!("budget: {why}"));
    let currency: Currency =
        currency.parse().map_err(|_| Problem::internal("A merchant has no currency"))?;
    let money = Money::parse(text, currency).map_err(|error| refused(&format!("{error}.")))?;
    if money.amount > 0 { Ok(money.amount) } else { Err(refused("must be more than nothing.")) }
}

pub(super) async fn merchant(
    context: &RequestContext,
    session: &SessionRow,
) -> Result<MerchantRow, Problem> {
    let found = context.store.merchant(&session.merchant_id).await?;
    found.ok_or_else(|| Problem::internal("A merchant who is signed in is not there"))
}

fn back() -> Response {
    web::redirect("/settings/payments")
}

/// Writes the page with its news. A form that was not just refused holds what is stored.
async fn page(
    context: &RequestContext,
    session: &SessionRow,
    status: StatusCode,
    mut news: PaymentsNews,
) -> Result<Response, PageProblem> {
    let (store, id) = (&context.store, session.merchant_id.as_str());
    let merchant = merchant(context, session).await?;
    let keys = context.keys()?;
    if !news.email_form.is_refused() {
        let email = address_of(context, id, &merchant)?;
        news.email_form = Form::of([("email", email.unwrap_or_default().as_str())]);
    }
    if !news.budget_form.is_refused()
        && let Ok(currency) = merchant.currency.parse::<Currency>()
    {
        let budget = merchant.monthly_budget.map(|amount| Money { amount, currency }.to_decimal());
        let at_budget = ("at_budget", merchant.at_budget.as_str());
        news.budget_form = Form::of([("budget", budget.as_deref().unwrap_or_default()), at_budget]);
    }
    let gateway = payments::gateway(context)?;
    let shown = Shown {
        session,
        card_form: gateway.card_form(),
        instructions: context.config.payment_instructions.as_deref(),
        card: store.saved_card(id, gateway.name()).await?,
        has_held_claims: !store.held_claims(id, 1).await?.is_empty(),
        orders: store.purchase_orders(id, None, None, LISTED_MAX).await?,
        // The fault concerns the deployer, who reads it on the health page.
        address_waits: merchant.email_encrypted.is_some() && merchant.email_is_verified == 0,
        mail: mail::name(context).unwrap_or("none"),
        mails: store.mails(id, LISTED_MAX).await?,
        currency: &merchant.currency,
        token: &hexadecimal(&random::<16>()?),
        keys,
    };
    let mut response = web::html_of_forms(status, render(&shown, &news)?);
    if shown.card_form == CardForm::Theirs {
        let policy = HeaderValue::from_static(CONTENT_SECURITY_POLICY_LEADING_ON);
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    Ok(response)
}

/// The page again, where a form was refused: `news` says how.
async fn again(
    context: &RequestContext,
    session: &SessionRow,
    problem: Problem,
    news: impl FnOnce(&Problem) -> PaymentsNews,
) -> Result<Response, PageProblem> {
    if problem.status() == StatusCode::UNPROCESSABLE_ENTITY {
        let news = news(&problem);
        return page(context, session, problem.status(), news).await;
    }
    Err(problem.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_is_an_amount_of_the_merchants_currency() {
        assert_eq!(read_budget("50", "EUR").unwrap(), 5000);
        assert_eq!(read_budget("12.50", "EUR").unwrap(), 1250);
        for text in ["0", "-1", "1.001", "much", "1,5"] {
            assert_eq!(read_budget(text, "EUR").unwrap_err().field(), "budget", "{text}");
        }
    }
}
