//! Tests that every printed value is read back unchanged.

use order_events::{Campaign, Money, OrderEvent, Platform, Sale, SaleStatus, Timestamp, limits};
use proptest::prelude::*;

use crate::arbitrary::{campaign, currency, sale, timestamp};

proptest! {
    #[test]
    fn money(amount in -limits::AMOUNT..=limits::AMOUNT, currency in currency()) {
        let money = Money { amount, currency };
        prop_assert_eq!(Money::parse(&money.to_decimal(), currency), Ok(money));
    }

    #[test]
    fn an_instant(instant in timestamp()) {
        prop_assert_eq!(instant.to_string().parse::<Timestamp>(), Ok(instant));
        let json = serde_json::to_string(&instant).unwrap();
        prop_assert_eq!(serde_json::from_str::<Timestamp>(&json).unwrap(), instant);
    }

    #[test]
    fn a_sale(sale in sale()) {
        let json = serde_json::to_string(&sale).unwrap();
        prop_assert_eq!(serde_json::from_str::<Sale>(&json).unwrap(), sale);
    }

    #[test]
    fn an_order_event(key in any::<Option<String>>(), sale in sale()) {
        let event = OrderEvent { key, sale };
        let json = serde_json::to_string(&event).unwrap();
        prop_assert_eq!(serde_json::from_str::<OrderEvent>(&json).unwrap(), event);
    }

    #[test]
    fn a_campaign(campaign in campaign(true)) {
        let json = serde_json::to_string(&campaign).unwrap();
        prop_assert_eq!(serde_json::from_str::<Campaign>(&json).unwrap(), campaign);
    }
}

#[test]
fn platforms_and_statuses_are_written_by_their_words() {
    use Platform::{Bigcommerce, Custom, Ga4, Magento, Shopify, Squarespace, Wix, Woocommerce};
    for platform in [Shopify, Woocommerce, Ga4, Bigcommerce, Magento, Wix, Squarespace, Custom] {
        assert_eq!(serde_json::to_value(platform).unwrap(), platform.as_str());
    }
    for status in
        [SaleStatus::Placed, SaleStatus::Paid, SaleStatus::Cancelled, SaleStatus::Refunded]
    {
        assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
    }
}
