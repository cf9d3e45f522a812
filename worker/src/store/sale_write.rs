//! One write of a sale: what is written, where, and what follows from it.

use order_events::{Proof, SaleStatus};
use serde::Serialize;

use crate::domain::states::Environment;
use crate::store::claims::Claim;
use crate::store::purchase_orders::NewPurchaseOrder;
use crate::store::{StoreError, Value, to_json};

/// A sale as it is to be written, with all that follows from it.
pub(crate) struct SaleWrite<'a> {
    /// Our id of the sale.
    pub(crate) id: &'a str,
    /// The id of this write. It guards the statements that follow, so that they take effect once.
    pub(crate) written_by: &'a str,
    pub(crate) merchant_id: &'a str,
    pub(crate) place: SalePlace<'a>,
    /// The number that the shop and its customers see, without a hash sign before it.
    pub(crate) number: Option<&'a str>,
    pub(crate) proof: Proof,
    /// How far the sale has come: `placed`, `paid`, `cancelled` or `refunded`; `None` while only
    /// refunds of it are known.
    pub(crate) status: Option<SaleStatus>,
    /// Never billed.
    pub(crate) test: bool,
    /// [`SaleFacts`] as JSON.
    pub(crate) facts: String,
    /// The instant that decides the month: when it was sold, unless that lies in our future.
    pub(crate) sold_at: i64,
    pub(crate) now: i64,
    /// The start of the pause in which it is reported, and for which it orders nothing.
    pub(crate) paused_since: Option<i64>,
    /// Its evaluation under each campaign.
    pub(crate) evaluations: Vec<Evaluation<'a>>,
    /// The ids and versions of all campaigns that were asked; `None` where they stay what they
    /// were.
    pub(crate) evaluated_under: Option<Vec<(&'a str, u32)>>,
    /// The purchase order to open where one is needed and none is open for `sold_at`.
    pub(crate) next_purchase_order: NewPurchaseOrder<'a>,
    /// The data for the limits of the shop, if it is a claim that would be billed.
    pub(crate) claim: Option<Claim<'a>>,
    /// True if it is a claim that may be on no bill, so that its bytes are counted.
    pub(crate) may_be_unbilled: bool,
}

impl SaleWrite<'_> {
    pub(crate) fn evaluated_under(&self) -> Result<Option<String>, StoreError> {
        self.evaluated_under.as_ref().map(|campaigns| to_json(campaigns, "campaigns")).transpose()
    }
}

/// The key of a sale: the shop's own order id. Live and test keys report different sales.
#[derive(Clone, Copy)]
pub(crate) struct SalePlace<'a> {
    pub(crate) shop_id: &'a str,
    /// `live` or `test`.
    pub(crate) mode: Environment,
    /// The shop's own order id.
    pub(crate) sale_id: &'a str,
}

impl SalePlace<'_> {
    pub(crate) fn values(&self) -> [Value; 3] {
        [self.shop_id.into(), self.mode.as_str().into(), self.sale_id.into()]
    }
}

/// The result of a sale under one campaign.
#[derive(Serialize)]
pub(crate) struct Evaluation<'a> {
    pub(crate) campaign: &'a str,
    pub(crate) version: u32,
    /// 0 where it orders nothing.
    pub(crate) trees: u32,
    /// Why so many, or why none.
    pub(crate) reason: String,
    /// The most trees of one month under this campaign.
    pub(crate) cap: Option<u32>,
}
