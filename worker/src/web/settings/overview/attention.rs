//! The list of what needs the owner's attention, the most urgent first.

use crate::domain::formatting::money;
use crate::domain::local_time::{local, minute_in_words, month_in_words, zone};
use crate::domain::states::Dunning;
use crate::store::overview::{COUNTED_MAX, Overview};
use crate::store::sessions::SessionRow;
use crate::web::settings::payments::copy::{brand, expiry};

/// One entry of the list.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// True if trees or money are lost while it waits.
    pub(super) is_urgent: bool,
    pub(super) title: String,
    pub(super) detail: String,
    /// The address of the remedy, and its name.
    pub(super) link: String,
    pub(super) action: &'static str,
}

/// Returns the list at the instant `now`.
pub(super) fn list(session: &SessionRow, overview: &Overview, now: i64) -> Vec<Entry> {
    let mut list = Vec::new();
    if let Some(since) = session.paused_since() {
        list.push(urgent(
            format!("Paused since {since}"),
            "A purchase order is unpaid, so your sales order no trees.",
            "/settings/purchase-orders".to_owned(),
            "Pay",
        ));
    }
    for order in &overview.unpaid {
        let detail = order.number().unwrap_or_default();
        list.push(Entry {
            is_urgent: order.dunning != Dunning::None,
            title: format!(
                "{} for {} to be paid",
                money(order.total, &order.currency),
                month_in_words(&order.period)
            ),
            detail,
            link: format!("/settings/purchase-orders/{}", order.id),
            action: "Pay",
        });
    }
    if let Some(until) = session.over_budget_until() {
        list.push(urgent(
            "Your monthly budget is reached".to_owned(),
            &format!("Your sales order no trees until the end of {until}."),
            "/settings/payments#budget".to_owned(),
            "Change",
        ));
    }
    if let Some(currency) = &session.unpriced_currency {
        list.push(urgent(
            format!("No tree price is set for {currency}"),
            "Your sales are stored. Their trees are ordered when the operator sets a price.",
            "/settings/orders".to_owned(),
            "See orders",
        ));
    }
    for shop in &overview.silent {
        let since = minute_in_words(shop.silent_since, &session.time_zone).unwrap_or_default();
        list.push(urgent(
            format!("{} does not confirm its sales", shop.name),
            &format!("Its webhook is silent since {since}, so these sales order no trees."),
            "/settings/api-payments#connections".to_owned(),
            "See what to do",
        ));
    }
    waiting(&mut list, overview);
    list.extend(card(session, overview, now));
    list
}

fn urgent(title: String, detail: &str, link: String, action: &'static str) -> Entry {
    Entry { is_urgent: true, title, detail: detail.to_owned(), link, action }
}

/// Sales that wait for the owner.
fn waiting(list: &mut Vec<Entry>, overview: &Overview) {
    let counts = &overview.counts;
    for (count, what, detail, link) in [
        (
            counts.held,
            ("sale waits for your review", "sales wait for your review"),
            "No tree is ordered until you accept.",
            "/settings/api-payments#review",
        ),
        (
            counts.quarantined,
            ("report could not be read", "reports could not be read"),
            "Each names the field at fault.",
            "/settings/api-payments#quarantine",
        ),
    ] {
        if count > 0 {
            let number =
                if count < COUNTED_MAX { count.to_string() } else { format!("{count} or more") };
            list.push(Entry {
                is_urgent: false,
                title: format!("{number} {}", if count == 1 { what.0 } else { what.1 }),
                detail: detail.to_owned(),
                link: link.to_owned(),
                action: "Look",
            });
        }
    }
}

/// A card that expires before it can pay the month after this one.
fn card(session: &SessionRow, overview: &Overview, now: i64) -> Option<Entry> {
    let card = overview.card.as_ref()?;
    let expires = card.card_expires.as_deref()?;
    let (year, month) = expires.split_once('-')?;
    let (year, month) = (year.parse::<i32>().ok()?, month.parse::<i32>().ok()?);
    let today = local(now, &zone(&session.time_zone)?)?;
    let months = |year: i32, month: i32| year.saturating_mul(12).saturating_add(month);
    let left =
        months(year, month).saturating_sub(months(today.year().into(), today.month().into()));
    if left > 1 {
        return None;
    }
    let card = format!("{} ending in {}", brand(&card.card_brand), card.card_last_four);
    Some(Entry {
        is_urgent: left < 0,
        title: format!("{card} {}", if left < 0 { "has expired" } else { "expires soon" }),
        detail: format!("It is valid until {}.", expiry(expires)),
        link: "/settings/payments#card".to_owned(),
        action: "Replace",
    })
}
