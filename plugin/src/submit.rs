//! From what the page found to trees: read, qualify, post.

use order_events::qualify;
use wasm_bindgen::JsValue;

use crate::found::Found;
use crate::js_value;
use crate::worker_api::{Failure, WorkerApi};

/// How many trees the Worker answers; 0 when nothing qualifies or the sale is refused for good.
/// An error is worth a later try.
pub(crate) async fn submit(found: JsValue, worker: &WorkerApi) -> Result<u32, String> {
    let sale = match js_value::read::<Found>(&found) {
        Ok(found) => found.into_sale().map_err(|_| String::new()),
        Err(_) => Err(String::new()),
    };
    let sale = match sale {
        Ok(sale) => sale,
        Err(message) => return Ok(give_up(&message)),
    };
    let (shop, campaigns) = worker.campaigns().await?;
    if qualify(&shop, &sale, &campaigns).is_empty() {
        return Ok(0);
    }
    match worker.post(&sale).await {
        Ok(trees) => Ok(trees),
        Err(Failure::Refused(message)) => Ok(give_up(&message)),
        Err(Failure::Passing(message)) => Err(message),
    }
}

/// Tells whoever looks after the shop why this sale orders no trees.
fn give_up(message: &str) -> u32 {
    web_sys::console::warn_2(&"Play It Green:".into(), &message.into());
    0
}
