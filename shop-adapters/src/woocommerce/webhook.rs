//! The body of a `WooCommerce` webhook: an order, or the id of a deleted one.

use order_events::{Proof, SaleFacts, Snapshot, Timestamp};
use serde::Deserialize;

use super::order::{self, Order};
use super::{payment_note, slug};
use crate::webhook::{Delivery, NoSale, ReportedSale, Unreadable};
use crate::{Field, Problem, json, text};

/// The header in which `WooCommerce` names the topic of a delivery.
pub const TOPIC_HEADER: &str = "x-wc-webhook-topic";

/// How the code of an error ends that says that there is no such order, or no longer.
const NO_SUCH_ORDER: &str = "_invalid_id";

/// Reads the body of a webhook. `topic` is the value of [`TOPIC_HEADER`], such as `order.restored`;
/// `received_at` is when the delivery arrived.
///
/// The shop writes the body when it delivers it. So of two bodies with the same modification date,
/// the later delivery counts: deleting a refund leaves the date unchanged. A deletion carries no
/// date.
///
/// # Errors
/// The body should be a sale but cannot be read as one; the error names the field and the reason.
pub fn read(
    body: &[u8],
    topic: Option<&str>,
    received_at: Timestamp,
) -> Result<Delivery, Unreadable> {
    let order: Order = json::read(body).map_err(Unreadable::body)?;
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
                received_at: Some(received_at),
                payment,
                units_unknown,
                ..Snapshot::new(Proof::Verified, sale)
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

/// The links of an order, of which only the one to the order itself is read.
#[derive(Deserialize)]
struct Linked {
    #[serde(rename = "_links")]
    links: Links,
}

#[derive(Deserialize)]
struct Links {
    #[serde(rename = "self")]
    own: Vec<Link>,
}

#[derive(Deserialize)]
struct Link {
    href: String,
}

/// Returns the address of the site that wrote the body of a webhook, from the order's link to
/// itself: `https://mugs.example.com/shop`. `None` if the body has no such link, as when an order is
/// deleted.
///
/// ```
/// let body = br#"{"_links": {"self": [{"href": "https://mugs.example.com/wp-json/wc/v3/orders/16"}]}}"#;
/// let site = shop_adapters::woocommerce::webhook::site(body);
/// assert_eq!(site.as_deref(), Some("https://mugs.example.com"));
/// ```
#[must_use]
pub fn site(body: &[u8]) -> Option<String> {
    let linked: Linked = serde_json::from_slice(body).ok()?;
    let link = linked.links.own.into_iter().next()?.href;
    // With plain permalinks, the path of the API is in the query.
    let (address, query) = link.split_once('?').unwrap_or((&link, ""));
    let site = match address.rfind("/wc/v").and_then(|end| address.get(..end)) {
        Some(api) => api.rsplit_once('/').map(|(site, _)| site),
        None => query.contains("rest_route=").then_some(address),
    };
    let site = site?.trim_end_matches('/');
    Some(site.strip_suffix("/index.php").unwrap_or(site).to_owned())
}
