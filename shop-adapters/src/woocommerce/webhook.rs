//! The body of a `WooCommerce` webhook: an order, or the id of a deleted one.

use order_events::{Proof, SaleFacts, Snapshot, Timestamp};

use super::order::{self, Order};
use super::{payment_note, slug};
use crate::webhook::{Delivery, NoSale, ReportedSale, Unreadable};
use crate::{Field, Problem, json, text};

/// The header in which `WooCommerce` names the topic of a delivery.
pub const TOPIC_HEADER: &str = "x-wc-webhook-topic";

/// How the code of an error ends that says that there is no such order, or no longer.
const NO_SUCH_ORDER: &str = "_invalid_id";

/// Reads the order in the body of a webhook, once for its site and its sale: a body may have 8 MB.
///
/// # Errors
/// The body is not JSON, or holds too many values.
///
/// ```
/// let body = br#"{"_links": {"self": [{"href": "https://mugs.example.com/wp-json/wc/v3/orders/16"}]}}"#;
/// let order = shop_adapters::woocommerce::webhook::order(body)?;
/// assert_eq!(order.site().as_deref(), Some("https://mugs.example.com"));
/// # Ok::<(), shop_adapters::webhook::Unreadable>(())
/// ```
pub fn order(body: &[u8]) -> Result<Order, Unreadable> {
    json::read(body).map_err(Unreadable::body)
}

/// Reads the body of a webhook as [`delivery`] does.
///
/// # Errors
/// As of [`order`] and [`delivery`].
pub fn read(
    body: &[u8],
    topic: Option<&str>,
    received_at: Timestamp,
) -> Result<Delivery, Unreadable> {
    delivery(order(body)?, topic, received_at)
}

/// Returns what a webhook reports. `topic` is the value of [`TOPIC_HEADER`], such as `order.restored`;
/// `received_at` is when the delivery arrived.
///
/// The shop writes the body when it delivers it. So of two bodies with the same modification date,
/// the later delivery counts: deleting a refund leaves the date unchanged. A deletion carries no
/// date.
///
/// # Errors
/// The order should be a sale but cannot be read as one; the error names the field and the reason.
pub fn delivery(
    order: Order,
    topic: Option<&str>,
    received_at: Timestamp,
) -> Result<Delivery, Unreadable> {
    let is_other = topic.is_some_and(|topic| !topic.is_empty() && !topic.starts_with("order."));
    if let Some(code) = order.error_code().filter(|_| !is_other) {
        if code.ends_with(NO_SUCH_ORDER) {
            return Ok(Delivery::NoSale(NoSale::Gone));
        }
        return Err(Unreadable::of(None, Field::at("code").error(Problem::ShopError)));
    }
    let sale_id = text::id(&order.id);
    if order.is_id_alone() && !is_other {
        let sale_id = Field::at("id").id(&order.id).map_err(|error| Unreadable::of(None, error))?;
        let facts = SaleFacts::from_deletion(received_at);
        return Ok(Delivery::Sale(ReportedSale { sale_id, number: None, facts }));
    }
    if ["auto-draft", "checkout-draft"].contains(&slug(&order.status).as_str()) {
        return Ok(Delivery::Draft);
    }
    let number = text::known(&order.number);
    let payment = payment_note(&order.status, order.is_paid());
    let units_unknown = !order.has_returned_units();
    match order::sale(order) {
        Ok(_) if is_other => Ok(Delivery::NoSale(NoSale::OtherTopic)),
        Ok(sale) => {
            let sale_id = sale.id.clone();
            let snapshot = Snapshot {
                payment,
                units_unknown,
                ..Snapshot::received(Proof::Verified, sale, received_at)
            };
            let facts = SaleFacts::from(snapshot);
            let facts =
                if topic == Some("order.restored") { facts.restored(received_at) } else { facts };
            Ok(Delivery::Sale(ReportedSale { sale_id, number, facts }))
        }
        Err(error) => match error.problem {
            Problem::Subscription => Ok(Delivery::NoSale(NoSale::Subscription)),
            Problem::PartOfAnotherOrder => Ok(Delivery::NoSale(NoSale::PartOfAnotherOrder)),
            _ if is_other => Ok(Delivery::NoSale(NoSale::OtherTopic)),
            _ => Err(Unreadable::of(sale_id, error)),
        },
    }
}
