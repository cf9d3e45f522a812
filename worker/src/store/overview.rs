//! Everything that the overview shows, in one round trip.

use serde::Deserialize;

use super::connections::SilentShop;
use super::merchants::MerchantRow;
use super::payers::SavedCardRow;
use super::purchase_order_quarters::QuarterRow;
use super::purchase_orders::PurchaseOrderRow;
use super::sale_overview::{SaleOverview, Wanted};
use super::{Store, StoreError, rows};
use crate::domain::states::PaymentProvider;

/// The state of a merchant at an instant.
pub(crate) struct Overview {
    pub(crate) merchant: Option<MerchantRow>,
    /// The open purchase order of the month.
    pub(crate) open: Option<PurchaseOrderRow>,
    pub(crate) quarters: Vec<QuarterRow>,
    /// The oldest first.
    pub(crate) unpaid: Vec<PurchaseOrderRow>,
    pub(crate) silent: Vec<SilentShop>,
    pub(crate) card: Option<SavedCardRow>,
    pub(crate) counts: Counts,
    /// The last first.
    pub(crate) sales: Vec<SaleOverview>,
}

/// Numbers that the overview shows.
#[derive(Deserialize, Default)]
pub(crate) struct Counts {
    /// Trees of all purchase orders.
    pub(crate) trees: i64,
    /// Claims that wait for the owner's review, up to [`COUNTED_MAX`].
    pub(crate) held: i64,
    /// Reports that could not be read, up to [`COUNTED_MAX`].
    pub(crate) quarantined: i64,
}

/// Rows that are counted at most.
pub(crate) const COUNTED_MAX: i64 = 100;

/// Unpaid purchase orders that are listed at most.
const UNPAID_MAX: i64 = 5;

const COUNTS: &str = "
SELECT coalesce((SELECT {trees} FROM purchase_orders WHERE merchant_id = ?1), 0) AS trees,
    (SELECT count(*) FROM (SELECT 1 FROM shops h JOIN sales s ON s.shop_id = h.id
        AND s.held_because IS NOT NULL WHERE h.merchant_id = ?1 LIMIT ?2)) AS held,
    (SELECT count(*) FROM (SELECT 1 FROM quarantined_sales WHERE merchant_id = ?1 LIMIT ?2))
        AS quarantined";

impl Store {
    /// Returns the state of the merchant at `now`, with at most `sales` of its latest sales.
    pub(crate) async fn overview(
        &self,
        merchant: &str,
        provider: PaymentProvider,
        now: i64,
        sales: i64,
    ) -> Result<Overview, StoreError> {
        let counts = COUNTS.replace("{trees}", &super::bounded_sum("running_trees"));
        let statements = vec![
            self.merchant_statement(merchant)?,
            self.open_of_month_statement(merchant, now)?,
            self.quarters_of_month_statement(merchant, now)?,
            self.unpaid_statement(merchant, UNPAID_MAX)?,
            self.silent_shops_statement(merchant)?,
            self.saved_card_statement(merchant, provider)?,
            self.statement(&counts, &[merchant.into(), COUNTED_MAX.into()])?,
            self.sale_overviews_statement(merchant, Wanted::Newest, sales)?,
        ];
        let results = self.batch(statements).await?;
        let [owner, open, quarters, unpaid, silent, card, counts, sales] = results.as_slice()
        else {
            return Err(StoreError::Failed("D1 left results out".into()));
        };
        Ok(Overview {
            merchant: rows(owner)?.into_iter().next(),
            open: rows(open)?.into_iter().next(),
            quarters: rows(quarters)?,
            unpaid: rows(unpaid)?,
            silent: rows(silent)?,
            card: rows(card)?.into_iter().next(),
            counts: rows(counts)?.into_iter().next().unwrap_or_default(),
            sales: rows(sales)?,
        })
    }
}
