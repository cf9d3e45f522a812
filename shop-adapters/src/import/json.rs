//! Reads orders from JSON: an array, or one after the other.

use order_events::{Platform, Proof, Sale, Snapshot};
use serde::de::IgnoredAny;
use serde_json::{Deserializer, Value};

use super::{BOM, Detail, Import, ImportError, ImportedOrder, ImportedSale, RefusedOrder, Source};
use crate::webhook::{Delivery, ReportedSale};
use crate::{json, shopify, woocommerce};

/// Reads the objects of a piece. Brackets and commas between them are skipped, so an array and lines
/// are the same.
pub(super) fn read(piece: &[u8], source: &Source<'_>) -> Result<Import, ImportError> {
    let mut orders = Vec::new();
    let mut at = between(piece, 0);
    while let Some(rest) = piece.get(at..).filter(|rest| !rest.is_empty()) {
        if orders.len() >= source.orders_max {
            return Ok(Import { header_bytes: 0, orders, is_read: false });
        }
        let mut values = Deserializer::from_slice(rest).into_iter::<IgnoredAny>();
        let end = match values.next() {
            Some(Ok(_)) => at.saturating_add(values.byte_offset()),
            Some(Err(error)) if error.is_eof() && !source.is_last => {
                return Ok(Import { header_bytes: 0, orders, is_read: false });
            }
            Some(Err(_)) | None => return Err(ImportError::NotJson(orders.len())),
        };
        let object = piece.get(at..end).unwrap_or_default();
        let row = orders.len().saturating_add(1);
        at = between(piece, end);
        orders.push(ImportedOrder { row, rows: 1, end: at, sale: order(object, source) });
    }
    Ok(Import { header_bytes: 0, orders, is_read: true })
}

/// Returns true if a comma is the one between two objects.
pub(super) fn continues(piece: &[u8]) -> bool {
    piece.get(between(piece, 0)) == Some(&b'{')
}

/// Returns the place of the next object.
fn between(piece: &[u8], from: usize) -> usize {
    let is_between = |byte: &u8| {
        byte.is_ascii_whitespace() || BOM.contains(byte) || [b'[', b',', b']'].contains(byte)
    };
    let rest = piece.get(from..).unwrap_or_default();
    from.saturating_add(rest.iter().take_while(|byte| is_between(byte)).count())
}

fn order(object: &[u8], source: &Source<'_>) -> Result<ImportedSale, RefusedOrder> {
    let refused = |sale_id, problem| RefusedOrder { sale_id, problem };
    let value = json::parse(object, None).map_err(|error| refused(None, error.to_string()))?;
    let has = |field: &str| value.get(field).is_some();
    if has("platform") && has("sold_at") {
        return canonical(object, &value, source);
    }
    let read = match source.platform {
        Platform::Woocommerce => woocommerce::webhook::read(object, None, source.now),
        Platform::Shopify => shopify::webhook::read(object, source.now),
        _ => {
            let problem = "is no sale: send the sales of this shop in the format that the API \
                describes"
                .to_owned();
            return Err(refused(id_of(&value), problem));
        }
    };
    match read {
        Ok(Delivery::Sale(sale)) if sale.facts.snapshot().is_some() => {
            Ok(ImportedSale { sale, detail: Detail::Whole })
        }
        Ok(Delivery::Sale(sale)) => {
            Err(refused(Some(sale.sale_id), "is no whole order".to_owned()))
        }
        Ok(Delivery::Draft) => {
            Err(refused(id_of(&value), "is a draft that no buyer has placed".to_owned()))
        }
        Ok(Delivery::NoSale(kind)) => Err(refused(id_of(&value), kind.to_string())),
        Err(unreadable) => Err(refused(unreadable.sale_id.clone(), unreadable.to_string())),
    }
}

fn canonical(
    object: &[u8],
    value: &Value,
    source: &Source<'_>,
) -> Result<ImportedSale, RefusedOrder> {
    let sale: Sale = serde_json::from_slice(object).map_err(|_| {
        let problem = "is no sale: compare it with the format that the API describes";
        RefusedOrder { sale_id: id_of(value), problem: problem.to_owned() }
    })?;
    let sale_id = sale.id.clone();
    // As of every order in JSON: those of the shop's own API come here too.
    let facts = Snapshot::received(Proof::Verified, sale, source.now).into();
    let sale = ReportedSale { sale_id, number: None, facts };
    Ok(ImportedSale { sale, detail: Detail::Whole })
}

fn id_of(value: &Value) -> Option<String> {
    let id: String = json::payload(value.get("id")?).ok()?;
    crate::text::id(&id)
}
