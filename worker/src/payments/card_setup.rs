//! Saves a card without a payment: the setup is stored before the provider is called, and settled
//! by the provider's response.

use super::{Gateway, NewCustomer, PageError};
use crate::domain::payment_outcome::{Answer, CardTyped};
use crate::mail::account;
use crate::platform::context::RequestContext;
use crate::platform::problem::{Problem, log};
use crate::store::card_setups::CardSetupRow;

/// Milliseconds after which a page is not open any more.
const PAGE_OPEN_FOR: i64 = 60 * 60 * 1000;

/// Cards asked about in one event. The next event takes the rest.
const PER_EVENT: i64 = 20;

/// Maximum statements of each setup: two read it and its merchant; three settle it, save the card
/// and notify the owner. One more lists all of them.
const QUERIES_PER_SETUP: usize = 5;

/// The address of the page on which the card is typed: the one that is open, or a new one. `None`
/// when there is none just now.
pub(crate) async fn open_page(
    context: &RequestContext,
    gateway: &dyn Gateway,
    setup: &CardSetupRow,
    back: &str,
) -> Result<Option<String>, Problem> {
    if setup.page.is_some() {
        return Ok(match gateway.look_at_card_page(setup).await {
            CardTyped::Open(address) => Some(address),
            typed => {
                settle(context, setup, typed).await?;
                None
            }
        });
    }
    let Some(setup) = with_customer(context, gateway, setup).await? else { return Ok(None) };
    let customer = setup.customer.as_deref().unwrap_or_default();
    match gateway.open_card_page(&setup, customer, back).await {
        Ok(page) => {
            context.store.set_page_of_setup(&setup.id, &page.id).await?;
            Ok(Some(page.address))
        }
        Err(PageError::CustomerGone) => {
            // The next attempt makes another.
            context.store.forget_customer(gateway.name(), customer).await?;
            settle(context, &setup, CardTyped::Abandoned).await?;
            Ok(None)
        }
        Err(PageError::Answer(Answer::Unknown(why))) => {
            settle(context, &setup, CardTyped::Unknown(why)).await?;
            Ok(None)
        }
        Err(PageError::Answer(_)) => {
            log(&format!("No page was made to save a card: {}", setup.id));
            settle(context, &setup, CardTyped::Abandoned).await?;
            Ok(None)
        }
    }
}

async fn with_customer(
    context: &RequestContext,
    gateway: &dyn Gateway,
    setup: &CardSetupRow,
) -> Result<Option<CardSetupRow>, Problem> {
    if setup.customer.is_some() {
        return Ok(Some(setup.clone()));
    }
    let member = NewCustomer {
        merchant_id: &setup.merchant_id,
        merchant: &setup.merchant,
        idempotency_key: &setup.idempotency_key,
    };
    match gateway.new_customer(member).await {
        Ok(customer) => {
            let now = context.now.milliseconds();
            Ok(context.store.keep_customer_of_setup(&setup.id, &customer, now).await?)
        }
        Err(_) => Ok(None),
    }
}

/// Stores the outcome. Returns true if it is known.
pub(crate) async fn settle(
    context: &RequestContext,
    setup: &CardSetupRow,
    typed: CardTyped,
) -> Result<bool, Problem> {
    let (store, now) = (&context.store, context.now.milliseconds());
    match typed {
        CardTyped::Saved(card) => {
            let notice = account::card_saved(context, &setup.merchant_id).await?;
            store.save_card_of_setup(&setup.id, &card, notice, now).await?;
        }
        CardTyped::Abandoned => store.abandon_card_setup(&setup.id, now).await?,
        CardTyped::Open(_) => {}
        CardTyped::Unknown(why) => {
            log(&format!("The card {} is not saved yet: {why}", setup.id));
            return Ok(false);
        }
    }
    Ok(true)
}

/// Resumes setups whose payer left the page or whose webhook never arrived, within this number of
/// statements.
pub(crate) async fn resume_pending(
    context: &RequestContext,
    gateway: &dyn Gateway,
    queries: usize,
) -> Result<(), Problem> {
    let room = queries.saturating_sub(1).div_euclid(QUERIES_PER_SETUP);
    let most = i64::try_from(room).unwrap_or(PER_EVENT).min(PER_EVENT);
    if most == 0 {
        return Ok(());
    }
    let until = context.now.milliseconds().saturating_sub(PAGE_OPEN_FOR);
    for id in context.store.pending_card_setups(gateway.name(), until, most).await? {
        let Some(setup) = context.store.card_setup(&id).await? else { continue };
        let typed = gateway.look_at_card_page(&setup).await;
        settle(context, &setup, typed).await?;
    }
    Ok(())
}
