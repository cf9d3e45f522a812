//! Serves the pages of the demo shop.

use std::cell::RefCell;
use std::rc::Rc;

use play_it_green_demo::{self as demo, Route};

use super::merchant::{DemoMerchant, expect};
use crate::Failure;
use crate::database::Running;
use crate::node::http::{self, Request};
use crate::node::server::{self, Handler, Listening, Page};
use crate::node::time;
use crate::store;

/// The merchant of the served pages; `None` until it is added.
#[derive(Clone, Default)]
pub(super) struct Address(Rc<RefCell<Option<DemoMerchant>>>);

impl Address {
    /// Opens the shop.
    pub(super) fn open(&self, merchant: DemoMerchant) {
        *self.0.borrow_mut() = Some(merchant);
    }
}

/// Milliseconds that a month end may take.
const MONTH_END_TIMEOUT: u32 = 120_000;
/// Milliseconds between two checks if it has finished.
const INTERVAL: u32 = 20;

/// Serves the shop on the first free port from `port` on. The merchant is added later, because its
/// shops need the port.
pub(super) async fn serve(
    port: u16,
    worker: &Running,
    address: &Address,
) -> Result<Listening, Failure> {
    let (worker, address) = (Rc::new(worker.clone()), address.clone());
    let handler: Handler = Rc::new(move |method, target| {
        let (worker, merchant) = (Rc::clone(&worker), address.0.borrow().clone());
        Box::pin(async move {
            let Some(merchant) = merchant else { return server::not_found() };
            let page = respond(&worker, &merchant, Route::read(&method, &target)).await;
            page.unwrap_or_else(|Failure(reason)| Page {
                status: 500,
                content_type: "text/plain; charset=utf-8",
                location: None,
                body: format!("The demo could not do that.\n{reason}"),
            })
        })
    });
    server::serve(port, handler).await
}

async fn respond(worker: &Running, merchant: &DemoMerchant, route: Route) -> Result<Page, Failure> {
    let storefront = &merchant.storefront;
    let invalid = |error: serde_json::Error| Failure(format!("Unexpected JSON: {error}."));
    let body = match route {
        Route::Landing => {
            let orders = list(merchant, "/api/orders/").await?;
            let purchase_orders = list(merchant, "/api/purchase_orders/").await?;
            demo::landing(storefront, &orders, &purchase_orders).map_err(invalid)?
        }
        Route::MonthEnd => {
            let purchase_orders = list(merchant, "/api/purchase_orders/").await?;
            if let Some(end) = demo::month_end(&purchase_orders).map_err(invalid)? {
                end_month(worker, end).await?;
            }
            let location = Some("/#pay");
            return Ok(Page {
                status: 303,
                content_type: "text/plain",
                location,
                body: String::new(),
            });
        }
        Route::ShopifyThankYou { order } => demo::shopify_thank_you(order),
        Route::ShopifyPixel { order } => {
            demo::shopify_pixel(storefront, order, time::timestamp()).map_err(invalid)?
        }
        Route::OrderReceived { order, sku } => {
            let page = demo::order_received(storefront, order, sku.as_deref(), time::timestamp());
            page.map_err(invalid)?
        }
        Route::NotFound => return Ok(server::not_found()),
    };
    Ok(Page { status: 200, content_type: "text/html; charset=utf-8", location: None, body })
}

async fn list(merchant: &DemoMerchant, path: &str) -> Result<String, Failure> {
    let response = merchant.call("GET", path, None).await?;
    expect(&response, 200)?;
    Ok(response.body)
}

/// Fires the Worker's cron event of the month's end, and waits until the queue has handled it.
async fn end_month(worker: &Running, end: i64) -> Result<(), Failure> {
    let event = format!("{}/cdn-cgi/handler/scheduled?cron=*/15+*+*+*+*&time={end}", worker.worker);
    let fired = http::send(Request {
        method: "GET",
        url: &event,
        headers: &[],
        body: None,
        timeout: MONTH_END_TIMEOUT,
    });
    expect(&fired.await?, 200)?;
    let began = time::now();
    let unfinished = [store::demo::unfinished_month_ends(end)];
    while worker.execute(&unfinished).await?.as_array().is_some_and(|rows| !rows.is_empty()) {
        if time::now().saturating_sub(began) > i64::from(MONTH_END_TIMEOUT) {
            return Err(Failure("The month end did not finish.".to_owned()));
        }
        time::wait(INTERVAL).await;
    }
    Ok(())
}
