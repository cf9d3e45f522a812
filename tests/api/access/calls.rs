//! A successful call of each operation.

use play_it_green_tests::sales::two_mugs;
use serde_json::{Value, json};

use super::world::Kind;

/// The place of a new code in a body.
pub(super) const CODE: &str = "YOUR_CODE";

/// A valid call of one operation.
pub(super) struct Call {
    pub(super) operation: &'static str,
    /// The kind of the resource that the path's id names; `None` if the path has no id.
    pub(super) id: Option<Kind>,
    /// The kind of the entries of a list; `None` if the operation returns no list.
    pub(super) listed: Option<Kind>,
    /// The JSON body; `null` stands for no body.
    pub(super) body: fn() -> Value,
}

const fn plain(operation: &'static str, body: fn() -> Value) -> Call {
    Call { operation, id: None, listed: None, body }
}

const fn of(operation: &'static str, id: Kind, body: fn() -> Value) -> Call {
    Call { operation, id: Some(id), listed: None, body }
}

const fn list(operation: &'static str, listed: Kind) -> Call {
    Call { operation, id: None, listed: Some(listed), body: none }
}

const fn list_of(operation: &'static str, id: Kind, listed: Kind) -> Call {
    Call { operation, id: Some(id), listed: Some(listed), body: none }
}

/// One row per operation, in the order of the operations' ids.
pub(super) const CALLS: &[Call] = &[
    of("accept_sale", Kind::Sale, none),
    plain("buy_trees", trees),
    of("change_campaign", Kind::Campaign, campaign),
    of("change_key", Kind::Key, key_change),
    of("change_shop", Kind::Shop, shop),
    plain("check_health", none),
    plain("connect_shop", connection),
    plain("count_trees", none),
    plain("create_campaign", campaign),
    plain("create_key", key),
    plain("create_shop", shop),
    of("delete_campaign", Kind::Campaign, none),
    of("delete_pull", Kind::Shop, none),
    of("delete_quarantined_sale", Kind::QuarantinedSale, none),
    of("delete_shop", Kind::Shop, none),
    of("delete_webhook", Kind::Shop, none),
    plain("describe_api", none),
    of("import_orders", Kind::Shop, sales_of_file),
    list("list_campaigns", Kind::Campaign),
    list_of("list_items", Kind::PurchaseOrder, Kind::Order),
    list("list_keys", Kind::Key),
    of("list_lines", Kind::PurchaseOrder, none),
    list("list_orders", Kind::Order),
    list("list_purchase_orders", Kind::PurchaseOrder),
    list("list_quarantine", Kind::QuarantinedSale),
    list("list_sales", Kind::Sale),
    list("list_shops", Kind::Shop),
    plain("post_order_event", order_event),
    of("pull_orders", Kind::Shop, none),
    of("read_campaign", Kind::Campaign, none),
    of("read_key", Kind::Key, none),
    of("read_order", Kind::Order, none),
    of("read_purchase_order", Kind::PurchaseOrder, none),
    of("read_quarantined_sale", Kind::QuarantinedSale, none),
    of("read_reconciliation", Kind::Shop, none),
    of("read_sale", Kind::Sale, none),
    of("read_shop", Kind::Shop, none),
    of("read_webhook", Kind::Shop, none),
    of("record_payment", Kind::DuePurchaseOrder, reference),
    of("reject_sale", Kind::Sale, none),
    plain("reset_key", none),
    of("revoke_key", Kind::Key, none),
    of("rotate_key", Kind::Key, rotation),
    of("set_pull", Kind::Shop, key_of_shop),
    of("set_site", Kind::Shop, site),
    of("set_webhook", Kind::Shop, webhook),
    of("simulate", Kind::Campaign, sales),
];

fn none() -> Value {
    Value::Null
}

fn trees() -> Value {
    json!({"quantity": 1, "productCode": "PLAY1TREEAPI", "referenceNo": "another"})
}

fn campaign() -> Value {
    json!({"name": "One more", "conditions": {"trees": [{"per_order": {"trees": 1}}]}})
}

fn key() -> Value {
    json!({"name": "One more", "kind": "secret"})
}

fn key_change() -> Value {
    json!({"name": "Renamed"})
}

/// A connection by a code that is made for the call.
fn connection() -> Value {
    json!({"code": CODE, "site": crate::SHOP_ORIGIN})
}

fn rotation() -> Value {
    json!({"overlap_hours": 1})
}

fn shop() -> Value {
    json!({"name": "Renamed", "platform": "custom", "origin": "https://renamed.example.com"})
}

fn reference() -> Value {
    json!({"reference": "Transfer 7"})
}

fn order_event() -> Value {
    json!({"sale": two_mugs("another")})
}

fn webhook() -> Value {
    json!({})
}

fn sales_of_file() -> Value {
    two_mugs("another")
}

fn key_of_shop() -> Value {
    json!({"key": "ck_read", "secret": "cs_read"})
}

fn site() -> Value {
    json!({"site": "renamed.example.com"})
}

fn sales() -> Value {
    json!({"sales": [two_mugs("another")]})
}
