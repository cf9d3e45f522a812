//! The command line.

use std::time::SystemTime;

use order_events::Timestamp;

const USAGE: &str = "usage: sale <platform> <what> [--at <RFC 3339>] [--campaign <file>] < payload, \
    or: sale cases <file>. <platform> <what> is one of: shopify checkout_completed, shopify order, \
    shopify refund, woocommerce order, woocommerce island, ga4 purchase, bigcommerce order, magento \
    purchase, wix purchase, squarespace order; --at is when a payload without a time was received \
    (default: now); --campaign is a file with one campaign as JSON; a file of cases has one JSON \
    object a line, with command, situation, payload and expect";

/// The parsed command line.
pub(crate) enum Request {
    /// The sale of the payload on standard input.
    Payload { platform: String, what: String, at: Timestamp, campaign: Option<String> },
    /// Compare the cases of a file with their expected results.
    Cases { file: String },
}

pub(crate) fn usage() -> String {
    USAGE.to_owned()
}

pub(crate) fn parse(arguments: impl Iterator<Item = String>) -> Result<Request, String> {
    let mut positional = Vec::new();
    let (mut at, mut campaign) = (None, None);
    let mut arguments = arguments;
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--at" => {
                let text = arguments.next().ok_or_else(usage)?;
                at = Some(text.parse().map_err(|error| format!("--at is {error}"))?);
            }
            "--campaign" => campaign = Some(arguments.next().ok_or_else(usage)?),
            _ => positional.push(argument),
        }
    }
    match <[String; 2]>::try_from(positional) {
        Ok([command, file]) if command == "cases" => Ok(Request::Cases { file }),
        Ok([platform, what]) => {
            let at = at.map_or_else(now, Ok)?;
            Ok(Request::Payload { platform, what, at, campaign })
        }
        Err(_) => Err(usage()),
    }
}

fn now() -> Result<Timestamp, String> {
    SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .ok()
        .and_then(|since| i64::try_from(since.as_millis()).ok())
        .and_then(Timestamp::from_milliseconds)
        .ok_or_else(|| "this machine's clock is before 1970: set it, or give --at".to_owned())
}
