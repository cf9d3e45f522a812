//! The limits of one invocation, which leaves the rest to the next one.

use worker::Date;

use crate::platform::context::RequestContext;

/// Milliseconds after which an event leaves the rest to the next one. A provider that does not
/// respond delays each payment, and the runtime stops an event after a quarter of an hour.
const TIME_MAX: u64 = 10 * 60 * 1000;

/// Statements that are kept for what ends an event.
const QUERIES_KEPT: usize = 8;

/// Counts time from when it is made, and statements from the invocation's first one.
pub(super) struct Budget {
    started_at: u64,
}

impl Budget {
    pub(super) fn begin() -> Self {
        Self { started_at: Date::now().as_millis() }
    }

    /// Returns true if so many statements more may be run.
    pub(super) fn allows(&self, context: &RequestContext, queries: usize) -> bool {
        queries <= self.left(context)
    }

    /// How many statements more may be run.
    pub(super) fn left(&self, context: &RequestContext) -> usize {
        let elapsed = Date::now().as_millis().saturating_sub(self.started_at);
        let left = context.queries_left().saturating_sub(QUERIES_KEPT);
        if elapsed < TIME_MAX { left } else { 0 }
    }
}
