//! Events of a payment provider, which are only reasons to read the payment from it.

/// Something may have happened.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Event {
    /// The provider's name of the event. The same one may come more than once.
    pub(crate) id: String,
    /// The provider's name of what happened.
    pub(crate) kind: String,
    pub(crate) about: Option<About>,
}

/// The subject of the request.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum About {
    /// A payment of ours, and the provider's name of what came of it.
    Payment { id: String, object: String },
    /// A card that is to be saved, by our id of that.
    CardSetup(String),
    /// A refund of ours, and the provider's name of it.
    Refund { id: String, object: String },
    /// A saved card.
    Card(String),
    /// A customer.
    Customer(String),
}

/// True if money went back.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refunded {
    /// It is on its way, under this name of the provider's.
    Done(String),
    /// The refund failed and needs manual action.
    Failed(String),
    /// It must be asked about again. The text is for the log.
    Unknown(String),
}

/// A thing of the provider's, as it is now.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Now<T> {
    There(T),
    Gone,
    /// It must be asked about again.
    Unknown,
}
