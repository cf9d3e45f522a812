//! `play-it-green dev`: the Worker and the demo shop on this machine.

mod merchant;
mod shop;
mod worker;

use std::cell::Cell;
use std::rc::Rc;

use serde_json::json;

use self::merchant::DemoMerchant;
use self::worker::LocalWorker;
use crate::Failure;
use crate::arguments::DevOptions;
use crate::installation::Installation;
use crate::node::terminal::print;
use crate::node::{process, time};

/// Runs the demo until the process is asked to end.
pub(crate) async fn run(installation: &Installation, options: &DevOptions) -> Result<(), Failure> {
    installation.check_built()?;
    let state = installation.state(options.folder.as_deref());
    let worker = LocalWorker::start(installation, &state, options.worker_port).await?;
    let (ending, is_asked) = (worker.ending(), Rc::new(Cell::new(false)));
    let asked = Rc::clone(&is_asked);
    process::on_end(move || {
        asked.set(true);
        ending.end();
    });
    let shown = show(&worker, options).await;
    if shown.is_ok() {
        worker.wait().await;
    }
    worker.end().await;
    if shown.is_ok() && !is_asked.get() {
        return Err(Failure(format!("The Worker stopped: see {}", worker.log)));
    }
    shown
}

async fn show(worker: &LocalWorker, options: &DevOptions) -> Result<(), Failure> {
    let address = shop::Address::default();
    let shop = shop::serve(options.shop_port, worker.running(), &address).await?;
    let url = format!("http://localhost:{}", shop.port);
    let merchant = DemoMerchant::add(worker.running(), &url, time::now()).await?;
    address.open(merchant.clone());
    if options.json {
        print(&machine_readable(worker, &url, &merchant).to_string());
        return Ok(());
    }
    for (name, wanted, port) in [
        ("The Worker's", options.worker_port, worker.port),
        ("The demo shop's", options.shop_port, shop.port),
    ] {
        if wanted != 0 && wanted != port {
            print(&format!("{name} port {wanted} is taken; using {port} instead."));
        }
    }
    print(&format!(
        "
  Play It Green is ready:  {url}

  The Worker               {}  (log: {})
  The settings, once       {}
  A secret key of the API  {}
  Press Ctrl-C to stop. Each start begins with an empty database.
",
        worker.url(),
        worker.log,
        merchant.sign_in_link,
        merchant.secret_key
    ));
    Ok(())
}

fn machine_readable(worker: &LocalWorker, url: &str, merchant: &DemoMerchant) -> serde_json::Value {
    json!({
        "url": url,
        "worker": worker.url(),
        "state": worker.state,
        "log": worker.log,
        "merchant": {
            "id": merchant.id,
            "email": play_it_green_demo::MERCHANT.email,
            "secret_key": merchant.secret_key,
            "publishable_keys": [
                merchant.storefront.shopify.publishable_key,
                merchant.storefront.woocommerce.publishable_key,
            ],
            "sign_in_link": merchant.sign_in_link,
        },
    })
}
