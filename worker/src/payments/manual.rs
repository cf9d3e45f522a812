//! No provider: purchase orders are paid by other means, and the operator records the payment.

use order_events::Timestamp;

use super::{Asked, CardForm, Gateway};
use crate::domain::payment_outcome::Answer;
use crate::store::payments::PaymentRow;

/// Accepts no payment itself. Payments of another provider with an unknown outcome stay pending
/// until that provider is configured again.
pub(crate) struct Manual;

const NOT_HERE: &str = "PAYMENTS=manual asks no provider";

fn unknown<'a>() -> Asked<'a, Answer> {
    Box::pin(async { Answer::Unknown(NOT_HERE.to_owned()) })
}

impl Gateway for Manual {
    fn name(&self) -> &'static str {
        "manual"
    }

    fn card_form(&self) -> CardForm {
        CardForm::None
    }

    fn charge<'a>(&'a self, _: &'a PaymentRow) -> Asked<'a, Answer> {
        unknown()
    }

    fn resume<'a>(&'a self, _: &'a PaymentRow, _: Timestamp) -> Asked<'a, Answer> {
        unknown()
    }

    fn close_page<'a>(&'a self, _: &'a PaymentRow) -> Asked<'a, Answer> {
        unknown()
    }
}
