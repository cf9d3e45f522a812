//! `WooCommerce`'s orders.

use super::{Orders, Platform, sample};
use crate::Failure;

const VARIATIONS: [(&str, &str); 48] = [
    (r#""currency":"USD""#, r#""currency":"JPY""#),
    (r#""currency":"USD""#, r#""currency":"KWD""#),
    (r#""currency":"USD""#, r#""currency":"CLF""#),
    (r#""currency":"USD""#, r#""currency":"usd""#),
    (r#""currency":"USD""#, r#""currency":"XXX""#),
    (r#""currency":"USD""#, r#""currency":null"#),
    (r#""status":"processing""#, r#""status":"cancelled""#),
    (r#""status":"processing""#, r#""status":"refunded""#),
    (r#""status":"processing""#, r#""status":"on-hold""#),
    (r#""status":"processing""#, r#""status":"shipped""#),
    (r#""status":"processing","#, ""),
    (r#""quantity":2"#, r#""quantity":0"#),
    (r#""quantity":2"#, r#""quantity":"3""#),
    (r#""quantity":2"#, r#""quantity":1000000"#),
    (r#""quantity":2"#, r#""quantity":1000001"#),
    (r#""quantity":2"#, r#""quantity":-1"#),
    (r#""quantity":2"#, r#""quantity":2.5"#),
    (r#""total":"39.98""#, r#""total":39.98"#),
    (r#""total":"39.98""#, r#""total":"39.9""#),
    (r#""total":"39.98""#, r#""total":"39""#),
    (r#""total":"39.98""#, r#""total":"19.995""#),
    (r#""total":"39.98""#, r#""total":"19.9949999""#),
    (r#""total":"39.98""#, r#""total":"90071992547409.91""#),
    (r#""total":"39.98""#, r#""total":"90071992547409.92""#),
    (r#""total":"39.98""#, r#""total":"-1.00""#),
    (r#""total":"39.98""#, r#""total":"39,98""#),
    (r#""total":"39.98""#, r#""total":"39.""#),
    (r#""total":"39.98""#, r#""total":"""#),
    (r#""total":"39.98""#, r#""total":null"#),
    (r#""sku":"MUG-BLUE""#, r#""sku":" MUG-RED ""#),
    (r#""sku":"MUG-BLUE""#, r#""sku":"mug-blue""#),
    (r#""sku":"MUG-BLUE""#, r#""sku":"""#),
    (r#""name":"Blue mug""#, r#""name":"BLUE MuG""#),
    (r#""name":"Blue mug""#, r#""name":"Blue m\u00fcg""#),
    (r#""name":"Blue mug""#, r#""name":"Mug with a Gift Card""#),
    (r#""product_id":11"#, r#""product_id":0"#),
    (r#""product_id":11"#, r#""product_id":"11""#),
    (r#""product_id":11"#, r#""product_id":18446744073709551615"#),
    (r#""variation_id":0"#, r#""variation_id":102"#),
    (r#""coupon_lines":[]"#, r#""coupon_lines":[{"code":" TenOff "},{"code":""}]"#),
    (r#""refunds":[]"#, r#""refunds":[{"total":"-10.00"},{"total":"-9.98"}]"#),
    (r#""refunds":[]"#, r#""refunds":[{"total":"-48.24"}]"#),
    (r#""meta_data":["#, r#""meta_data":[{"key":"plant_trees","value":"YES"},"#),
    (r#""meta_data":["#, r#""meta_data":[{"key":"plant_trees","value":1},"#),
    (r#""meta_data":["#, r#""meta_data":[{"key":"plant_trees","value":["yes"]},"#),
    (r#""date_created_gmt":"2026"#, r#""date_created_gmt":"2031"#),
    (r#""date_created_gmt":"2026"#, r#""date_created_gmt":"today"#),
    (r#"{"id":16"#, r#"["id":16"#),
];

impl Orders {
    /// Returns variations of an order of two mugs, and of one that was partially refunded.
    pub(in crate::bench::rules) fn woocommerce() -> Result<Self, Failure> {
        let created = body("woocommerce-order-created.http")?;
        let different = (r#""id":16"#, r#""quantity":2"#);
        let platform = Platform::Woocommerce;
        let mut orders = Self::like(platform, "WooCommerce", &created, different, &VARIATIONS)?;
        orders.compared.push(body("woocommerce-order-updated-partial-refund.http")?);
        Ok(orders)
    }
}

/// Returns the body of a recorded raw request.
fn body(name: &str) -> Result<String, Failure> {
    let request = sample(name)?;
    let parts = request.split_once("\r\n\r\n");
    parts.map(|(_, body)| body.to_owned()).ok_or_else(|| Failure(format!("{name} has no body")))
}
