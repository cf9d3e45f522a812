//! The orders to convert: real payloads of shops, and variations of them.

mod shopify;
mod woocommerce;

use std::fs;

use play_it_green_evaluate::Rules;

use crate::local_worker::repository;
use crate::{Failure, While};

/// The number of different orders that are measured in turn.
const MEASURED: usize = 16;

/// The orders of one platform.
pub(super) struct Orders {
    pub(super) platform: Platform,
    pub(super) name: &'static str,
    /// Bodies to measure: the same order with other ids and units.
    pub(super) measured: Vec<String>,
    /// Bodies for the comparison of results: the measured ones, and all variations.
    pub(super) compared: Vec<String>,
}

#[derive(Clone, Copy)]
pub(super) enum Platform {
    Woocommerce,
    Shopify,
}

impl Platform {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Woocommerce => "woocommerce",
            Self::Shopify => "shopify",
        }
    }

    /// Returns the trees under each campaign.
    pub(super) fn trees(self, rules: &Rules, body: &str) -> Result<Vec<u32>, String> {
        match self {
            Self::Woocommerce => rules.woocommerce_order(body.as_bytes()),
            Self::Shopify => rules.shopify_order(body.as_bytes()),
        }
    }
}

impl Orders {
    /// Returns the average bytes of a body.
    pub(super) fn bytes(&self) -> usize {
        self.measured.first().map_or(0, String::len)
    }

    /// Returns orders like `body`. `id` and `quantity` are the texts in it that make each
    /// different. `variations` are texts in it with their replacements.
    fn like(
        platform: Platform,
        name: &'static str,
        body: &str,
        (id, quantity): (&str, &str),
        variations: &[(&str, &str)],
    ) -> Result<Self, Failure> {
        let different = |number: usize| {
            let numbered = replaced(body, id, &format!("{id}{number}"))?;
            let units = number.checked_rem(5).unwrap_or_default().saturating_add(1);
            replaced(
                &numbered,
                quantity,
                &quantity.replace(|c: char| c.is_ascii_digit(), &units.to_string()),
            )
        };
        let measured = (0..MEASURED).map(different).collect::<Result<Vec<_>, _>>()?;
        let varied = variations.iter().map(|(text, instead)| replaced(body, text, instead));
        let mut compared = varied.collect::<Result<Vec<_>, _>>()?;
        compared.extend(measured.clone());
        Ok(Self { platform, name, measured, compared })
    }
}

/// Returns a sample payload of a platform.
fn sample(name: &str) -> Result<String, Failure> {
    let path = repository().join("shop-adapters/tests/samples").join(name);
    fs::read_to_string(&path).when(&format!("{} cannot be read", path.display()))
}

/// Replaces the first `text` in `body`. Fails if there is none, because such a variation would be
/// no variation.
fn replaced(body: &str, text: &str, instead: &str) -> Result<String, Failure> {
    if body.contains(text) {
        return Ok(body.replacen(text, instead, 1));
    }
    Err(Failure(format!("A sample no longer has this text to vary: {text}")))
}
