//! Reads the browser's payloads as the plugin reads JavaScript values: a number becomes its text, a
//! struct is asked for its fields by name, and anything else is rejected silently.

use order_events::Sale;
use serde::de::value::{Error, SeqDeserializer};
use serde::de::{DeserializeOwned, Deserializer, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::Value;
use shop_adapters::json::Lenient;
use shop_adapters::{
    AdapterError, bigcommerce, ga4, magento, shopify, squarespace, wix, woocommerce,
};

use crate::support::{convert, received_at, sample};

/// Stands for a JavaScript value.
struct Browser<'a>(&'a Value);

impl<'de> Deserializer<'de> for Browser<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        Lenient(self.0).deserialize_any(visitor)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        Lenient(self.0).deserialize_bool(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor
            .visit_seq(SeqDeserializer::new(self.0.as_array().into_iter().flatten().map(Browser)))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        // An array is an object too: `gtag` may push either.
        let values = fields.iter().map(|field| match self.0 {
            Value::Array(list) => field.parse().ok().and_then(|index: usize| list.get(index)),
            object => object.get(field),
        });
        let values = values.map(|value| Browser(value.unwrap_or(&Value::Null)));
        visitor.visit_seq(SeqDeserializer::new(values))
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct newtype_struct tuple tuple_struct map enum identifier ignored_any
    }
}

impl IntoDeserializer<'_, Error> for Browser<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// Checks that JSON and JavaScript values give the same sale.
fn reads_the_same<P: DeserializeOwned>(
    body: &[u8],
    sale: impl Fn(P) -> Result<Sale, AdapterError>,
) {
    let value: Value = serde_json::from_slice(body).unwrap();
    let payload = P::deserialize(Browser(&value)).unwrap();
    assert_eq!(sale(payload).map_err(|error| error.to_string()), convert(body, &sale));
    assert!(sale(P::deserialize(Browser(&value)).unwrap()).is_ok());
}

#[test]
fn every_payload_of_the_browser_is_read_from_values_of_javascript() {
    let event = sample("shopify-checkout-completed.json");
    reads_the_same(&event, shopify::checkout_completed::sale);
    let event = crate::shopify_checkout_completed::EVENT.as_bytes();
    reads_the_same(event, shopify::checkout_completed::sale);
    reads_the_same(crate::woocommerce_island::ISLAND.as_bytes(), woocommerce::island::sale);
    let entry = |entry| ga4::purchase::sale(entry, received_at());
    reads_the_same(&sample("ga4-purchase.json"), entry);
    reads_the_same(crate::ga4::PURCHASE.as_bytes(), entry);
    let parameters = r#"{"transaction_id": "T-1", "value": 1, "currency": "USD"}"#;
    let array = format!(r#"["event", "purchase", {parameters}]"#);
    reads_the_same(array.as_bytes(), entry);
    let object = format!(r#"{{"0": "event", "1": "purchase", "2": {parameters}}}"#);
    reads_the_same(object.as_bytes(), entry);
    reads_the_same(crate::bigcommerce::ORDER.as_bytes(), |order| {
        bigcommerce::order::sale(order, received_at())
    });
    reads_the_same(crate::magento::TRACKING_DATA.as_bytes(), |purchase| {
        magento::purchase::sale(purchase, received_at())
    });
    reads_the_same(crate::wix::PURCHASE.as_bytes(), |purchase| {
        wix::purchase::sale(purchase, received_at())
    });
    reads_the_same(crate::squarespace::ORDER.as_bytes(), |order| {
        squarespace::order::sale(order, received_at())
    });
}
