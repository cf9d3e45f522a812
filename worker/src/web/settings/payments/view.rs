//! Settings > Payments: the card, the purchase orders, where mail goes, and the budget.

use askama::Template;
use order_events::{Currency, Money};

use crate::crypto::encryption_keys::EncryptionKeys;
use crate::crypto::link;
use crate::domain::consent;
use crate::domain::formatting::money;
use crate::domain::local_time::{day_in_words, minute_in_words, month_in_words};
use crate::domain::states::{MailState, PurchaseOrderState};
use crate::payments::CardForm;
use crate::platform::problem::Problem;
use crate::store::mails::MailListRow;
use crate::store::payers::SavedCardRow;
use crate::store::purchase_orders::PurchaseOrderRow;
use crate::store::sessions::SessionRow;
use crate::web::form::Form;
use crate::web::settings::payments::copy::{brand, expiry, mail_kind, mail_state, steps};
use crate::web::settings::purchase_orders::copy::state;

#[derive(Template)]
#[template(path = "settings/payments.html")]
struct PaymentsPage<'a> {
    session: &'a SessionRow,
    /// The path of this page.
    place: &'static str,
    /// The token of the form that saves a card.
    token: &'a str,
    news: &'a PaymentsNews,
    card_form: CardForm,
    /// How to pay by other means.
    instructions: Option<&'a str>,
    card: Option<CardView>,
    consent: &'static str,
    consent_version: &'static str,
    has_held_claims: bool,
    orders: Vec<OrderView>,
    /// By whom mail is sent.
    mail: &'a str,
    address_waits: bool,
    mails: Vec<MailView<'a>>,
    currency: &'a str,
    budget_example: String,
}

struct CardView {
    brand: String,
    last_four: String,
    expires: Option<String>,
    consented_on: Option<String>,
}

struct OrderView {
    /// `None` while the month is open.
    number: Option<String>,
    month: String,
    state: String,
    is_due: bool,
    trees: String,
    total: String,
    /// The past and the next steps.
    steps: Vec<String>,
    /// `None` if the key that encrypted it is gone: the owner renews it.
    pay_link: Option<String>,
    id: String,
}

struct MailView<'a> {
    what: &'static str,
    month: String,
    state: &'static str,
    problem: Option<&'a str>,
    written: String,
}

/// The content of the page.
pub(crate) struct Shown<'a> {
    pub(crate) session: &'a SessionRow,
    pub(crate) card_form: CardForm,
    /// How to pay by other means than a card.
    pub(crate) instructions: Option<&'a str>,
    pub(crate) card: Option<SavedCardRow>,
    /// True if claims wait for the owner's review.
    pub(crate) has_held_claims: bool,
    pub(crate) orders: Vec<PurchaseOrderRow>,
    /// The mail provider: `none` if the deployment sends no mail.
    pub(crate) mail: &'a str,
    /// True if the address is not verified yet.
    pub(crate) address_waits: bool,
    pub(crate) mails: Vec<MailListRow>,
    pub(crate) currency: &'a str,
    /// The token of the form that saves a card.
    pub(crate) token: &'a str,
    /// Decrypts the pay links.
    pub(crate) keys: &'a EncryptionKeys,
}

/// The forms of the page, and the error of one that was just sent.
#[derive(Default)]
pub(crate) struct PaymentsNews {
    /// The error, if it belongs to no field of a form.
    pub(crate) notice: Option<String>,
    pub(crate) card_form: Form,
    pub(crate) email_form: Form,
    pub(crate) budget_form: Form,
}

impl PaymentsNews {
    /// That something went wrong.
    pub(crate) fn notice(problem: &Problem) -> Self {
        Self { notice: Some(problem.message().to_owned()), ..Self::default() }
    }
}

/// Writes the page.
pub(crate) fn render(shown: &Shown<'_>, news: &PaymentsNews) -> askama::Result<String> {
    let session = shown.session;
    let zone = session.time_zone.as_str();
    let mail_view = |row: &'_ MailListRow| MailView {
        what: mail_kind(row.kind),
        month: month_in_words(&row.period),
        state: mail_state(row.state),
        problem: None,
        written: minute_in_words(row.created_at, zone).unwrap_or_default(),
    };
    let mails = shown.mails.iter().map(|row| {
        let problem = row.problem.as_deref().filter(|_| row.state != MailState::Sent);
        MailView { problem, ..mail_view(row) }
    });
    PaymentsPage {
        session,
        place: "/settings/payments",
        token: shown.token,
        news,
        card_form: shown.card_form,
        instructions: shown.instructions,
        card: shown.card.as_ref().map(|card| card_view(card, zone)),
        consent: consent::text(),
        consent_version: consent::version(),
        has_held_claims: shown.has_held_claims,
        orders: shown.orders.iter().map(|order| order_view(order, shown.keys)).collect(),
        mail: shown.mail,
        address_waits: shown.address_waits,
        mails: mails.collect(),
        currency: shown.currency,
        budget_example: example(shown.currency),
    }
    .render()
}

fn card_view(card: &SavedCardRow, zone: &str) -> CardView {
    CardView {
        brand: brand(&card.card_brand),
        last_four: card.card_last_four.clone(),
        expires: card.card_expires.as_deref().map(expiry),
        consented_on: card.consented_at.and_then(|at| day_in_words(at, zone)),
    }
}

fn order_view(order: &PurchaseOrderRow, keys: &EncryptionKeys) -> OrderView {
    let day = |at: Option<i64>| at.and_then(|at| day_in_words(at, &order.time_zone));
    OrderView {
        number: order.number(),
        month: month_in_words(&order.period),
        state: state(order).0,
        is_due: order.state == PurchaseOrderState::PaymentDue,
        trees: if order.trees == 1 {
            "1 tree".to_owned()
        } else {
            format!("{} trees", order.trees)
        },
        total: money(order.total, &order.currency),
        steps: steps(order, day),
        pay_link: link::path(Some(keys), &order.id, order.link_encrypted.as_deref()),
        id: order.id.clone(),
    }
}

/// A round amount of the currency, without the currency.
fn example(currency: &str) -> String {
    let Ok(currency) = currency.parse::<Currency>() else { return String::new() };
    let unit = 10_i64.saturating_pow(u32::from(currency.exponent()));
    Money { amount: unit.saturating_mul(100), currency }.to_decimal()
}
