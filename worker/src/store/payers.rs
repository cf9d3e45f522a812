//! The table `payers`: who a merchant is to a payment provider, and the card to charge.

use serde::Deserialize;

use super::{Statement, Store, StoreError, ids_as_json};
use crate::domain::payment_outcome::Card;
use crate::domain::states::PaymentProvider;
use crate::store::payments::PaymentRow;

/// A saved card, as a person recognises it.
#[derive(Deserialize)]
pub(crate) struct SavedCardRow {
    /// The provider's name of it.
    pub(crate) card: String,
    pub(crate) card_brand: String,
    pub(crate) card_last_four: String,
    /// Year and month: `2027-08`.
    pub(crate) card_expires: Option<String>,
    /// The time of the consent to charge it.
    pub(crate) consented_at: Option<i64>,
}

/// Runs only with the statement that has just settled the payment. If the outcome is reported
/// again, the owner may have removed the card or saved another meanwhile.
const SAVE: &str = "
INSERT INTO payers (merchant_id, provider, customer, card, card_brand, card_last_four, card_expires,
    created_at, card_saved_at, consent, consented_at)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, consent, created_at FROM payments
WHERE id = ?9 AND settled_at = ?8 AND state IN ('paid', 'duplicate')
ON CONFLICT (merchant_id, provider) DO UPDATE SET card = excluded.card,
    card_brand = excluded.card_brand, card_last_four = excluded.card_last_four,
    card_expires = excluded.card_expires, card_saved_at = excluded.card_saved_at,
    consent = excluded.consent, consented_at = excluded.consented_at";

/// Before the card is saved; one that is saved again is no event.
const SAVED: &str = "?1, 'card saved', NULL, ?4 FROM payments
WHERE id = ?5 AND settled_at = ?4 AND state IN ('paid', 'duplicate')
    AND ?3 IS NOT (SELECT card FROM payers WHERE merchant_id = ?1 AND provider = ?2)";

const SELECT: &str = "
SELECT y.card, y.card_brand, y.card_last_four, y.card_expires, y.consented_at FROM payers y";

/// Purchase orders whose saved card is due, those that wait longest first.
const DUE: &str = "
SELECT p.id FROM purchase_orders p
JOIN payers y ON y.merchant_id = p.merchant_id AND y.provider = ?1 AND y.card IS NOT NULL
WHERE p.next_attempt_at <= ?2 AND p.state = 'payment due' AND p.set_aside_at IS NULL
ORDER BY p.next_attempt_at, p.id LIMIT ?3";

/// The same among these purchase orders.
const DUE_OF: &str = "
SELECT p.id FROM purchase_orders p
JOIN payers y ON y.merchant_id = p.merchant_id AND y.provider = ?1 AND y.card IS NOT NULL
WHERE p.id IN (SELECT value FROM json_each(?3))
    AND p.next_attempt_at <= ?2 AND p.state = 'payment due' AND p.set_aside_at IS NULL";

const UNPLAN: &str = "
UPDATE purchase_orders SET next_attempt_at = NULL
WHERE next_attempt_at <= ?2 AND NOT EXISTS (SELECT 1 FROM payers y
    WHERE y.merchant_id = purchase_orders.merchant_id AND y.provider = ?1 AND y.card IS NOT NULL)";

/// A customer that was made for this payment, unless another request was first.
const KEEP_CUSTOMER: &str = "
INSERT INTO payers (merchant_id, provider, customer, created_at)
SELECT p.merchant_id, x.provider, ?2, ?3
FROM payments x JOIN purchase_orders p ON p.id = x.purchase_order_id WHERE x.id = ?1
ON CONFLICT (merchant_id, provider) DO NOTHING";

const CARD_FORGOTTEN: &str =
    "merchant_id, 'card removed', NULL, ?3 FROM payers WHERE provider = ?1 AND card = ?2";

const FORGET_CARD: &str = "
UPDATE payers SET card = NULL, card_brand = NULL, card_last_four = NULL, card_expires = NULL,
    card_saved_at = NULL, consent = NULL, consented_at = NULL
WHERE provider = ?1 AND card = ?2";

const CARD_REMOVED: &str = "merchant_id, 'card removed', NULL, ?3 FROM payers
WHERE merchant_id = ?1 AND provider = ?2 AND card IS NOT NULL";

const REMOVE_CARD: &str = "
UPDATE payers SET card = NULL, card_brand = NULL, card_last_four = NULL, card_expires = NULL,
    card_saved_at = NULL, consent = NULL, consented_at = NULL
WHERE merchant_id = ?1 AND provider = ?2";

const UPDATE_CARD: &str = "
UPDATE payers SET card_brand = ?3, card_last_four = ?4, card_expires = ?5
WHERE provider = ?1 AND card = ?2";

const CUSTOMER_FORGOTTEN: &str = "merchant_id, 'card removed', NULL, ?3 FROM payers
WHERE provider = ?1 AND customer = ?2 AND card IS NOT NULL";

const FORGET_CUSTOMER: &str = "DELETE FROM payers WHERE provider = ?1 AND customer = ?2";

fn of_merchant() -> String {
    format!("{SELECT} WHERE y.merchant_id = ?1 AND y.provider = ?2 AND y.card IS NOT NULL")
}

impl Store {
    /// Keeps the customer that a merchant became for this payment; one before it stays.
    pub(crate) async fn keep_customer(
        &self,
        payment: &str,
        customer: &str,
        now: i64,
    ) -> Result<(), StoreError> {
        self.write(KEEP_CUSTOMER, &[payment.into(), customer.into(), now.into()]).await?;
        Ok(())
    }

    /// Forgets a card that cannot be charged any more.
    pub(crate) async fn forget_card(
        &self,
        provider: PaymentProvider,
        card: &str,
        now: i64,
    ) -> Result<(), StoreError> {
        self.write_logged(FORGET_CARD, CARD_FORGOTTEN, [provider.as_str(), card], now).await
    }

    /// Forgets the saved card of a merchant, who does not want it to be charged any more.
    pub(crate) async fn remove_card(
        &self,
        merchant: &str,
        provider: PaymentProvider,
        now: i64,
    ) -> Result<(), StoreError> {
        self.write_logged(REMOVE_CARD, CARD_REMOVED, [merchant, provider.as_str()], now).await
    }

    /// Writes, and logs before it what the write is about to change.
    async fn write_logged(
        &self,
        write: &str,
        log: &str,
        [first, second]: [&str; 2],
        now: i64,
    ) -> Result<(), StoreError> {
        let log = self.log(log, &[first.into(), second.into(), now.into()])?;
        let write = self.statement(write, &[first.into(), second.into()])?;
        self.batch(vec![log, write]).await.map(|_| ())
    }

    /// Keeps what a saved card looks like now: banks send new ones in place of old ones.
    pub(crate) async fn update_card(
        &self,
        provider: PaymentProvider,
        card: &Card,
    ) -> Result<(), StoreError> {
        let values = [
            provider.as_str().into(),
            card.reference.as_str().into(),
            card.brand.as_str().into(),
            card.last_four.as_str().into(),
            card.expires.as_deref().into(),
        ];
        self.write(UPDATE_CARD, &values).await?;
        Ok(())
    }

    /// Forgets a customer that the provider does not have any more, and the card with it.
    pub(crate) async fn forget_customer(
        &self,
        provider: PaymentProvider,
        customer: &str,
        now: i64,
    ) -> Result<(), StoreError> {
        let values = [provider.as_str(), customer];
        self.write_logged(FORGET_CUSTOMER, CUSTOMER_FORGOTTEN, values, now).await
    }

    /// Keeps the card of a payment that is settled in the same batch, to be charged from now on in
    /// place of the one before, and logs it.
    pub(super) fn save_card(
        &self,
        payment: &PaymentRow,
        customer: &str,
        card: &Card,
        now: i64,
    ) -> Result<[Statement; 2], StoreError> {
        let log = [
            payment.merchant_id.as_str().into(),
            payment.provider.as_str().into(),
            card.reference.as_str().into(),
            now.into(),
            payment.id.as_str().into(),
        ];
        let values = [
            payment.merchant_id.as_str().into(),
            payment.provider.as_str().into(),
            customer.into(),
            card.reference.as_str().into(),
            card.brand.as_str().into(),
            card.last_four.as_str().into(),
            card.expires.as_deref().into(),
            now.into(),
            payment.id.as_str().into(),
        ];
        Ok([self.log(SAVED, &log)?, self.statement(SAVE, &values)?])
    }

    /// The saved card of the merchant who is to pay a purchase order.
    pub(crate) async fn saved_card_for(
        &self,
        purchase_order: &str,
        provider: PaymentProvider,
    ) -> Result<Option<SavedCardRow>, StoreError> {
        let sql = format!(
            "{SELECT} JOIN purchase_orders p ON p.merchant_id = y.merchant_id
            WHERE p.id = ?1 AND y.provider = ?2 AND y.card IS NOT NULL"
        );
        self.first(&sql, &[purchase_order.into(), provider.as_str().into()]).await
    }

    /// The saved card of a merchant.
    pub(crate) async fn saved_card(
        &self,
        merchant: &str,
        provider: PaymentProvider,
    ) -> Result<Option<SavedCardRow>, StoreError> {
        self.first(&of_merchant(), &[merchant.into(), provider.as_str().into()]).await
    }

    /// The same, for a batch.
    pub(super) fn saved_card_statement(
        &self,
        merchant: &str,
        provider: PaymentProvider,
    ) -> Result<Statement, StoreError> {
        self.statement(&of_merchant(), &[merchant.into(), provider.as_str().into()])
    }

    /// The ids of purchase orders whose saved card is to be charged by now.
    pub(crate) async fn due_charges(
        &self,
        provider: PaymentProvider,
        now: i64,
        limit: i64,
    ) -> Result<Vec<String>, StoreError> {
        self.ids(DUE, &[provider.as_str().into(), now.into(), limit.into()]).await
    }

    /// Those of these purchase orders whose saved card is to be charged by now.
    pub(crate) async fn due_charges_of(
        &self,
        purchase_orders: &[String],
        provider: PaymentProvider,
        now: i64,
    ) -> Result<Vec<String>, StoreError> {
        let values = [provider.as_str().into(), now.into(), ids_as_json(purchase_orders)?];
        self.ids(DUE_OF, &values).await
    }

    /// Plans no attempt where there is no card to charge.
    pub(crate) async fn unplan_without_card(
        &self,
        provider: PaymentProvider,
        now: i64,
    ) -> Result<(), StoreError> {
        self.write(UNPLAN, &[provider.as_str().into(), now.into()]).await?;
        Ok(())
    }
}
