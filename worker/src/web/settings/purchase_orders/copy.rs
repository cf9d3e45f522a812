//! Words for purchase orders and what happened to them.

use crate::domain::local_time::day_in_words;
use crate::domain::states::{PaymentMethod, PaymentState, PurchaseOrderState};
use crate::store::purchase_orders::PurchaseOrderRow;

/// The state of a purchase order, and the class of its badge.
pub(crate) fn state(order: &PurchaseOrderRow) -> (String, &'static str) {
    let fixed = |text: &str, class| (text.to_owned(), class);
    match order.state {
        PurchaseOrderState::Open => fixed("Open", "plain"),
        PurchaseOrderState::Closed => fixed("Being made", "wait"),
        PurchaseOrderState::PaymentDue => fixed("To be paid", "bad"),
        PurchaseOrderState::Paid => {
            match order.paid_at.and_then(|at| day_in_words(at, &order.time_zone)) {
                Some(day) => (format!("Paid on {day}"), ""),
                None => fixed("Paid", ""),
            }
        }
        PurchaseOrderState::Settled => fixed("Nothing to pay", "plain"),
        PurchaseOrderState::CarriedOver => fixed("Carried over to the next month", "plain"),
    }
}

/// How a payment was made.
pub(super) fn method(
    method: PaymentMethod,
    card_last_four: Option<&str>,
    reference: Option<&str>,
) -> String {
    let card = card_last_four.map(|digits| format!("card ending in {digits}"));
    match (method, card) {
        (PaymentMethod::Recorded, _) => {
            reference.map_or_else(|| "Recorded".to_owned(), |name| format!("Recorded: {name}"))
        }
        (PaymentMethod::SavedCard, Some(card)) => format!("Saved {card}"),
        (PaymentMethod::SavedCard, None) => "Saved card".to_owned(),
        (PaymentMethod::PayPage, Some(card)) => format!("Pay page, {card}"),
        (PaymentMethod::PayPage, None) => "Pay page".to_owned(),
    }
}

/// The outcome of a payment, and the class of its badge.
pub(super) fn outcome(state: PaymentState) -> (&'static str, &'static str) {
    match state {
        PaymentState::Paid => ("Paid", ""),
        PaymentState::Declined => ("Declined", "bad"),
        PaymentState::Abandoned => ("Not completed", "plain"),
        PaymentState::Duplicate => ("Paid twice, refunded", "wait"),
        PaymentState::AuthenticationNeeded => ("Your bank needs your confirmation", "wait"),
        PaymentState::Pending => ("Under way", "wait"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payment_is_named_by_how_it_was_made() {
        assert_eq!(method(PaymentMethod::Recorded, None, Some("SEPA 17")), "Recorded: SEPA 17");
        assert_eq!(
            method(PaymentMethod::SavedCard, Some("4242"), None),
            "Saved card ending in 4242"
        );
        assert_eq!(method(PaymentMethod::PayPage, None, Some("pi_1")), "Pay page");
    }
}
