//! A data island with the shop's signature, passed on by the storefront: proof from the shop.

use std::fmt;

use order_events::{Proof, Snapshot};

use super::island::{self, Island};
use super::{payment_note, signature};
use crate::json;
use crate::webhook::{ReportedSale, Unreadable};

/// The reason why a signed island proves no sale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignedIslandError {
    /// The signature does not match this text and this secret. The text proves nothing.
    WrongSignature,
    /// The shop signed it, but it cannot be read as a sale.
    Unreadable(Unreadable),
}

impl fmt::Display for SignedIslandError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongSignature => formatter.write_str(
                "the signature of the island does not match the secret of the shop's webhooks: \
                 set the same secret in the shop's plugin",
            ),
            Self::Unreadable(unreadable) => unreadable.fmt(formatter),
        }
    }
}

impl std::error::Error for SignedIslandError {}

/// Returns the verified sale of an island. `text` is everything between the tags of the island and
/// `signature` is its attribute `data-signature`, both unchanged. `secret` is that of the shop's
/// webhooks.
///
/// # Errors
/// See [`SignedIslandError`].
pub fn read(secret: &str, text: &str, signature: &str) -> Result<ReportedSale, SignedIslandError> {
    if !signature::verify(secret, text.as_bytes(), signature) {
        return Err(SignedIslandError::WrongSignature);
    }
    let island: Island = json::read(text.as_bytes())
        .map_err(|error| SignedIslandError::Unreadable(Unreadable::body(error)))?;
    let payment = payment_note(&island.status, island.paid);
    let units_unknown = !island.has_returned_units();
    let sale = island::sale(island)
        .map_err(|error| SignedIslandError::Unreadable(Unreadable::of(None, error)))?;
    let sale_id = sale.id.clone();
    let snapshot = Snapshot { payment, units_unknown, ..Snapshot::new(Proof::Verified, sale) };
    Ok(ReportedSale { sale_id, number: None, facts: snapshot.into() })
}
