//! An order as the API shows it, in JSON and in tables.

use order_events::{Proof, Timestamp};
use serde::Serialize;

use crate::domain::states::OrderState;
use crate::store::orders::OrderRow;

/// Trees that were ordered: by one sale under one campaign, or by name.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[expect(
    clippy::struct_field_names,
    reason = "the purchase order that an order is on has no other name"
)]
pub(crate) struct Order {
    id: String,
    shop: Option<String>,
    /// The shop's own order id; `null` where there was no sale.
    sale: Option<String>,
    campaign: Option<String>,
    campaign_name: Option<String>,
    campaign_version: Option<u32>,
    /// The `referenceNo` of trees bought by name.
    reference: Option<String>,
    /// Trees on its purchase order.
    trees: u32,
    /// The sum of credits on later purchase orders: trees taken back are negative.
    credited: i64,
    /// Why so many, in words.
    reason: String,
    /// `claimed` or `verified`.
    #[cfg_attr(test, schema(value_type = String))]
    proof: Proof,
    /// A test order is never billed.
    test: bool,
    sold_at: Option<Timestamp>,
    received_at: Option<Timestamp>,
    /// The purchase order it is on; `null` where there is nothing to bill.
    purchase_order: Option<String>,
    /// The state of that purchase order; or `test`, `awaiting payment` (the buyer has not paid),
    /// `unconfirmed` (the shop has a webhook, which has not reported this sale), `held for review`
    /// (a claim that exceeds a bound), `awaiting price` (no tree price is set for the currency) or
    /// `void` (refunds, a cancellation or a cap left no tree, or the webhook that could have
    /// confirmed the sale was removed).
    #[cfg_attr(test, schema(value_type = String))]
    state: OrderState,
    /// True if it orders nothing unless you accept its sale: `POST /api/sales/{id}/accept`.
    needs_acceptance: bool,
}

impl Order {
    /// Its id.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// The proof of its sale.
    pub(crate) fn proof(&self) -> Proof {
        self.proof
    }

    /// Its state.
    pub(crate) fn state(&self) -> OrderState {
        self.state
    }

    /// Its trees, less what credits took back.
    pub(crate) fn net_trees(&self) -> u64 {
        u64::try_from(i64::from(self.trees).saturating_add(self.credited)).unwrap_or(0)
    }

    /// Its cells in a table, in the order of [`Order::NAMES`].
    pub(crate) fn cells(&self) -> Vec<String> {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let instant = |at: Option<Timestamp>| at.map(Timestamp::to_rfc3339).unwrap_or_default();
        vec![
            self.id.clone(),
            instant(self.sold_at),
            instant(self.received_at),
            text(&self.shop),
            text(&self.sale),
            text(&self.campaign),
            text(&self.campaign_name),
            self.campaign_version.map(|version| version.to_string()).unwrap_or_default(),
            text(&self.reference),
            self.trees.to_string(),
            self.credited.to_string(),
            self.reason.clone(),
            self.proof.as_str().to_owned(),
            self.state.as_str().to_owned(),
            text(&self.purchase_order),
        ]
    }

    /// The names above [`Order::cells`].
    pub(crate) const NAMES: [&'static str; 15] = [
        "id",
        "sold_at",
        "received_at",
        "shop",
        "sale",
        "campaign",
        "campaign_name",
        "campaign_version",
        "reference",
        "trees",
        "credited",
        "reason",
        "proof",
        "state",
        "purchase_order",
    ];
}

impl From<OrderRow> for Order {
    fn from(row: OrderRow) -> Self {
        Self {
            id: row.id,
            shop: row.shop_id,
            sale: row.sale_id,
            campaign: row.campaign_id,
            campaign_name: row.campaign,
            campaign_version: row.campaign_version,
            reference: row.reference,
            trees: row.trees,
            credited: row.credited,
            reason: row.reason,
            proof: row.proof,
            test: row.test != 0,
            sold_at: Timestamp::from_milliseconds(row.sold_at),
            received_at: Timestamp::from_milliseconds(row.received_at),
            purchase_order: row.purchase_order_id,
            needs_acceptance: row.needs_acceptance != 0,
            state: row.state,
        }
    }
}
