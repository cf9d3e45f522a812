//! What every target checks.

use order_events::{Sale, Timestamp, limits};
use serde::de::DeserializeOwned;
use shop_adapters::AdapterError;

/// When payloads without a time were received.
pub fn received_at() -> Timestamp {
    Timestamp::from_milliseconds(1_763_805_600_000).expect("an instant")
}

/// Any bytes are a sale within the limits, or an error of one line.
pub fn sale_or_error<P: DeserializeOwned>(
    bytes: &[u8],
    sale: impl FnOnce(P) -> Result<Sale, AdapterError>,
) {
    let Ok(payload) = serde_json::from_slice(bytes) else { return };
    match sale(payload) {
        Ok(sale) => {
            assert!((1..=limits::ID_BYTES).contains(&sale.id.len()));
            assert!(sale.lines.len() <= limits::LINES_PER_SALE);
            for amount in [sale.total, sale.items_total, sale.refunded] {
                assert!((0..=limits::AMOUNT).contains(&amount));
            }
            for line in &sale.lines {
                assert!((1..=limits::QUANTITY).contains(&line.quantity));
                assert!(line.refunded <= line.quantity);
                assert!(line.title.len() <= limits::TITLE_BYTES);
            }
            let json = serde_json::to_string(&sale).expect("a sale can be written");
            assert_eq!(serde_json::from_str::<Sale>(&json).expect("and read"), sale);
        }
        Err(error) => assert!(!error.to_string().contains('\n')),
    }
}
