//! The badge: tells the buyer how many trees the order plants.

use wasm_bindgen::prelude::*;
use web_sys::{Element, ShadowRootInit, ShadowRootMode};

/// Shows the badge in `host`, where the styles of the shop's theme do not reach.
pub(crate) fn show(trees: u32, host: &Element) -> Result<(), JsValue> {
    host.set_attribute("role", "status")?;
    let root = host.attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open))?;
    if let Some(document) = host.owner_document() {
        // An element, so that a shop can style it as ::part(text).
        let text = document.create_element("span")?;
        text.set_attribute("part", "text")?;
        text.set_text_content(Some(&words(trees)));
        root.append_child(&text)?;
    }
    Ok(())
}

/// `This order plants 1,200 trees`.
fn words(trees: u32) -> String {
    let count = String::from(js_sys::Number::from(trees).to_locale_string("en"));
    let noun = if trees == 1 { " tree" } else { " trees" };
    ["This order plants ", &count, noun].concat()
}
