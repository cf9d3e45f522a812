//! Sales that could not be read, as the settings list them.

use crate::domain::local_time::minute_in_words;
use crate::domain::states::{Environment, QuarantineSource};
use crate::sales::quarantine::SIGNATURE;
use crate::store::quarantine::QuarantinedRow;

/// A quarantined sale in words.
pub(crate) struct QuarantineView<'a> {
    pub(crate) id: &'a str,
    /// The sale by the shop's order id, or what is known of it instead.
    pub(crate) sale: String,
    pub(crate) shop: &'a str,
    /// Its source.
    pub(crate) source: &'static str,
    /// The field and what is wrong with it.
    pub(crate) problem: String,
    /// When it last came, in the merchant's time zone, and how often.
    pub(crate) received: String,
}

impl<'a> QuarantineView<'a> {
    pub(crate) fn new(row: &'a QuarantinedRow, time_zone: &str) -> Self {
        let day = minute_in_words(row.last_received_at, time_zone).unwrap_or_default();
        Self {
            id: &row.id,
            sale: match (row.sale_id.as_str(), row.field.as_str()) {
                ("", SIGNATURE) => "Sales on the shop's pages".to_owned(),
                ("", _) => "A sale without an order id".to_owned(),
                (id, _) => format!("Order {id}"),
            },
            shop: &row.shop,
            source: match (row.source, row.mode) {
                (QuarantineSource::Webhook, _) => "the shop's webhook",
                (QuarantineSource::Copy, _) => "a copy of the shop",
                (QuarantineSource::Storefront, Environment::Test) => {
                    "the storefront, with a test key"
                }
                (QuarantineSource::Storefront, Environment::Live) => "the storefront",
            },
            problem: if row.problem.starts_with(&row.field) {
                row.problem.clone()
            } else {
                format!("{} {}", row.field, row.problem)
            },
            received: match row.times {
                1 => day,
                times => format!("{times} times, last on {day}"),
            },
        }
    }
}
