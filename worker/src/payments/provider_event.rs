//! Events of a payment provider. Each is only a reason to read the current state from the provider.

/// A webhook of the provider's.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ProviderEvent {
    /// The provider's id of the event. The same event may arrive more than once.
    pub(crate) id: String,
    /// The provider's name of what happened.
    pub(crate) kind: String,
    /// The object to read from the provider; `None` if the event concerns no object of ours.
    pub(crate) subject: Option<EventSubject>,
}

/// The object that an event is about.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum EventSubject {
    /// A payment of ours, and the provider's id of the object that pays it.
    Payment { id: String, object: String },
    /// A card setup of ours, by our id.
    CardSetup(String),
    /// A refund of ours, and the provider's id of it.
    Refund { id: String, object: String },
    /// A saved card.
    Card(String),
    /// A customer.
    Customer(String),
}

/// The outcome of a refund.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum RefundOutcome {
    /// The money is on its way, under this id of the provider's.
    Done(String),
    /// The refund failed and needs manual action.
    Failed(String),
    /// Not known yet: it must be requested again. The text is for the log.
    Unknown(String),
}

/// The current state of an object at the provider.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Lookup<T> {
    /// The object exists.
    Found(T),
    /// The object does not exist any more.
    Deleted,
    /// Not known yet: it must be read again.
    Unknown,
}
