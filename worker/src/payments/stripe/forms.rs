//! The requests to Stripe, field by field. A field without a value is left out: Stripe takes an
//! empty one for the wish to unset it.

use serde::Serialize;

use super::amount::to_stripe;
use crate::payments::provider::NewCustomer as Member;
use crate::store::card_setups::CardSetupRow;
use crate::store::payments::PaymentRow;
use crate::store::refunds::RefundRow;

/// Only cards: other methods are not settled within the hour, and cannot be charged later.
const METHODS: [&str; 1] = ["card"];

/// The longest that a payer may take on a page, in seconds; Stripe wants half an hour at least.
const PAGE_OPEN_FOR: i64 = 60 * 60;

/// Finds our payment again from anything of Stripe's.
#[derive(Serialize)]
pub(super) struct Metadata<'a> {
    merchant: &'a str,
    purchase_order: &'a str,
    payment: &'a str,
}

/// `POST /v1/customers`
#[derive(Serialize)]
pub(super) struct NewCustomer<'a> {
    name: &'a str,
    metadata: CustomerMetadata<'a>,
}

#[derive(Serialize)]
struct CustomerMetadata<'a> {
    merchant: &'a str,
}

/// `POST /v1/payment_intents`: charges the saved card without the payer.
#[derive(Serialize)]
pub(super) struct NewPaymentIntent<'a> {
    amount: i64,
    currency: String,
    customer: &'a str,
    payment_method: &'a str,
    allowed_payment_method_types: [&'static str; 1],
    confirm: bool,
    off_session: bool,
    description: String,
    metadata: Metadata<'a>,
}

/// `POST /v1/checkout/sessions` with `mode=payment`: the page on which a payer types a card.
#[derive(Serialize)]
pub(super) struct NewPage<'a> {
    mode: &'static str,
    customer: &'a str,
    client_reference_id: &'a str,
    allowed_payment_method_types: [&'static str; 1],
    line_items: [PageLine; 1],
    payment_intent_data: PaymentIntentData<'a>,
    metadata: Metadata<'a>,
    /// Seconds since 1970. The same whenever the page is asked for again.
    expires_at: i64,
    success_url: String,
    cancel_url: &'a str,
}

#[derive(Serialize)]
struct PageLine {
    quantity: i64,
    price_data: PriceData,
}

#[derive(Serialize)]
struct PriceData {
    currency: String,
    unit_amount: i64,
    product_data: ProductData,
}

#[derive(Serialize)]
struct ProductData {
    name: String,
}

#[derive(Serialize)]
struct PaymentIntentData<'a> {
    description: String,
    metadata: Metadata<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    setup_future_usage: Option<&'static str>,
}

/// `POST /v1/checkout/sessions` with `mode=setup`: the page on which a card is saved, and nothing
/// is paid.
#[derive(Serialize)]
pub(super) struct NewCardPage<'a> {
    mode: &'static str,
    customer: &'a str,
    client_reference_id: &'a str,
    allowed_payment_method_types: [&'static str; 1],
    setup_intent_data: SetupIntentData<'a>,
    metadata: CardSetupMetadata<'a>,
    /// Seconds since 1970. The same whenever the page is asked for again.
    expires_at: i64,
    success_url: String,
    cancel_url: &'a str,
}

#[derive(Serialize)]
struct SetupIntentData<'a> {
    metadata: CardSetupMetadata<'a>,
}

/// Finds a card that we wanted to save again from anything of Stripe's.
#[derive(Clone, Copy, Serialize)]
struct CardSetupMetadata<'a> {
    merchant: &'a str,
    card_setup: &'a str,
}

/// `POST /v1/refunds`
#[derive(Serialize)]
pub(super) struct NewRefund<'a> {
    payment_intent: &'a str,
    amount: i64,
    reason: &'static str,
    metadata: RefundMetadata<'a>,
}

#[derive(Serialize)]
struct RefundMetadata<'a> {
    purchase_order: &'a str,
    refund: &'a str,
}

/// A form without fields.
#[derive(Serialize)]
pub(super) struct Nothing {}

impl<'a> Metadata<'a> {
    fn of(payment: &'a PaymentRow) -> Self {
        Self {
            merchant: &payment.merchant_id,
            purchase_order: &payment.purchase_order_id,
            payment: &payment.id,
        }
    }
}

impl<'a> NewCustomer<'a> {
    pub(super) fn of(member: &Member<'a>) -> Self {
        let metadata = CustomerMetadata { merchant: member.merchant_id };
        Self { name: member.merchant, metadata }
    }
}

impl<'a> NewCardPage<'a> {
    /// `back` is the address of our own page.
    pub(super) fn of(setup: &'a CardSetupRow, customer: &'a str, back: &'a str) -> Self {
        let metadata = CardSetupMetadata { merchant: &setup.merchant_id, card_setup: &setup.id };
        Self {
            mode: "setup",
            customer,
            client_reference_id: &setup.merchant_id,
            allowed_payment_method_types: METHODS,
            setup_intent_data: SetupIntentData { metadata },
            metadata,
            expires_at: setup.created_at.div_euclid(1000).saturating_add(PAGE_OPEN_FOR),
            success_url: format!("{back}?page={{CHECKOUT_SESSION_ID}}"),
            cancel_url: back,
        }
    }
}

impl<'a> NewPaymentIntent<'a> {
    /// `None` where Stripe cannot be asked for exactly this amount.
    pub(super) fn of(payment: &'a PaymentRow, customer: &'a str, card: &'a str) -> Option<Self> {
        Some(Self {
            amount: to_stripe(payment.amount, &payment.currency)?,
            currency: payment.currency.to_lowercase(),
            customer,
            payment_method: card,
            allowed_payment_method_types: METHODS,
            confirm: true,
            off_session: true,
            description: description(payment),
            metadata: Metadata::of(payment),
        })
    }
}

impl<'a> NewPage<'a> {
    /// `back` is the address of our own page. `None` as above.
    pub(super) fn of(payment: &'a PaymentRow, customer: &'a str, back: &'a str) -> Option<Self> {
        let price_data = PriceData {
            currency: payment.currency.to_lowercase(),
            unit_amount: to_stripe(payment.amount, &payment.currency)?,
            product_data: ProductData { name: description(payment) },
        };
        let usage = payment.is_to_be_remembered().then_some("off_session");
        Some(Self {
            mode: "payment",
            customer,
            client_reference_id: &payment.purchase_order_id,
            allowed_payment_method_types: METHODS,
            line_items: [PageLine { quantity: 1, price_data }],
            payment_intent_data: PaymentIntentData {
                description: description(payment),
                metadata: Metadata::of(payment),
                setup_future_usage: usage,
            },
            metadata: Metadata::of(payment),
            expires_at: payment.created_at.div_euclid(1000).saturating_add(PAGE_OPEN_FOR),
            success_url: format!("{back}?page={{CHECKOUT_SESSION_ID}}"),
            cancel_url: back,
        })
    }
}

impl<'a> NewRefund<'a> {
    /// `None` as above, though what was taken can always be given back.
    pub(super) fn of(refund: &'a RefundRow, payment_intent: &'a str) -> Option<Self> {
        let metadata =
            RefundMetadata { purchase_order: &refund.purchase_order_id, refund: &refund.id };
        let amount = to_stripe(refund.amount, &refund.currency)?;
        Some(Self { payment_intent, amount, reason: "duplicate", metadata })
    }
}

fn description(payment: &PaymentRow) -> String {
    format!("Trees, {}", crate::domain::local_time::month_in_words(&payment.period))
}
