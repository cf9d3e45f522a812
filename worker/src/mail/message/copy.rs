//! The text of each kind of mail.

use crate::domain::states::{AtBudget, MailKind};
use crate::mail::message::Facts;

/// The text of a mail.
pub(super) struct Words {
    pub(super) subject: String,
    pub(super) heading: String,
    pub(super) paragraphs: Vec<String>,
    /// The label of the button.
    pub(super) button: String,
    /// `true` if the mail lists the lines of the purchase order.
    pub(super) has_lines: bool,
    /// `true` if the button leads to the settings, `false` if it leads to the pay page.
    pub(super) leads_to_settings: bool,
}

impl Words {
    /// Returns the text for these facts.
    pub(super) fn of(facts: &Facts<'_>) -> Self {
        match facts.row.kind {
            MailKind::PurchaseOrderReady => ready(facts),
            MailKind::PurchaseOrderPaid => paid(facts),
            MailKind::PaymentDeclined => declined(facts),
            MailKind::ConfirmationNeeded => confirmation_needed(facts),
            MailKind::FirstReminder => reminder(facts, "Reminder", "is not paid yet"),
            MailKind::SecondReminder => reminder(facts, "Second reminder", "is still not paid"),
            MailKind::ThirdReminder => {
                let still = "is still not paid, three weeks after the month's end";
                reminder(facts, "Third reminder", still)
            }
            MailKind::LastNotice => last_notice(facts),
            MailKind::Paused => paused(facts),
            MailKind::Resumed => resumed(facts),
            MailKind::BudgetAlert => budget(facts),
        }
    }

    /// Returns a mail with the button that pays.
    fn to_pay(facts: &Facts<'_>, subject: String, heading: &str, paragraphs: Vec<String>) -> Self {
        let button = if facts.takes_cards {
            format!("Pay {}", facts.total())
        } else {
            "See the purchase order".to_owned()
        };
        let heading = heading.to_owned();
        Self { subject, heading, paragraphs, button, has_lines: false, leads_to_settings: false }
    }
}

/// Returns how the merchant pays if no card is charged.
fn how_to_pay(facts: &Facts<'_>) -> String {
    if facts.takes_cards {
        "Please pay with the button. The link stays valid until the purchase order is paid."
            .to_owned()
    } else {
        "To find out how to pay, reply to this mail.".to_owned()
    }
}

fn ready(facts: &Facts<'_>) -> Words {
    let month = facts.month();
    let (trees, total) = (facts.trees(), facts.total());
    let card = facts.row.card_last_four.as_ref();
    let what_follows = match card {
        Some(card) => {
            format!(
                "The amount is charged to the card ending in {card}. You do not need to do anything."
            )
        }
        None => how_to_pay(facts),
    };
    let subject = format!("Your trees of {month}: {total}");
    let ordered =
        format!("Your sales of {month} ordered {trees}: {total}, on {}.", facts.purchase_order());
    let paragraphs = vec![ordered, what_follows];
    let words = Words::to_pay(facts, subject, &format!("Your trees of {month}"), paragraphs);
    let see = "See the purchase order".to_owned();
    Words { has_lines: true, button: if card.is_some() { see } else { words.button }, ..words }
}

fn paid(facts: &Facts<'_>) -> Words {
    let month = facts.month();
    let on = facts.day(facts.row.paid_at).map(|day| format!(" on {day}")).unwrap_or_default();
    let with = facts.row.card_last_four.as_ref();
    let with = with.map(|card| format!(" with the card ending in {card}")).unwrap_or_default();
    Words {
        subject: format!("Paid: your trees of {month}"),
        heading: "Thank you".to_owned(),
        paragraphs: vec![format!(
            "{} for {} of {month} was paid{on}{with}. This is your receipt for {}.",
            facts.total(),
            facts.trees(),
            facts.purchase_order()
        )],
        button: "See the receipt".to_owned(),
        has_lines: true,
        leads_to_settings: false,
    }
}

fn declined(facts: &Facts<'_>) -> Words {
    let month = facts.month();
    let why = facts.row.message.clone().unwrap_or_default();
    let card = facts.row.card_last_four.clone().unwrap_or_default();
    let what_follows = match facts.day(facts.row.next_attempt_at) {
        Some(day) => format!(
            "The card ending in {card} is charged again on {day}. To pay now or with another card, \
             use the button."
        ),
        None => format!(
            "The card ending in {card} is not charged again for this month. Please pay with the \
             button."
        ),
    };
    let subject = format!("Your card was declined: trees of {month}");
    let total = format!("The total for your trees of {month} is {}.", facts.total());
    Words::to_pay(facts, subject, "Your card was declined", vec![total, why, what_follows])
}

fn confirmation_needed(facts: &Facts<'_>) -> Words {
    let month = facts.month();
    let subject = format!("Please confirm the payment of your trees of {month}");
    let paragraphs = vec![
        format!(
            "The total for your trees of {month} is {}. Your bank needs your confirmation before the \
             card can be charged.",
            facts.total()
        ),
        "Please pay with the button. Your bank then asks for your confirmation.".to_owned(),
    ];
    Words::to_pay(facts, subject, "Your bank needs your confirmation", paragraphs)
}

fn reminder(facts: &Facts<'_>, what: &str, state: &str) -> Words {
    let month = facts.month();
    let subject = format!("{what}: your trees of {month}");
    let paragraphs = vec![
        format!("The purchase order of {month}, {} for {}, {state}.", facts.total(), facts.trees()),
        how_to_pay(facts),
    ];
    Words::to_pay(facts, subject, &format!("{what}: your trees of {month}"), paragraphs)
}

fn last_notice(facts: &Facts<'_>) -> Words {
    let month = facts.month();
    let when = facts.day(facts.row.next_dunning_at);
    let when = when.map_or_else(|| "soon".to_owned(), |day| format!("on {day}"));
    let subject = format!("Last notice: your campaigns pause {when}");
    let paragraphs = vec![
        format!(
            "The purchase order of {month}, {} for {}, is not paid.",
            facts.total(),
            facts.trees()
        ),
        format!(
            "If it is not paid by then, your campaigns pause {when}. Your shop then offers no trees, \
             and its sales order no trees."
        ),
        how_to_pay(facts),
    ];
    Words::to_pay(facts, subject, "Last notice", paragraphs)
}

fn paused(facts: &Facts<'_>) -> Words {
    let month = facts.month();
    let subject = format!("Your campaigns are paused: trees of {month}");
    let paragraphs = vec![
        format!(
            "The purchase order of {month}, {} for {}, was not paid. Your shop now offers no trees, \
             and its sales order no trees.",
            facts.total(),
            facts.trees()
        ),
        "Your campaigns resume automatically as soon as it is paid.".to_owned(),
        how_to_pay(facts),
    ];
    Words::to_pay(facts, subject, "Your campaigns are paused", paragraphs)
}

fn resumed(facts: &Facts<'_>) -> Words {
    let month = facts.month();
    Words {
        subject: "Your campaigns have resumed".to_owned(),
        heading: "Your campaigns have resumed".to_owned(),
        paragraphs: vec![format!(
            "The purchase order of {month} is paid. Your shop's sales order trees again."
        )],
        button: "Open Settings".to_owned(),
        has_lines: false,
        leads_to_settings: true,
    }
}

fn budget(facts: &Facts<'_>) -> Words {
    let month = facts.month();
    let share = facts.row.event.rsplit('/').next().unwrap_or_default();
    let budget = facts.row.monthly_budget.map(|amount| facts.money(amount));
    let budget = budget.map(|amount| format!(" of {amount}")).unwrap_or_default();
    Words {
        subject: format!("{share} % of your budget for {month} is reached"),
        heading: format!("{share} % of your monthly budget"),
        paragraphs: vec![
            format!("Your orders of {month} have reached {share} % of your monthly budget{budget}."),
            match (facts.row.at_budget, share) {
                (AtBudget::Pause, "100") => {
                    "Your sales order no trees until the month is over. If you raise the budget in \
                     Settings > Payments, they order trees again immediately."
                }
                (AtBudget::Pause, _) => {
                    "At 100 %, your sales order no trees until the month is over. Settings > Payments \
                     has the budget."
                }
                (AtBudget::Warn, _) => {
                    "Your sales continue to order trees. To order fewer trees, change your campaigns, \
                     or let ordering pause at the budget in Settings > Payments."
                }
            }
            .to_owned(),
        ],
        button: "Open Settings".to_owned(),
        has_lines: false,
        leads_to_settings: true,
    }
}
