//! Builds the order event as a JavaScript value, which the page writes as JSON.

use js_sys::{Array, Object, Reflect};
use order_events::{Line, Sale};
use wasm_bindgen::JsValue;

/// An object under construction.
struct Fields(Object);

impl Fields {
    fn new() -> Self {
        Self(Object::new())
    }

    fn set(&self, name: &str, value: &JsValue) {
        // A plain object accepts every new field.
        let _ = Reflect::set(&self.0, &JsValue::from_str(name), value);
    }

    fn text(&self, name: &str, text: &str) {
        self.set(name, &JsValue::from_str(text));
    }

    fn text_or_null(&self, name: &str, text: Option<&String>) {
        self.set(name, &text.map_or(JsValue::NULL, |text| JsValue::from_str(text)));
    }

    #[expect(
        clippy::as_conversions,
        clippy::cast_precision_loss,
        reason = "the contract's numbers are below 2^53; a larger one stays too large for the Worker"
    )]
    fn number(&self, name: &str, number: i64) {
        self.set(name, &JsValue::from_f64(number as f64));
    }

    fn texts(&self, name: &str, texts: &[String]) {
        let list = Array::new();
        for text in texts {
            list.push(&JsValue::from_str(text));
        }
        self.set(name, &list);
    }
}

/// Returns the order event of a sale. It destructures the sale and its lines, so that the compiler
/// reports a forgotten field.
pub(crate) fn of(key: &str, sale: &Sale) -> Object {
    let Sale {
        platform,
        id,
        sold_at,
        updated_at,
        status,
        test,
        currency,
        total,
        items_total,
        refunded,
        coupons,
        opted_in,
        lines,
    } = sale;
    let fields = Fields::new();
    fields.text("platform", platform.as_str());
    fields.text("id", id);
    fields.text("sold_at", &sold_at.to_rfc3339());
    fields.text("updated_at", &updated_at.to_rfc3339());
    fields.text("status", status.as_str());
    fields.set("test", &JsValue::from_bool(*test));
    let mut code = String::new();
    for letter in currency.letters() {
        code.push(letter);
    }
    fields.text("currency", &code);
    fields.number("total", *total);
    fields.number("items_total", *items_total);
    fields.number("refunded", *refunded);
    fields.texts("coupons", coupons);
    fields.set("opted_in", &opted_in.map_or(JsValue::NULL, JsValue::from_bool));
    let list = Array::new();
    for line in lines {
        list.push(&line_of(line));
    }
    fields.set("lines", &list);
    let event = Fields::new();
    event.text("key", key);
    event.set("sale", &fields.0);
    event.0
}

fn line_of(line: &Line) -> Object {
    let Line { product, variant, sku, title, quantity, refunded, total, collections, bundled } =
        line;
    let fields = Fields::new();
    fields.text_or_null("product", product.as_ref());
    fields.text_or_null("variant", variant.as_ref());
    fields.text_or_null("sku", sku.as_ref());
    fields.text("title", title);
    fields.number("quantity", (*quantity).into());
    fields.number("refunded", (*refunded).into());
    fields.number("total", *total);
    fields.texts("collections", collections);
    if *bundled {
        fields.set("bundled", &JsValue::TRUE);
    }
    fields.0
}
