//! The columns of `shops` that are about pulling orders from the shop's own API.

use serde::Deserialize;

use super::{Store, StoreError};

/// The state of a shop's pull; instants in milliseconds since 1970.
#[derive(Deserialize)]
pub(crate) struct PullRow {
    pub(crate) platform: String,
    /// The address of the shop's site, as its deliveries name it.
    pub(crate) site: Option<String>,
    pub(crate) origin: String,
    /// `None` if nothing is pulled.
    pub(crate) credentials: Option<String>,
    pub(crate) since: Option<i64>,
    pub(crate) page: Option<String>,
    pub(crate) done_at: Option<i64>,
    pub(crate) next_at: Option<i64>,
}

/// A shop whose pull is due.
#[derive(Deserialize)]
pub(crate) struct DuePull {
    pub(crate) merchant_id: String,
    pub(crate) shop_id: String,
}

/// The place at which the next request goes on.
pub(crate) struct PullPlace<'a> {
    pub(crate) since: i64,
    pub(crate) page: Option<&'a str>,
    pub(crate) next_at: i64,
    /// When all orders were pulled; `None` keeps the time before.
    pub(crate) done_at: Option<i64>,
}

const READ: &str = "
SELECT platform, site, origin, pull_credentials_encrypted AS credentials, pull_since AS since,
    pull_page AS page, pull_done_at AS done_at, pull_next_at AS next_at
FROM shops WHERE merchant_id = ?1 AND id = ?2 AND deleted_at IS NULL";

const SET: &str = "
UPDATE shops SET pull_credentials_encrypted = ?3, pull_next_at = ?4, pull_page = NULL
WHERE merchant_id = ?1 AND id = ?2 AND deleted_at IS NULL";

const DUE: &str = "
SELECT merchant_id, id AS shop_id FROM shops
WHERE pull_next_at <= ?1 AND deleted_at IS NULL ORDER BY pull_next_at, id LIMIT 1";

/// Only while there still are credentials.
const MOVE: &str = "
UPDATE shops SET pull_since = ?2, pull_page = ?3, pull_next_at = ?4,
    pull_done_at = coalesce(?5, pull_done_at)
WHERE id = ?1 AND pull_credentials_encrypted IS NOT NULL";

const POSTPONE: &str =
    "UPDATE shops SET pull_next_at = ?2 WHERE id = ?1 AND pull_next_at IS NOT NULL";

impl Store {
    /// The pull of the merchant's shop; `None` if there is no such shop.
    pub(crate) async fn pull_of_shop(
        &self,
        merchant: &str,
        shop: &str,
    ) -> Result<Option<PullRow>, StoreError> {
        self.first(READ, &[merchant.into(), shop.into()]).await
    }

    /// Sets the credentials of a pull and when it is due, or removes them.
    pub(crate) async fn set_pull(
        &self,
        (merchant, shop): (&str, &str),
        credentials: Option<&str>,
        next_at: Option<i64>,
    ) -> Result<(), StoreError> {
        let values = [merchant.into(), shop.into(), credentials.into(), next_at.into()];
        self.write(SET, &values).await.map(|_| ())
    }

    /// The shop whose pull is due for the longest time.
    pub(crate) async fn due_pull(&self, now: i64) -> Result<Option<DuePull>, StoreError> {
        self.first(DUE, &[now.into()]).await
    }

    /// Notes where the next request goes on.
    pub(crate) async fn move_pull(
        &self,
        shop: &str,
        place: &PullPlace<'_>,
    ) -> Result<(), StoreError> {
        let PullPlace { since, page, next_at, done_at } = place;
        let page = page.map(str::to_owned);
        let values =
            [shop.into(), (*since).into(), page.into(), (*next_at).into(), (*done_at).into()];
        self.write(MOVE, &values).await.map(|_| ())
    }

    /// Notes why a pull failed, and when it is tried again.
    pub(crate) async fn postpone_pull(
        &self,
        shop: &str,
        problem: &str,
        next_at: i64,
        now: i64,
    ) -> Result<(), StoreError> {
        let statements = vec![
            self.statement(POSTPONE, &[shop.into(), next_at.into()])?,
            self.note_problem(shop, problem, now)?,
        ];
        self.batch(statements).await.map(|_| ())
    }
}
