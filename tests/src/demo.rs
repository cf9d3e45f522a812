//! The demo shop: storefront pages on another origin than the Worker, fed with real payloads.
//! Development only: nothing of it is in the Worker.

mod pages;
mod routes;
mod storefront;

use std::net::SocketAddr;
use std::path::Path;
use std::thread::{self, JoinHandle};

use serde_json::json;

use crate::local_worker::{LocalWorker, free_port, sql};
use crate::merchant::Merchant;
use crate::{Failure, While};

/// A running demo; it stops with the process, its Worker when this is dropped.
pub struct Demo {
    /// Where the landing page is.
    pub url: String,
    /// The Worker that the shop's pages speak to.
    pub worker: LocalWorker,
    /// The address that signs the demo's merchant in to its settings, once.
    pub sign_in_link: String,
    server: JoinHandle<()>,
}

/// What the pages need to know.
#[derive(Clone)]
struct Shopfront {
    /// The origin of the Worker.
    worker: String,
    merchant: Merchant,
}

impl Demo {
    /// Starts both, with an empty database in the folder `state`. A port that is taken is replaced
    /// by a free one.
    ///
    /// # Errors
    /// When either cannot be started.
    pub fn start(state: &Path, worker_port: u16, shop_port: u16) -> Result<Self, Failure> {
        let worker = LocalWorker::start(state, worker_port)?;
        let address = SocketAddr::from(([127, 0, 0, 1], free_port(shop_port)?));
        let url = format!("http://localhost:{}", address.port());
        let merchant = example_merchant(&worker.url, &url)?;
        let sign_in_link = merchant.sign_in_link()?;
        let shopfront = Shopfront { worker: worker.url.clone(), merchant };
        let listener = std::net::TcpListener::bind(address).when("The demo shop")?;
        listener.set_nonblocking(true).when("The demo shop")?;
        let server = thread::spawn(move || {
            if let Err(failure) = routes::serve(listener, shopfront) {
                eprintln!("The demo shop stopped: {failure}");
            }
        });
        Ok(Self { url, worker, sign_in_link, server })
    }

    /// Waits until the demo shop stops, which it does with the process.
    pub fn wait(self) {
        let _ = self.server.join();
    }
}

/// A merchant with a shop on each platform, and campaigns that the sample sales qualify for.
fn example_merchant(worker: &str, origin: &str) -> Result<Merchant, Failure> {
    let merchant = Merchant::add(worker, "Example Trading", "Europe/London", "USD")?
        .add_shop("Bracelets on Shopify", "shopify", origin)?
        .add_shop("Mugs on WooCommerce", "woocommerce", origin)?;
    let per_item = |items| json!({"trees": [{"per_item": {"items": items, "trees": 1}}]});
    merchant.with_email()?;
    merchant.add_campaign(
        "A tree for every bracelet",
        &per_item(json!({"product": ["7992983748843"]})),
    )?;
    merchant.add_campaign("A tree for every blue mug", &per_item(json!({"sku": ["MUG-BLUE"]})))?;
    merchant.add_campaign(
        "A tree for every 30 dollars",
        &json!({"trees": [{"per_amount": {"each": 3000, "currency": "USD", "trees": 1}}]}),
    )?;
    // The settings show them as if their owner had just made them.
    sql(
        worker,
        "UPDATE api_keys SET created_at = unixepoch() * 1000,
            name = iif(kind = 'secret', 'Server', 'Storefront')
        WHERE merchant_id = ?1",
        &[&merchant.id],
    )?;
    Ok(merchant)
}
