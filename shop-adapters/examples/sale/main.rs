//! Prints the canonical sale of a payload, with a campaign also its trees (`sale <platform> <what>
//! [--at <RFC 3339>] [--campaign <file>] < payload`), or checks many cases (`sale cases <file>`).

mod arguments;
mod cases;
mod convert;

use std::io::{Read, Write};
use std::process::ExitCode;

use arguments::Request;
use order_events::{Campaign, Sale, explain};
use serde_json::{Value, json};

/// Our id of the shop that made the sale, for conditions that name shops.
const SHOP: &str = "shop_1";

fn main() -> ExitCode {
    let printed = run().and_then(|text| {
        writeln!(std::io::stdout(), "{text}").map_err(|error| format!("stdout: {error}"))
    });
    match printed {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<String, String> {
    match arguments::parse(std::env::args().skip(1))? {
        Request::Cases { file } => {
            let differences = cases::compare(&read_file(&file)?)?;
            if differences.is_empty() {
                return Ok(format!("{file}: every case is as expected"));
            }
            Err(format!("{file}: {} cases differ\n{}", differences.len(), differences.join("\n")))
        }
        Request::Payload { platform, what, at, campaign } => {
            let mut payload = Vec::new();
            std::io::stdin()
                .read_to_end(&mut payload)
                .map_err(|error| format!("stdin cannot be read: {error}"))?;
            let sale =
                convert::sale(&platform, &what, &payload, at).ok_or_else(arguments::usage)??;
            let printed = match campaign {
                None => serde_json::to_value(&sale).map_err(|error| error.to_string())?,
                Some(file) => order(&sale, &read_campaign(&file)?),
            };
            serde_json::to_string_pretty(&printed).map_err(|error| error.to_string())
        }
    }
}

/// Returns the trees that a sale orders now, and the reason.
fn order(sale: &Sale, campaign: &Campaign) -> Value {
    let (trees, reason) = trees(sale, campaign);
    json!({"sale": sale, "trees": trees, "reason": reason})
}

/// Returns the trees and the reason. An unpaid sale orders its trees once it is paid.
fn trees(sale: &Sale, campaign: &Campaign) -> (u32, String) {
    let explanation = explain(SHOP, sale, campaign);
    match explanation.order() {
        Some(_) if sale.awaits_payment() => {
            (0, format!("awaiting payment; once it is paid: {explanation}"))
        }
        Some(order) => (order.trees, explanation.to_string()),
        None => (0, explanation.to_string()),
    }
}

fn read_campaign(file: &str) -> Result<Campaign, String> {
    let campaign: Campaign =
        serde_json::from_slice(&read_file(file)?).map_err(|error| format!("{file}: {error}"))?;
    campaign.check().map_err(|error| format!("{file}: {error}"))?;
    Ok(campaign)
}

fn read_file(file: &str) -> Result<Vec<u8>, String> {
    std::fs::read(file).map_err(|error| format!("{file} cannot be read: {error}"))
}
