//! The table `payments`: stored before the provider is asked, settled once.

use serde::Deserialize;

use super::{Statement, Store, StoreError, refunds, rows};
use crate::domain::consent;
use crate::domain::payment_outcome::{Card, Receipt};
use crate::domain::states::{PaymentMethod, PaymentProvider, PaymentState};

/// A payment as it is stored, with what is needed to ask about it again.
#[derive(Clone, Deserialize)]
pub(crate) struct PaymentRow {
    pub(crate) id: String,
    pub(crate) purchase_order_id: String,
    pub(crate) merchant_id: String,
    /// The merchant's name.
    pub(crate) merchant: String,
    /// The month: `2026-11`.
    pub(crate) period: String,
    pub(crate) time_zone: String,
    pub(crate) closed_at: Option<i64>,
    pub(crate) provider: PaymentProvider,
    method: PaymentMethod,
    pub(crate) idempotency_key: String,
    pub(crate) amount: i64,
    pub(crate) currency: String,
    /// The provider's name of the merchant.
    pub(crate) customer: Option<String>,
    /// The provider's name of the card that is charged.
    pub(crate) card: Option<String>,
    pub(crate) card_last_four: Option<String>,
    /// 1 when the payer wants the card to be charged for the months to come.
    remember: i64,
    /// The provider's name of the page on which the payer types the card.
    pub(crate) page: Option<String>,
    pub(crate) reference: Option<String>,
    pub(crate) state: PaymentState,
    /// The message to the payer.
    pub(crate) message: Option<String>,
    pub(crate) created_at: i64,
}

impl PaymentRow {
    /// Returns true if the cron event charged it, without the payer.
    pub(crate) fn is_by_saved_card(&self) -> bool {
        self.method == PaymentMethod::SavedCard
    }

    /// Returns true if it was paid by other means and recorded.
    pub(crate) fn is_recorded(&self) -> bool {
        self.method == PaymentMethod::Recorded
    }

    /// Returns true if the card is to be charged for the months to come.
    pub(crate) fn is_to_be_remembered(&self) -> bool {
        self.remember == 1
    }

    /// The same with a page of the provider's that it was not to have any more.
    pub(crate) fn on_page(self, page: String) -> Self {
        Self { page: Some(page), ..self }
    }

    /// Returns true if its outcome is still unknown.
    pub(crate) fn is_under_way(&self) -> bool {
        matches!(self.state, PaymentState::Pending | PaymentState::AuthenticationNeeded)
    }
}

/// A payment by a person on the pay page.
pub(crate) struct NewPayment<'a> {
    pub(crate) id: &'a str,
    pub(crate) purchase_order: &'a str,
    pub(crate) provider: PaymentProvider,
    /// Known beforehand only where the card is typed on our own page.
    pub(crate) card: Option<Card>,
    pub(crate) remember: bool,
    pub(crate) now: i64,
}

const SELECT: &str = "
SELECT x.id, x.purchase_order_id, p.merchant_id, m.name AS merchant, p.period, m.time_zone,
    p.closed_at, x.provider, x.method, x.idempotency_key, x.amount, x.currency, x.customer, x.card,
    x.card_last_four, x.remember, x.page, x.reference, x.state, x.message, x.created_at
FROM payments x
JOIN purchase_orders p ON p.id = x.purchase_order_id
JOIN merchants m ON m.id = p.merchant_id";

/// Takes amount and currency from the purchase order itself, and only while it is to be paid.
const BEGIN: &str = "
INSERT INTO payments (id, purchase_order_id, attempt, provider, method, idempotency_key, amount,
    currency, customer, card, card_brand, card_last_four, remember, consent, state, created_at)
SELECT ?2, p.id, n.attempt, ?3, 'pay page', p.id || '/pay/' || n.attempt, p.total, p.currency,
    y.customer, ?4, ?5, ?6, ?7, ?9, 'pending', ?8
FROM purchase_orders p LEFT JOIN payers y ON y.merchant_id = p.merchant_id AND y.provider = ?3,
    (SELECT 1 + count(*) AS attempt FROM payments WHERE purchase_order_id = ?1) n
WHERE p.id = ?1 AND p.state = 'payment due'";

/// The same with the saved card, and only when it is due.
const BEGIN_CHARGE: &str = "
INSERT INTO payments (id, purchase_order_id, attempt, provider, method, idempotency_key, amount,
    currency, customer, card, card_brand, card_last_four, state, created_at)
SELECT ?2, p.id, n.attempt, ?3, 'saved card', p.id || '/pay/' || n.attempt, p.total, p.currency,
    y.customer, y.card, y.card_brand, y.card_last_four, 'pending', ?4
FROM purchase_orders p
JOIN payers y ON y.merchant_id = p.merchant_id AND y.provider = ?3 AND y.card IS NOT NULL,
    (SELECT 1 + count(*) AS attempt FROM payments WHERE purchase_order_id = ?1) n
WHERE p.id = ?1 AND p.state = 'payment due' AND p.next_attempt_at <= ?4";

/// While an attempt is under way, no other is planned.
const UNPLAN: &str = "
UPDATE purchase_orders SET next_attempt_at = NULL
WHERE id = ?1 AND EXISTS (SELECT 1 FROM payments WHERE id = ?2)";

/// Recorded by hand, only while it is to be paid and nothing is under way.
const RECORD: &str = "
INSERT INTO payments (id, purchase_order_id, attempt, provider, method, idempotency_key, amount,
    currency, reference, recorded_by, state, created_at, settled_at)
SELECT ?2, p.id, n.attempt, 'manual', 'recorded', p.id || '/pay/' || n.attempt, p.total, p.currency,
    ?3, ?4, 'paid', ?5, ?5
FROM purchase_orders p,
    (SELECT 1 + count(*) AS attempt FROM payments WHERE purchase_order_id = ?1) n
WHERE p.id = ?1 AND p.state = 'payment due' AND NOT EXISTS (SELECT 1 FROM payments
    WHERE purchase_order_id = ?1 AND state IN ('pending', 'authentication needed'))";

const UNANSWERED: &str = "
SELECT id FROM payments
WHERE state IN ('pending', 'authentication needed') AND provider = ?1 AND created_at <= ?2
    AND purchase_order_id NOT IN (SELECT id FROM purchase_orders WHERE set_aside_at IS NOT NULL)
ORDER BY created_at, id LIMIT ?3";

const SET_CUSTOMER: &str = "
UPDATE payments SET customer = (SELECT y.customer FROM payers y
    JOIN purchase_orders p ON p.merchant_id = y.merchant_id
    WHERE p.id = payments.purchase_order_id AND y.provider = payments.provider)
WHERE id = ?1 AND customer IS NULL";

const SET_PAGE: &str = "
UPDATE payments SET page = ?2
WHERE id = ?1 AND state = 'pending' AND (page IS NULL OR page = ?2)";

const AWAIT_AUTHENTICATION: &str = "
UPDATE payments SET state = 'authentication needed' WHERE id = ?1 AND state = 'pending'";

/// The earlier state does not matter: the money arrived. A second payment of a paid order is a
/// duplicate.
const PAY: &str = "
UPDATE payments SET message = NULL, settled_at = ?2, reference = coalesce(?3, reference),
    card_brand = coalesce(?4, card_brand), card_last_four = coalesce(?5, card_last_four),
    state = CASE WHEN EXISTS (SELECT 1 FROM payments o
        WHERE o.purchase_order_id = payments.purchase_order_id AND o.state = 'paid')
        THEN 'duplicate' ELSE 'paid' END
WHERE id = ?1 AND state NOT IN ('paid', 'duplicate')";

/// Follows the payment, never the caller: runs in the same batch as [`PAY`] and [`RECORD`].
const FOLLOW: &str = "
UPDATE purchase_orders SET state = 'paid', paid_at = ?2, next_attempt_at = NULL,
    next_dunning_at = NULL
WHERE state = 'payment due' AND id =
    (SELECT purchase_order_id FROM payments WHERE id = ?1 AND state = 'paid')";

/// Runs after [`FOLLOW`]. Another purchase order that is unpaid for long keeps the pause.
const RESUME: &str = "
UPDATE merchants SET paused_at = NULL
WHERE paused_at IS NOT NULL AND id = (SELECT p.merchant_id
        FROM payments x JOIN purchase_orders p ON p.id = x.purchase_order_id
        WHERE x.id = ?1 AND x.state = 'paid')
    AND NOT EXISTS (SELECT 1 FROM purchase_orders p WHERE p.merchant_id = merchants.id
        AND p.state = 'payment due' AND p.dunning = 'paused')";

const END: &str = "
UPDATE payments SET state = ?2, message = ?3, settled_at = ?4, reference = coalesce(?5, reference),
    confirmation_needed = ?6
WHERE id = ?1 AND state IN ('pending', 'authentication needed')";

/// Applies only to the latest attempt of an unpaid purchase order, and not if a payer tried another
/// card by hand.
const PLAN: &str = "
UPDATE purchase_orders SET next_attempt_at = ?2
WHERE state = 'payment due' AND id = (SELECT x.purchase_order_id FROM payments x WHERE x.id = ?1
    AND x.method = 'saved card' AND x.state IN ('declined', 'abandoned') AND NOT EXISTS (SELECT 1 FROM payments o
        WHERE o.purchase_order_id = x.purchase_order_id AND o.attempt > x.attempt))";

/// How a payment ended that paid nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    Declined,
    /// Declined, because the bank wants the payer to confirm it.
    ConfirmationNeeded,
    Abandoned,
}

impl Store {
    /// Stores a pending payment of the whole purchase order; `None` when it is not to be paid.
    /// [`StoreError::Conflict`] when another payment of it is under way.
    pub(crate) async fn begin_payment(
        &self,
        payment: NewPayment<'_>,
    ) -> Result<Option<PaymentRow>, StoreError> {
        let (card, brand, last_four) = match payment.card {
            Some(card) => (Some(card.reference), Some(card.brand), Some(card.last_four)),
            None => (None, None, None),
        };
        let values = [
            payment.purchase_order.into(),
            payment.id.into(),
            payment.provider.as_str().into(),
            card.into(),
            brand.into(),
            last_four.into(),
            i64::from(payment.remember).into(),
            payment.now.into(),
            payment.remember.then(consent::version).into(),
        ];
        let begin = self.statement(BEGIN, &values)?;
        self.run_and_read(vec![begin], payment.id).await
    }

    /// Stores a pending charge of the merchant's saved card; `None` when none is due.
    /// [`StoreError::Conflict`] when another payment is under way.
    pub(crate) async fn begin_charge(
        &self,
        purchase_order: &str,
        id: &str,
        provider: PaymentProvider,
        now: i64,
    ) -> Result<Option<PaymentRow>, StoreError> {
        let values = [purchase_order.into(), id.into(), provider.as_str().into(), now.into()];
        let begin = self.statement(BEGIN_CHARGE, &values)?;
        let unplan = self.statement(UNPLAN, &[purchase_order.into(), id.into()])?;
        self.run_and_read(vec![begin, unplan], id).await
    }

    /// Stores that the purchase order was paid by other means; `None` when it is not to be paid, or
    /// another payment is under way.
    pub(crate) async fn record_payment(
        &self,
        purchase_order: &str,
        id: &str,
        reference: &str,
        recorded_by: &str,
        now: i64,
    ) -> Result<Option<PaymentRow>, StoreError> {
        let values =
            [purchase_order.into(), id.into(), reference.into(), recorded_by.into(), now.into()];
        let record = self.statement(RECORD, &values)?;
        let follow = self.statement(FOLLOW, &[id.into(), now.into()])?;
        let resume = self.statement(RESUME, &[id.into()])?;
        self.run_and_read(vec![record, follow, resume], id).await
    }

    async fn run_and_read(
        &self,
        mut statements: Vec<Statement>,
        id: &str,
    ) -> Result<Option<PaymentRow>, StoreError> {
        statements.push(self.statement(&format!("{SELECT} WHERE x.id = ?1"), &[id.into()])?);
        let results = self.batch(statements).await?;
        let found = results.last().map(rows::<PaymentRow>).transpose()?;
        Ok(found.and_then(|rows| rows.into_iter().next()))
    }

    /// One payment.
    pub(crate) async fn payment(&self, id: &str) -> Result<Option<PaymentRow>, StoreError> {
        self.first(&format!("{SELECT} WHERE x.id = ?1"), &[id.into()]).await
    }

    /// The last attempt to pay a purchase order.
    pub(crate) async fn latest_payment(
        &self,
        purchase_order: &str,
    ) -> Result<Option<PaymentRow>, StoreError> {
        let sql =
            format!("{SELECT} WHERE x.purchase_order_id = ?1 ORDER BY x.attempt DESC LIMIT 1");
        self.first(&sql, &[purchase_order.into()]).await
    }

    /// Stores the merchant's present customer id at the provider. Returns the payment.
    pub(crate) async fn set_customer(&self, id: &str) -> Result<Option<PaymentRow>, StoreError> {
        self.run_and_read(vec![self.statement(SET_CUSTOMER, &[id.into()])?], id).await
    }

    /// Stores the page on which the payer enters the card. Returns `false` if the payment has ended
    /// meanwhile, so that no payer is sent there.
    pub(crate) async fn set_page(&self, id: &str, page: &str) -> Result<bool, StoreError> {
        Ok(self.write(SET_PAGE, &[id.into(), page.into()]).await? > 0)
    }

    /// Returns the ids of payments that began up to `until` and have no outcome yet, oldest first.
    pub(crate) async fn unanswered_payments(
        &self,
        provider: PaymentProvider,
        until: i64,
        limit: i64,
    ) -> Result<Vec<String>, StoreError> {
        self.ids(UNANSWERED, &[provider.as_str().into(), until.into(), limit.into()]).await
    }

    /// The bank wants the payer to confirm a payment, who is there to do it.
    pub(crate) async fn await_authentication(&self, id: &str) -> Result<(), StoreError> {
        self.write(AWAIT_AUTHENTICATION, &[id.into()]).await?;
        Ok(())
    }

    /// Stores that the payment succeeded, with its effects on the purchase order and on the card of
    /// this customer at the provider, in one transaction. `notice` reports a saved card. Returns
    /// true if the purchase order was paid before, so that this payment must be refunded.
    pub(crate) async fn pay(
        &self,
        payment: &PaymentRow,
        receipt: &Receipt,
        (customer, notice): (&str, Option<Statement>),
        now: i64,
    ) -> Result<bool, StoreError> {
        let id = payment.id.as_str();
        let card = receipt.card.as_ref();
        let values = [
            id.into(),
            now.into(),
            receipt.reference.clone().into(),
            card.map(|card| card.brand.clone()).into(),
            card.map(|card| card.last_four.clone()).into(),
        ];
        let pay = self.statement(PAY, &values)?;
        let follow = self.statement(FOLLOW, &[id.into(), now.into()])?;
        let pay_back = self.statement(refunds::BEGIN, &[id.into(), now.into()])?;
        let resume = self.statement(RESUME, &[id.into()])?;
        let mut statements = vec![pay, follow, resume, pay_back];
        if let Some(card) = card.filter(|_| payment.is_to_be_remembered()) {
            statements.extend(self.save_card(payment, customer, card, now)?);
            statements.extend(notice);
        }
        let payment = self.run_and_read(statements, id).await?;
        Ok(payment.is_some_and(|payment| payment.state == PaymentState::Duplicate))
    }

    /// Stores that nothing was paid, and when a saved card that was charged is charged again.
    pub(crate) async fn end_payment(
        &self,
        id: &str,
        ended: Ended,
        (message, reference): (Option<&str>, Option<&str>),
        next: Option<i64>,
        now: i64,
    ) -> Result<(), StoreError> {
        let state = match ended {
            Ended::Declined | Ended::ConfirmationNeeded => PaymentState::Declined,
            Ended::Abandoned => PaymentState::Abandoned,
        };
        let confirmation_needed = i64::from(ended == Ended::ConfirmationNeeded);
        let values = [
            id.into(),
            state.as_str().into(),
            message.into(),
            now.into(),
            reference.into(),
            confirmation_needed.into(),
        ];
        let end = self.statement(END, &values)?;
        let plan = self.statement(PLAN, &[id.into(), next.into()])?;
        self.batch(vec![end, plan]).await?;
        Ok(())
    }
}
