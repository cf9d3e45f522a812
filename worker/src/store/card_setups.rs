//! The table `card_setups`: cards that are saved without a payment. Each row is stored before the
//! provider is asked, and stays as the record of what was agreed to, and when.

use serde::Deserialize;

use super::{Statement, Store, StoreError};
use crate::domain::payment_outcome::Card;
use crate::domain::states::{CardSetupState, PaymentProvider};

/// A card that is to be saved, with what is needed to ask about it again.
#[derive(Clone, Deserialize)]
pub(crate) struct CardSetupRow {
    pub(crate) id: String,
    pub(crate) merchant_id: String,
    /// The merchant's name.
    pub(crate) merchant: String,
    pub(crate) provider: PaymentProvider,
    pub(crate) idempotency_key: String,
    /// The provider's name of the merchant.
    pub(crate) customer: Option<String>,
    /// The provider's name of the page on which the card is typed.
    pub(crate) page: Option<String>,
    state: CardSetupState,
    pub(crate) created_at: i64,
}

impl CardSetupRow {
    /// Returns true if its outcome is still unknown.
    pub(crate) fn is_pending(&self) -> bool {
        self.state == CardSetupState::Pending
    }
}

/// The same form sent again makes nothing new.
const BEGIN: &str = "
INSERT INTO card_setups (id, merchant_id, provider, idempotency_key, consent, customer, state,
    created_at)
SELECT ?1, ?2, ?3, ?1, ?4, (SELECT customer FROM payers WHERE merchant_id = ?2 AND provider = ?3),
    'pending', ?5
WHERE true ON CONFLICT DO NOTHING";

const SELECT: &str = "
SELECT s.id, s.merchant_id, m.name AS merchant, s.provider, s.idempotency_key, s.customer, s.page,
    s.state, s.created_at
FROM card_setups s JOIN merchants m ON m.id = s.merchant_id";

const PENDING: &str = "
SELECT id FROM card_setups WHERE state = 'pending' AND provider = ?1 AND created_at <= ?2
ORDER BY created_at, id LIMIT ?3";

/// A customer that was made for it, unless another request was first.
const KEEP_CUSTOMER: &str = "
INSERT INTO payers (merchant_id, provider, customer, created_at)
SELECT merchant_id, provider, ?2, ?3 FROM card_setups WHERE id = ?1
ON CONFLICT (merchant_id, provider) DO NOTHING";

const SET_CUSTOMER: &str = "
UPDATE card_setups SET customer = (SELECT customer FROM payers y
    WHERE y.merchant_id = card_setups.merchant_id AND y.provider = card_setups.provider)
WHERE id = ?1 AND customer IS NULL";

const SET_PAGE: &str = "UPDATE card_setups SET page = ?2 WHERE id = ?1 AND page IS NULL";

const SETTLE: &str = "
UPDATE card_setups SET state = 'saved', card_last_four = ?2, settled_at = ?3
WHERE id = ?1 AND state <> 'saved'";

/// Before the card is saved; one that is saved again is no event.
const SAVED: &str = "s.merchant_id, 'card saved', NULL, ?3 FROM card_setups s
WHERE s.id = ?1 AND s.state = 'saved' AND s.settled_at = ?3 AND ?2 IS NOT (SELECT card
    FROM payers y WHERE y.merchant_id = s.merchant_id AND y.provider = s.provider)";

/// Unless a card was saved later, in another way.
const SAVE: &str = "
INSERT INTO payers (merchant_id, provider, customer, card, card_brand, card_last_four, card_expires,
    created_at, card_saved_at, consent, consented_at)
SELECT merchant_id, provider, coalesce(customer, provider), ?2, ?3, ?4, ?5, ?6, ?6, consent,
    created_at
FROM card_setups WHERE id = ?1 AND state = 'saved' AND settled_at = ?6
ON CONFLICT (merchant_id, provider) DO UPDATE SET card = excluded.card,
    card_brand = excluded.card_brand, card_last_four = excluded.card_last_four,
    card_expires = excluded.card_expires, card_saved_at = excluded.card_saved_at,
    consent = excluded.consent, consented_at = excluded.consented_at";

const ABANDON: &str = "
UPDATE card_setups SET state = 'abandoned', settled_at = ?2 WHERE id = ?1 AND state = 'pending'";

impl Store {
    /// Stores the card setup, with the text that the owner agreed to. Returns the row with this id.
    pub(crate) async fn begin_card_setup(
        &self,
        id: &str,
        (merchant, provider): (&str, PaymentProvider),
        consent: &str,
        now: i64,
    ) -> Result<Option<CardSetupRow>, StoreError> {
        let values =
            [id.into(), merchant.into(), provider.as_str().into(), consent.into(), now.into()];
        self.write(BEGIN, &values).await?;
        self.card_setup(id).await
    }

    /// One card that is to be saved.
    pub(crate) async fn card_setup(&self, id: &str) -> Result<Option<CardSetupRow>, StoreError> {
        self.first(&format!("{SELECT} WHERE s.id = ?1"), &[id.into()]).await
    }

    /// The one whose card is typed on this page.
    pub(crate) async fn card_setup_by_page(
        &self,
        merchant: &str,
        page: &str,
    ) -> Result<Option<CardSetupRow>, StoreError> {
        let sql = format!("{SELECT} WHERE s.merchant_id = ?1 AND s.page = ?2");
        self.first(&sql, &[merchant.into(), page.into()]).await
    }

    /// Returns the ids of setups that began up to `until` and have no outcome, oldest first.
    pub(crate) async fn pending_card_setups(
        &self,
        provider: PaymentProvider,
        until: i64,
        limit: i64,
    ) -> Result<Vec<String>, StoreError> {
        self.ids(PENDING, &[provider.as_str().into(), until.into(), limit.into()]).await
    }

    /// Keeps the customer that the merchant became; an earlier one stays. Returns the stored row.
    pub(crate) async fn keep_customer_of_setup(
        &self,
        id: &str,
        customer: &str,
        now: i64,
    ) -> Result<Option<CardSetupRow>, StoreError> {
        let keep = self.statement(KEEP_CUSTOMER, &[id.into(), customer.into(), now.into()])?;
        let set = self.statement(SET_CUSTOMER, &[id.into()])?;
        self.batch(vec![keep, set]).await?;
        self.card_setup(id).await
    }

    /// Keeps the page on which the card is to be typed.
    pub(crate) async fn set_page_of_setup(&self, id: &str, page: &str) -> Result<(), StoreError> {
        self.write(SET_PAGE, &[id.into(), page.into()]).await?;
        Ok(())
    }

    /// Saves the card, to be charged when a month ends, and notifies the owner; once.
    pub(crate) async fn save_card_of_setup(
        &self,
        id: &str,
        card: &Card,
        notice: Option<Statement>,
        now: i64,
    ) -> Result<(), StoreError> {
        let last_four = card.last_four.as_str();
        let settle = self.statement(SETTLE, &[id.into(), last_four.into(), now.into()])?;
        let values = [
            id.into(),
            card.reference.as_str().into(),
            card.brand.as_str().into(),
            last_four.into(),
            card.expires.as_deref().into(),
            now.into(),
        ];
        let save = self.statement(SAVE, &values)?;
        let log = self.log(SAVED, &[id.into(), card.reference.as_str().into(), now.into()])?;
        self.batch([settle, log, save].into_iter().chain(notice).collect()).await?;
        Ok(())
    }

    /// Stores that no card will come of it.
    pub(crate) async fn abandon_card_setup(&self, id: &str, now: i64) -> Result<(), StoreError> {
        self.write(ABANDON, &[id.into(), now.into()]).await?;
        Ok(())
    }
}
