//! Writes a mail: the same words as text and as HTML, with one button at most.

mod copy;

use askama::Template;
use purchase_orders::number;

use crate::domain::formatting::{self, money};
use crate::domain::local_time::{day_in_words, month_in_words};
use crate::domain::states::LineKind;
use crate::mail::Message;
use crate::mail::message::copy::Words;
use crate::platform::config::SenderConfig;
use crate::platform::problem::Problem;
use crate::store::mails::MailRow;
use crate::store::purchase_order_lines::LineRow;

/// The data of a mail.
pub(super) struct Facts<'a> {
    pub(super) row: &'a MailRow,
    /// The lines of a closed purchase order.
    pub(super) lines: &'a [LineRow],
    pub(super) sender: &'a SenderConfig,
    /// The path of the pay page.
    pub(super) pay_link: &'a str,
    /// True if this deployment takes cards.
    pub(super) takes_cards: bool,
}

#[derive(Template)]
#[template(path = "mail/letter.html")]
struct LetterHtml<'a>(Letter<'a>);

#[derive(Template)]
#[template(path = "mail/letter.txt")]
struct LetterText<'a>(Letter<'a>);

#[derive(Clone)]
struct Letter<'a> {
    words: &'a Words,
    merchant: &'a str,
    lines: &'a [Line],
    total: &'a str,
    /// The address of the list of all orders, for printing.
    document: &'a str,
    /// The address of the button.
    address: &'a str,
    settings: &'a str,
}

struct Line {
    name: String,
    trees: i64,
    total: String,
}

impl Facts<'_> {
    /// The month in words: `November 2026`.
    fn month(&self) -> String {
        month_in_words(&self.row.period)
    }

    fn total(&self) -> String {
        self.money(self.row.total.unwrap_or_default())
    }

    fn money(&self, amount: i64) -> String {
        money(amount, &self.row.currency)
    }

    fn day(&self, milliseconds: Option<i64>) -> Option<String> {
        day_in_words(milliseconds?, &self.row.time_zone)
    }

    /// The name of the purchase order: `purchase order PO-2026-11-0042`.
    fn purchase_order(&self) -> String {
        match self.row.sequence {
            Some(sequence) => format!("purchase order {}", number(&self.row.period, sequence)),
            None => "the purchase order".to_owned(),
        }
    }

    /// The number of trees in words: `1 tree`.
    fn trees(&self) -> String {
        formatting::trees(self.row.trees.unwrap_or_default())
    }

    fn lines(&self) -> Vec<Line> {
        let line = |row: &LineRow| Line {
            name: match (row.kind, row.shop.as_str()) {
                (LineKind::Credits, _) => format!("Taken back: {}", row.campaign),
                (_, "") => row.campaign.clone(),
                (_, shop) => format!("{}, {shop}", row.campaign),
            },
            trees: row.trees,
            total: self.money(row.total),
        };
        self.lines.iter().map(line).collect()
    }

    /// Writes it to an address.
    pub(super) fn message(&self, to: String) -> Result<Message, Problem> {
        let words = Words::of(self);
        let url = &self.sender.public_url;
        let pay_link = format!("{url}{}", self.pay_link);
        let settings = format!("{url}/settings/payments");
        let lines = if words.has_lines { self.lines() } else { Vec::new() };
        let letter = Letter {
            words: &words,
            merchant: &self.row.merchant,
            lines: &lines,
            total: &self.total(),
            document: &format!("{pay_link}/document"),
            address: if words.leads_to_settings { &settings } else { &pay_link },
            settings: &settings,
        };
        Ok(Message {
            id: self.row.id.clone(),
            from_name: self.sender.name.clone(),
            from: self.sender.address.clone(),
            reply_to: self.sender.reply_to.clone(),
            to,
            subject: words.subject.clone(),
            text: LetterText(letter.clone()).render()?,
            html: LetterHtml(letter).render()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::states::{AtBudget, MailKind, PurchaseOrderState};

    fn row(kind: MailKind) -> MailRow {
        MailRow {
            id: "mail_1".to_owned(),
            kind,
            event: "po_1/80".to_owned(),
            tries: 1,
            merchant: "Mugs & <Sons>".to_owned(),
            time_zone: "Europe/Berlin".to_owned(),
            merchant_id: "mer_1".to_owned(),
            email_encrypted: None,
            link_encrypted: None,
            monthly_budget: Some(5000),
            at_budget: AtBudget::Warn,
            purchase_order_id: "po_1".to_owned(),
            period: "2026-11".to_owned(),
            sequence: Some(42),
            purchase_order_state: PurchaseOrderState::PaymentDue,
            currency: "EUR".to_owned(),
            trees: Some(2),
            total: Some(200),
            // One o'clock in Berlin, on the second of December.
            paid_at: Some(1_796_169_600_000),
            next_attempt_at: None,
            next_dunning_at: Some(1_798_704_000_000),
            message: Some("The card was declined.".to_owned()),
            card_last_four: None,
        }
    }

    fn message(row: &MailRow) -> Message {
        let sender = SenderConfig {
            name: "Trees".to_owned(),
            address: "trees@example.com".to_owned(),
            reply_to: None,
            public_url: "https://trees.example.com".to_owned(),
        };
        let lines = [LineRow {
            kind: LineKind::Orders,
            campaign_id: "camp_1".to_owned(),
            campaign: "A tree for every mug".to_owned(),
            shop_id: "shop_1".to_owned(),
            shop: "Mugs online".to_owned(),
            unit_price: 100,
            orders: 1,
            trees: 2,
            total: 200,
        }];
        let facts = Facts {
            row,
            lines: &lines,
            sender: &sender,
            pay_link: "/pay/0123456789abcdef",
            takes_cards: true,
        };
        facts.message("owner@example.com".to_owned()).unwrap()
    }

    #[test]
    fn every_kind_of_mail_has_words_in_text_and_html() {
        let mut subjects = std::collections::BTreeSet::new();
        for kind in MailKind::ALL.iter().copied() {
            let message = message(&row(kind));
            assert!(!message.subject.contains('\n') && subjects.insert(message.subject.clone()));
            assert!(message.text.contains("November 2026"), "{kind:?}: {}", message.text);
            for text in [&message.text, &message.html] {
                assert!(text.contains("https://trees.example.com/"), "{kind:?}: {text}");
                assert!(!text.contains("Some(") && !text.contains("None"), "{kind:?}: {text}");
            }
            assert!(message.html.contains("Mugs &#38; &#60;Sons&#62;"), "{}", message.html);
            assert!(message.text.contains("Mugs & <Sons>"), "{}", message.text);
            assert!(message.text.lines().all(|line| line.len() < 900), "RFC 5322, 2.1.1");
        }
    }

    #[test]
    fn a_mail_asks_for_what_is_to_be_done() {
        let ready = message(&row(MailKind::PurchaseOrderReady));
        assert!(
            ready.text.contains("Pay 2.00 EUR: https://trees.example.com/pay/"),
            "{}",
            ready.text
        );
        assert!(ready.text.contains("A tree for every mug, Mugs online"), "{}", ready.text);
        assert!(ready.text.contains("purchase order PO-2026-11-0042"), "{}", ready.text);
        assert!(ready.text.contains("/document"), "{}", ready.text);
        let charged = MailRow {
            card_last_four: Some("4242".to_owned()),
            ..row(MailKind::PurchaseOrderReady)
        };
        let charged = message(&charged).text;
        assert!(charged.contains("charged to the card ending in 4242"), "{charged}");
        let again =
            MailRow { next_attempt_at: Some(1_796_169_600_000), ..row(MailKind::PaymentDeclined) };
        let again = message(&again).text;
        assert!(again.contains("charged again on 2 December 2026"), "{again}");
        let paid = message(&row(MailKind::PurchaseOrderPaid)).text;
        assert!(paid.contains("on 2 December 2026"), "{paid}");
        let last = message(&row(MailKind::LastNotice)).text;
        assert!(last.contains("31 December 2026"), "{last}");
        let budget = message(&row(MailKind::BudgetAlert)).text;
        assert!(budget.contains("80 %") && budget.contains("50.00 EUR"), "{budget}");
        assert!(budget.contains("continue to order trees"), "{budget}");
    }

    #[test]
    fn an_alert_of_a_budget_with_a_pause_says_that_ordering_stops() {
        let at = |event: &str| {
            let at_budget = AtBudget::Pause;
            message(&MailRow { event: event.to_owned(), at_budget, ..row(MailKind::BudgetAlert) })
                .text
        };
        let (near, reached) = (at("po_1/80"), at("po_1/100"));
        assert!(near.contains("At 100 %, your sales order no trees"), "{near}");
        assert!(reached.contains("order no trees until the month is over"), "{reached}");
        assert!(!reached.contains("continue to order"), "{reached}");
    }
}
