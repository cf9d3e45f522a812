//! Saves a card without a payment: the setup is stored before the provider is called, and settled
//! by the provider's response.

use crate::domain::payment_outcome::{CardSetupOutcome, PaymentOutcome};
use crate::mail::account;
use crate::payments::Gateway;
use crate::payments::provider::{CardSetups, NewCustomer, PageError};
use crate::platform::context::RequestContext;
use crate::platform::log::{self, LogEvent};
use crate::platform::problem::Problem;
use crate::store::card_setups::CardSetupRow;

/// Milliseconds after which a page is not open any more.
const PAGE_OPEN_FOR: i64 = 60 * 60 * 1000;

/// Cards asked about in one event. The next event takes the rest.
const PER_EVENT: i64 = 20;

/// Maximum statements of each setup: two read it and its merchant; three settle it, save the card
/// and notify the owner. One more lists all of them.
const QUERIES_PER_SETUP: usize = 5;

/// Returns the address of the page on which the card is typed: the open page, or a new one. `None`
/// if there is no page at the moment.
pub(crate) async fn open_page(
    context: &RequestContext,
    gateway: &Gateway,
    setup: &CardSetupRow,
    return_url: &str,
) -> Result<Option<String>, Problem> {
    let Some(setups) = gateway.card_setups() else { return Ok(None) };
    if setup.page.is_some() {
        return Ok(match setups.fetch_setup(setup).await {
            CardSetupOutcome::Open(address) => Some(address),
            outcome => {
                settle(context, setup, outcome).await?;
                None
            }
        });
    }
    let Some(setup) = with_customer(context, setups, setup).await? else { return Ok(None) };
    let customer = setup.customer.as_deref().unwrap_or_default();
    match setups.open_setup_page(&setup, customer, return_url).await {
        Ok(page) => {
            context.store.set_page_of_setup(&setup.id, &page.id).await?;
            Ok(Some(page.address))
        }
        Err(PageError::CustomerDeleted) => {
            // The next attempt makes another.
            let now = context.now.milliseconds();
            context.store.forget_customer(gateway.name(), customer, now).await?;
            settle(context, &setup, CardSetupOutcome::Abandoned).await?;
            Ok(None)
        }
        Err(PageError::Failed(PaymentOutcome::Unknown(why))) => {
            settle(context, &setup, CardSetupOutcome::Unknown(why)).await?;
            Ok(None)
        }
        Err(PageError::Failed(_)) => {
            note(LogEvent::CardSetupFailed, &setup, "");
            settle(context, &setup, CardSetupOutcome::Abandoned).await?;
            Ok(None)
        }
    }
}

async fn with_customer(
    context: &RequestContext,
    setups: &dyn CardSetups,
    setup: &CardSetupRow,
) -> Result<Option<CardSetupRow>, Problem> {
    if setup.customer.is_some() {
        return Ok(Some(setup.clone()));
    }
    let customer = NewCustomer {
        merchant_id: &setup.merchant_id,
        merchant: &setup.merchant,
        idempotency_key: &setup.idempotency_key,
    };
    match setups.create_customer(customer).await {
        Ok(customer) => {
            let now = context.now.milliseconds();
            Ok(context.store.keep_customer_of_setup(&setup.id, &customer, now).await?)
        }
        Err(_) => Ok(None),
    }
}

fn note(event: LogEvent, setup: &CardSetupRow, message: &str) {
    let fields =
        [("card_setup", setup.id.as_str()), ("merchant", &setup.merchant_id), ("message", message)];
    log::write(event, &fields);
}

/// Stores the outcome. Returns true if it is known.
pub(crate) async fn settle(
    context: &RequestContext,
    setup: &CardSetupRow,
    outcome: CardSetupOutcome,
) -> Result<bool, Problem> {
    let (store, now) = (&context.store, context.now.milliseconds());
    match outcome {
        CardSetupOutcome::Saved(card) => {
            let notice = account::card_saved(context, &setup.merchant_id).await?;
            store.save_card_of_setup(&setup.id, &card, notice, now).await?;
            note(LogEvent::CardSaved, setup, "");
        }
        CardSetupOutcome::Abandoned => store.abandon_card_setup(&setup.id, now).await?,
        CardSetupOutcome::Open(_) => {}
        CardSetupOutcome::Unknown(why) => {
            note(LogEvent::CardSetupUnsettled, setup, &why);
            return Ok(false);
        }
    }
    Ok(true)
}

/// Resumes setups whose payer left the page or whose webhook never arrived, within this number of
/// statements.
pub(crate) async fn resume_pending(
    context: &RequestContext,
    gateway: &Gateway,
    queries: usize,
) -> Result<(), Problem> {
    let Some(setups) = gateway.card_setups() else { return Ok(()) };
    let room = queries.saturating_sub(1).div_euclid(QUERIES_PER_SETUP);
    let most = i64::try_from(room).unwrap_or(PER_EVENT).min(PER_EVENT);
    if most == 0 {
        return Ok(());
    }
    let until = context.now.milliseconds().saturating_sub(PAGE_OPEN_FOR);
    for id in context.store.pending_card_setups(gateway.name(), until, most).await? {
        let Some(setup) = context.store.card_setup(&id).await? else { continue };
        let outcome = setups.fetch_setup(&setup).await;
        settle(context, &setup, outcome).await?;
    }
    Ok(())
}
