//! Words for cards, mails, and how far a purchase order that is not paid has come.

use crate::domain::states::{Dunning, MailKind, MailState, PurchaseOrderState};
use crate::store::purchase_orders::PurchaseOrderRow;

/// The brand of a card as its bank writes it.
pub(in crate::web::settings) fn brand(code: &str) -> String {
    match code {
        "visa" => "Visa".to_owned(),
        "mastercard" => "Mastercard".to_owned(),
        "amex" => "American Express".to_owned(),
        "" => "Card".to_owned(),
        other => other.to_owned(),
    }
}

/// `2027-08` as it stands on a card: `08/2027`.
pub(in crate::web::settings) fn expiry(year_and_month: &str) -> String {
    match year_and_month.split_once('-') {
        Some((year, month)) => format!("{month}/{year}"),
        None => year_and_month.to_owned(),
    }
}

/// The subject of a mail.
pub(in crate::web::settings) fn mail_kind(kind: MailKind) -> &'static str {
    match kind {
        MailKind::PurchaseOrderReady => "Purchase order",
        MailKind::PurchaseOrderPaid => "Receipt",
        MailKind::PaymentDeclined => "Card declined",
        MailKind::ConfirmationNeeded => "Confirmation needed",
        MailKind::FirstReminder => "First reminder",
        MailKind::SecondReminder => "Second reminder",
        MailKind::ThirdReminder => "Third reminder",
        MailKind::LastNotice => "Last notice",
        MailKind::Paused => "Campaigns paused",
        MailKind::Resumed => "Campaigns go on",
        MailKind::BudgetAlert => "Budget",
    }
}

/// The outcome of a mail.
pub(in crate::web::settings) fn mail_state(state: MailState) -> &'static str {
    match state {
        MailState::Sent => "Sent",
        MailState::Waiting => "Waiting",
        MailState::NotSent => "Not sent",
    }
}

/// The past and the next steps of an unpaid purchase order.
pub(in crate::web::settings) fn steps(
    order: &PurchaseOrderRow,
    day: impl Fn(Option<i64>) -> Option<String>,
) -> Vec<String> {
    if order.state != PurchaseOrderState::PaymentDue {
        return Vec::new();
    }
    let on = |at: Option<i64>| day(at).map(|day| format!(" on {day}")).unwrap_or_default();
    let mut steps = Vec::new();
    steps.extend(order.last_message.clone());
    if let Some(day) = day(order.next_attempt_at) {
        steps.push(format!("The saved card is charged again on {day}."));
    }
    let dunned = on(order.dunned_at);
    match order.dunning {
        Dunning::None => {}
        Dunning::Paused => steps.push(format!("Your campaigns were paused{dunned}.")),
        notice => steps.push(format!("The {} was given{dunned}.", notice.as_str())),
    }
    let next = on(order.next_dunning_at);
    match order.dunning {
        Dunning::Paused => {}
        Dunning::LastNotice => {
            steps.push(format!("If it is not paid, your campaigns pause{next}."));
        }
        _ if !next.is_empty() => steps.push(format!("If it is not paid, you are reminded{next}.")),
        _ => {}
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_written_as_it_stands_on_it() {
        assert_eq!((brand("visa"), expiry("2027-08")), ("Visa".to_owned(), "08/2027".to_owned()));
        assert_eq!(brand("cartes_bancaires"), "cartes_bancaires");
    }
}
