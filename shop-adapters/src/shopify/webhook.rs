//! The body of a Shopify webhook: an order, a refund, a draft, a checkout, or the id of a deleted
//! order.

use order_events::{Proof, SaleFacts, Snapshot, Timestamp};
use serde_json::Value;

use super::{order, order_id, refund};
use crate::json::names_of;
use crate::webhook::{Delivery, NoSale, ReportedSale, Unreadable};
use crate::{AdapterError, Field, json, text};

/// Every order, draft and checkout has at least one of these fields.
const FIELDS_OF_ORDERS: [&str; 4] =
    ["financial_status", "line_items", "total_price", "subtotal_price"];

/// Fields by which a refund and a deleted order are recognized.
const DECIDING: [&str; 4] = ["id", "order_id", "refund_line_items", "transactions"];

/// Reads the body of a webhook of any topic. The body decides its kind, because the headers, which
/// name the topic, are not signed. `received_at` is when the delivery arrived.
///
/// # Errors
/// The body should be a sale but cannot be read as one; the error names the field and the reason.
pub fn read(body: &[u8], received_at: Timestamp) -> Result<Delivery, Unreadable> {
    let names = names_of::<order::Order>().zip(names_of::<refund::Refund>());
    let names = names.map(|(mut names, of_refunds)| {
        names.extend(of_refunds.into_iter().chain(DECIDING).chain(FIELDS_OF_ORDERS));
        names
    });
    let value = json::parse(body, names.as_ref()).map_err(Unreadable::body)?;
    let has = |field: &str| value.get(field).is_some_and(|value| !value.is_null());
    if has("order_id") && (has("refund_line_items") || has("transactions")) {
        return read_refund(&value);
    }
    if FIELDS_OF_ORDERS.iter().any(|field| has(field)) {
        return read_order(&value, received_at);
    }
    let is_id_alone = value.as_object().is_some_and(|fields| fields.len() == 1);
    match value.get("id") {
        Some(id) if is_id_alone => {
            let id: String = json::payload(id).unwrap_or_default();
            let sale_id =
                order_id(Field::at("id"), &id).map_err(|error| Unreadable::of(None, error))?;
            let facts = SaleFacts::from_deletion(received_at);
            Ok(Delivery::Sale(ReportedSale { sale_id, number: None, facts }))
        }
        _ => Ok(Delivery::NoSale(NoSale::OtherTopic)),
    }
}

fn read_order(value: &Value, received_at: Timestamp) -> Result<Delivery, Unreadable> {
    let order: order::Order = json::payload(value).map_err(Unreadable::body)?;
    let number = text::known(&order.name).or_else(|| text::id(&order.number));
    let sale = order::sale(order).map_err(|error| unreadable(value, "id", error))?;
    let sale_id = sale.id.clone();
    let facts = Snapshot::received(Proof::Verified, sale, received_at).into();
    Ok(Delivery::Sale(ReportedSale { sale_id, number, facts }))
}

fn read_refund(value: &Value) -> Result<Delivery, Unreadable> {
    let refund: refund::Refund = json::payload(value).map_err(Unreadable::body)?;
    let fact = refund::fact(refund).map_err(|error| unreadable(value, "order_id", error))?;
    let facts = SaleFacts::from_refund(fact.refund_id, fact.refund);
    Ok(Delivery::Sale(ReportedSale { sale_id: fact.order_id, number: None, facts }))
}

fn unreadable(value: &Value, field: &str, error: AdapterError) -> Unreadable {
    let id: Option<String> = value.get(field).and_then(|id| json::payload(id).ok());
    Unreadable::of(id.and_then(|id| order_id(Field::at("id"), &id).ok()), error)
}
