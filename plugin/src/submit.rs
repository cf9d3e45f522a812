//! From what the page found to trees: read, qualify, post.

use order_events::qualify;
use wasm_bindgen::JsValue;

use crate::found::Found;
use crate::js_value;
use crate::worker_api::{Failure, WorkerApi};

/// How many trees the Worker answers; 0 when nothing qualifies or the sale is refused for good.
/// An error is worth a later try.
pub(crate) async fn submit(found: JsValue, worker: &WorkerApi) -> Result<u32, Failure> {
    let sale = js_value::read::<Found>(&found)
        .map_err(|_| Failure::Final("the sale is malformed".into()))?
        .into_sale()
        .map_err(|_| Failure::Final("the sale is missing something".into()))?;
    let (shop, campaigns) = worker.campaigns().await?;
    if qualify(&shop, &sale, &campaigns).is_empty() {
        return Ok(0);
    }
    worker.post(&sale).await
}
