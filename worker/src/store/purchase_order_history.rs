//! The history of a closed purchase order in one round trip: lines, items, payments, mails.

use serde::Deserialize;

use super::purchase_order_items::ItemRow;
use super::purchase_order_lines::LineRow;
use super::{Store, StoreError, rows};
use crate::domain::states::{MailKind, MailState, PaymentMethod, PaymentState};

/// Everything that is known of a closed purchase order.
#[derive(Default)]
pub(crate) struct History {
    pub(crate) lines: Vec<LineRow>,
    /// One page of them.
    pub(crate) items: Vec<ItemRow>,
    /// The latest first.
    pub(crate) payments: Vec<PastPayment>,
    /// The latest first.
    pub(crate) mails: Vec<PastMail>,
}

/// An attempt to pay.
#[derive(Deserialize)]
pub(crate) struct PastPayment {
    /// When it was settled, or begun.
    pub(crate) at: i64,
    pub(crate) method: PaymentMethod,
    pub(crate) amount: i64,
    pub(crate) card_last_four: Option<String>,
    pub(crate) reference: Option<String>,
    pub(crate) state: PaymentState,
    /// The message to the payer.
    pub(crate) message: Option<String>,
}

/// A mail about it.
#[derive(Deserialize)]
pub(crate) struct PastMail {
    pub(crate) kind: MailKind,
    pub(crate) state: MailState,
    pub(crate) problem: Option<String>,
    pub(crate) created_at: i64,
}

/// Payments and mails that are shown, at most.
const SHOWN_MAX: i64 = 50;

const PAYMENTS: &str = "
SELECT coalesce(settled_at, created_at) AS at, method, amount, card_last_four, reference, state, message
FROM payments WHERE purchase_order_id = ?1 ORDER BY attempt DESC LIMIT ?2";

const MAILS: &str = "
SELECT kind, state, problem, created_at FROM mails
WHERE purchase_order_id = ?1 ORDER BY created_at DESC, id LIMIT ?2";

impl Store {
    /// Returns the history of a closed purchase order, with at most `limit` of its items: from
    /// behind the item `after` on, or its credits for [`super::purchase_order_items::CREDITS`].
    pub(crate) async fn purchase_order_history(
        &self,
        id: &str,
        after: Option<&str>,
        limit: i64,
    ) -> Result<History, StoreError> {
        let statements = vec![
            self.frozen_lines_statement(id)?,
            self.items_statement(id, after, limit)?,
            self.statement(PAYMENTS, &[id.into(), SHOWN_MAX.into()])?,
            self.statement(MAILS, &[id.into(), SHOWN_MAX.into()])?,
        ];
        let results = self.batch(statements).await?;
        let [lines, items, payments, mails] = results.as_slice() else {
            return Err(StoreError::Failed("D1 left results out".into()));
        };
        Ok(History {
            lines: rows(lines)?,
            items: rows(items)?,
            payments: rows(payments)?,
            mails: rows(mails)?,
        })
    }
}
