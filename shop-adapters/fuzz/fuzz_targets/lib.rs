//! The checks that all fuzz targets share.

use order_events::{Sale, SaleFacts, Timestamp};
use serde::de::DeserializeOwned;
use shop_adapters::webhook::{Delivery, Unreadable};
use shop_adapters::{AdapterError, json};

/// Returns the time at which payloads without a time were received.
pub fn received_at() -> Timestamp {
    Timestamp::from_milliseconds(1_763_805_600_000).expect("an instant")
}

/// Checks that any bytes give a valid sale or an error of one line.
pub fn sale_or_error<P: DeserializeOwned>(
    bytes: &[u8],
    sale: impl FnOnce(P) -> Result<Sale, AdapterError>,
) {
    let Ok(payload) = json::read(bytes) else { return };
    match sale(payload) {
        Ok(sale) => {
            assert_eq!(sale.check(), Ok(()));
            let json = serde_json::to_string(&sale).expect("a sale can be written");
            assert_eq!(serde_json::from_str::<Sale>(&json).expect("and read"), sale);
        }
        Err(error) => assert!(!error.to_string().contains('\n')),
    }
}

/// Checks that any bytes give valid facts, no sale, or an error of one line.
pub fn delivery_or_error(read: Result<Delivery, Unreadable>) {
    match read {
        Ok(Delivery::Sale(reported)) => {
            assert!(!reported.sale_id.is_empty());
            assert_eq!(reported.facts.check(), Ok(()));
            let json = serde_json::to_string(&reported.facts).expect("facts can be written");
            let facts: SaleFacts = serde_json::from_str(&json).expect("and read");
            assert_eq!(facts, reported.facts);
        }
        Ok(Delivery::Draft | Delivery::NoSale(_)) => {}
        Err(error) => assert!(!error.to_string().contains('\n')),
    }
}
