//! The bindings of a deployment, by their names in `wrangler.toml`.

use std::fmt;
use std::sync::Arc;

use worker::send::SendWrapper;
use worker::{D1Database, Env, Fetcher, Queue, RateLimiter, SendEmail};

/// The database.
pub(super) const DATABASE: &str = "DB";
/// The files that are deployed beside the Worker.
pub(super) const ASSETS: &str = "ASSETS";
/// The queue that carries the month ends.
pub(super) const QUEUE: &str = "MONTH_ENDS";
/// Cloudflare's mail.
pub(super) const EMAIL: &str = "EMAIL";
/// Counts the requests of one address.
pub(super) const REQUESTS: &str = "REQUESTS";
/// Counts the requests of one address with one publishable key.
pub(super) const STOREFRONT_REQUESTS: &str = "STOREFRONT_REQUESTS";
/// Counts the signed deliveries of one address.
pub(super) const DELIVERIES: &str = "DELIVERIES";

/// The bindings; `None` if one is missing.
#[derive(Default)]
pub(crate) struct Bindings {
    pub(crate) database: Option<Arc<D1Database>>,
    pub(crate) assets: Option<SendWrapper<Fetcher>>,
    pub(crate) queue: Option<Queue>,
    pub(crate) email: Option<SendWrapper<Arc<SendEmail>>>,
    pub(crate) requests: Option<RateLimiter>,
    pub(crate) storefront_requests: Option<RateLimiter>,
    pub(crate) deliveries: Option<RateLimiter>,
}

impl Bindings {
    /// Reads every binding.
    pub(super) fn of(env: &Env) -> Self {
        let limiter = |name| env.rate_limiter(name).ok();
        Self {
            database: env.d1(DATABASE).ok().map(Arc::new),
            assets: env.assets(ASSETS).ok().map(SendWrapper),
            queue: env.queue(QUEUE).ok(),
            email: env.send_email(EMAIL).ok().map(|email| SendWrapper(Arc::new(email))),
            requests: limiter(REQUESTS),
            storefront_requests: limiter(STOREFRONT_REQUESTS),
            deliveries: limiter(DELIVERIES),
        }
    }
}

impl fmt::Debug for Bindings {
    /// Prints which bindings exist.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Bindings")
            .field(DATABASE, &self.database.is_some())
            .field(ASSETS, &self.assets.is_some())
            .field(QUEUE, &self.queue.is_some())
            .field(EMAIL, &self.email.is_some())
            .field(REQUESTS, &self.requests.is_some())
            .field(STOREFRONT_REQUESTS, &self.storefront_requests.is_some())
            .field(DELIVERIES, &self.deliveries.is_some())
            .finish()
    }
}
