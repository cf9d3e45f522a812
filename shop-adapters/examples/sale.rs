//! Prints the canonical sale of a payload: `sale <platform> <what> [--at <RFC 3339>] < payload`.

use std::io::{Read, Write};
use std::process::ExitCode;
use std::time::SystemTime;

use order_events::{Sale, Timestamp};
use serde::de::DeserializeOwned;
use shop_adapters::{
    AdapterError, bigcommerce, ga4, magento, shopify, squarespace, wix, woocommerce,
};

const USAGE: &str = "usage: sale <platform> <what> [--at <RFC 3339>] < payload, where <platform> \
    <what> is one of: shopify checkout_completed, shopify order, shopify refund, woocommerce \
    order, woocommerce island, ga4 purchase, bigcommerce order, magento purchase, wix purchase, \
    squarespace order; --at is when a payload without a time was received (default: now)";

fn main() -> ExitCode {
    match run() {
        Ok(json) => match writeln!(std::io::stdout(), "{json}") {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        },
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<String, String> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (platform, what, at) = match arguments.as_slice() {
        [platform, what] => (*platform, *what, now()?),
        [platform, what, "--at", at] => {
            (*platform, *what, at.parse().map_err(|error| format!("--at is {error}"))?)
        }
        _ => return Err(USAGE.to_owned()),
    };
    let mut payload = Vec::new();
    std::io::stdin()
        .read_to_end(&mut payload)
        .map_err(|error| format!("stdin cannot be read: {error}"))?;
    let sale = match (platform, what) {
        ("shopify", "checkout_completed") => convert(&payload, shopify::checkout_completed::sale),
        ("shopify", "order") => convert(&payload, shopify::order::sale),
        ("shopify", "refund") => convert(&payload, shopify::refund::sale),
        ("woocommerce", "order") => convert(&payload, woocommerce::order::sale),
        ("woocommerce", "island") => convert(&payload, woocommerce::island::sale),
        ("ga4", "purchase") => convert(&payload, |entry| ga4::purchase::sale(entry, at)),
        ("bigcommerce", "order") => convert(&payload, |order| bigcommerce::order::sale(order, at)),
        ("magento", "purchase") => {
            convert(&payload, |purchase| magento::purchase::sale(purchase, at))
        }
        ("wix", "purchase") => convert(&payload, |purchase| wix::purchase::sale(purchase, at)),
        ("squarespace", "order") => convert(&payload, |order| squarespace::order::sale(order, at)),
        _ => return Err(USAGE.to_owned()),
    }?;
    serde_json::to_string_pretty(&sale).map_err(|error| error.to_string())
}

fn now() -> Result<Timestamp, String> {
    SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .ok()
        .and_then(|since| i64::try_from(since.as_millis()).ok())
        .and_then(Timestamp::from_milliseconds)
        .ok_or_else(|| "this machine's clock is before 1970: set it, or give --at".to_owned())
}

fn convert<P: DeserializeOwned>(
    payload: &[u8],
    sale: impl FnOnce(P) -> Result<Sale, AdapterError>,
) -> Result<Sale, String> {
    let payload = serde_json::from_slice(payload)
        .map_err(|error| format!("stdin is not this payload: {error}"))?;
    sale(payload).map_err(|error| error.to_string())
}
