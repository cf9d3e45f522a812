//! The badge: tells the buyer how many trees the order plants.

use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement, ShadowRootInit, ShadowRootMode};

/// The element that a shop may put where it wants the badge.
const TAG: &str = "play-it-green-badge";

/// Shows the badge in `place` when that is a `<play-it-green-badge>`; otherwise right after
/// `place`, or at the end of the page when `place` is in its invisible head.
pub(crate) fn show(trees: u32, place: &Element) -> Result<(), JsValue> {
    let document = place.owner_document().ok_or(JsValue::UNDEFINED)?;
    let host = if place.local_name() == TAG {
        place.clone()
    } else {
        let host = document.create_element(TAG)?;
        match document.body() {
            Some(body) if !body.contains(Some(place)) => body.append_with_node_1(&host)?,
            _ => place.after_with_node_1(&host)?,
        }
        host
    };
    // Styles of the shop's theme do not reach into a shadow root.
    let root = match host.shadow_root() {
        Some(root) => root,
        None => host.attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open))?,
    };
    let text: HtmlElement = document.create_element("span")?.unchecked_into();
    text.set_attribute("role", "status")?;
    // Through the object model, because a style attribute is refused where the shop's content
    // security policy has style-src.
    text.style().set_css_text("display:block;font:inherit;color:inherit");
    text.set_text_content(Some(&words(trees)));
    root.replace_children_with_node_1(&text);
    Ok(())
}

/// `This order plants 1,200 trees`.
fn words(trees: u32) -> String {
    let count = js_sys::Number::from(trees).to_locale_string("en");
    let noun = if trees == 1 { "tree" } else { "trees" };
    format!("This order plants {} {noun}", String::from(count))
}
