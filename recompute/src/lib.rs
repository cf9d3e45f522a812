//! The Wasm of the page of a closed purchase order: recomputes it with the Worker's own code.

use purchase_orders::{Head, Item, Line, Recount};
use wasm_bindgen::prelude::{JsError, JsValue, wasm_bindgen};

/// A purchase order whose items are being added.
#[wasm_bindgen]
pub struct Recomputation(Recount);

#[wasm_bindgen]
impl Recomputation {
    /// Begins with the purchase order and its lines, as the page's records hold them.
    ///
    /// # Errors
    /// If a field is missing or has another type.
    #[wasm_bindgen(constructor)]
    pub fn new(order: JsValue, lines: JsValue) -> Result<Recomputation, JsError> {
        let order: Head = serde_wasm_bindgen::from_value(order)?;
        let lines: Vec<Line> = serde_wasm_bindgen::from_value(lines)?;
        Ok(Self(Recount::begin(order, lines)))
    }

    /// Adds the next items.
    ///
    /// # Errors
    /// If a field is missing or has another type.
    pub fn add(&mut self, items: JsValue) -> Result<(), JsError> {
        let items: Vec<Item> = serde_wasm_bindgen::from_value(items)?;
        for item in items {
            self.0.add(&item);
        }
        Ok(())
    }

    /// Returns the first difference from what is stored, in words; nothing if all agrees.
    #[must_use]
    pub fn difference(&self, digest: &str) -> Option<String> {
        self.0.difference(digest)
    }
}
