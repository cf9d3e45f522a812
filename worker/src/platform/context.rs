//! The context of a request: the store, the configuration and the time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::http::HeaderMap;
use order_events::Timestamp;
use worker::{Env, Headers, RateLimiter};

use crate::crypto::api_key::ApiKey;
use crate::crypto::encryption_keys::EncryptionKeys;
use crate::crypto::hash;
use crate::platform::config::{Bindings, Config, MailConfig, QUERIES_MAX};
use crate::platform::network;
use crate::platform::problem::Problem;
use crate::store::Store;

/// Everything one request or one cron event works with.
#[derive(Clone)]
pub(crate) struct RequestContext {
    pub(crate) store: Store,
    pub(crate) config: Arc<Config>,
    /// The instant at which the request arrived, or for which the event was scheduled.
    pub(crate) now: Timestamp,
    /// True if this request may have left a mail in the outbox.
    mail_waits: Arc<AtomicBool>,
}

impl RequestContext {
    /// Creates the context of an invocation; an error says what the deployer has to set.
    pub(crate) fn new(env: &Env, now: Option<Timestamp>) -> Result<Self, Problem> {
        let config = Config::of(env);
        let database =
            config.bindings.database.clone().ok_or_else(|| {
                Problem::misconfigured("Bind a D1 database as DB in wrangler.toml.")
            })?;
        let now = now.ok_or_else(|| Problem::misconfigured("The clock is off."))?;
        Ok(Self { store: Store::new(database), config, now, mail_waits: Arc::default() })
    }

    /// The deployment's encryption keys; an error says what the operator has to set.
    pub(crate) fn keys(&self) -> Result<&EncryptionKeys, Problem> {
        match &self.config.keys {
            Ok(keys) => Ok(keys),
            Err(error) => Err(Problem::misconfigured(&error.to_string())),
        }
    }

    /// The same for what can be done without them.
    pub(crate) fn usable_keys(&self) -> Option<&EncryptionKeys> {
        self.config.keys.as_deref().ok()
    }

    /// How the deployment sends mail, `None` if it sends none; an error says what the operator has
    /// to set.
    pub(crate) fn mail_config(&self) -> Result<Option<&MailConfig>, Problem> {
        let mail = self.config.mail.as_ref().map(Option::as_ref);
        mail.map_err(|message| Problem::misconfigured(message))
    }

    /// A file of the description of the API, or the style sheet of the pages. They are deployed
    /// beside the Worker and not within it: the Worker is a tenth smaller.
    pub(crate) async fn description(&self, file: &str) -> Result<String, Problem> {
        let missing = || Problem::misconfigured("Bind [assets] as ASSETS in wrangler.toml.");
        let files = self.config.bindings.assets.as_ref().ok_or_else(missing)?;
        // Only the path of the address counts.
        let found = files.fetch(format!("https://worker.example.com/description/{file}"), None);
        let mut found = found.await.map_err(|_| missing())?;
        match found.status_code() {
            200 => found.text().await.map_err(|_| missing()),
            _ => Err(missing()),
        }
    }

    /// How many statements D1 still allows in this invocation. `D1_QUERIES_MAX` says how many the
    /// deployer's plan allows.
    pub(crate) fn queries_left(&self) -> usize {
        let allowed = self.config.queries_max.as_ref().copied().unwrap_or(QUERIES_MAX);
        allowed.saturating_sub(self.store.queries())
    }

    /// In development, a request may say when it is, as tests do that live through a year.
    pub(crate) fn in_development_at(mut self, headers: &Headers) -> Self {
        if self.config.development {
            let told = headers.get(NOW).ok().flatten().and_then(|now| now.parse().ok());
            self.now = told.unwrap_or(self.now);
        }
        self
    }

    /// Notes that a mail may wait in the outbox, to be sent after the response.
    pub(crate) fn note_mail(&self) {
        self.mail_waits.store(true, Ordering::Relaxed);
    }

    /// Returns true if one may wait.
    pub(crate) fn mail_waits(&self) -> bool {
        self.mail_waits.load(Ordering::Relaxed)
    }

    /// Rejects a flood from one address. Every request is counted before its body or anything in the
    /// database is read. Platforms deliver the webhooks of many shops from few addresses, so what
    /// could be such a delivery has a limit of its own, which is higher.
    pub(crate) async fn admit(
        &self,
        address: &str,
        is_signed_delivery: bool,
    ) -> Result<(), Problem> {
        let source = hash(&network::of(address));
        if is_signed_delivery {
            return self.limit(|bindings| &bindings.deliveries, source).await;
        }
        self.limit_rate(&source).await
    }

    /// Rejects a flood with one key. A publishable key can be read by anyone, so it is counted for
    /// each address apart: one address cannot use up what a shop's buyers need.
    pub(crate) async fn limit_key(&self, key: &ApiKey, headers: &HeaderMap) -> Result<(), Problem> {
        let hash_of_key = key.hash();
        if !key.is_publishable() {
            return self.limit_rate(&hash_of_key).await;
        }
        let source = hash(&format!("{hash_of_key} {}", network_of(headers)));
        self.limit(|bindings| &bindings.storefront_requests, source).await
    }

    /// Rejects a flood of requests from one source, named by a hash.
    pub(crate) async fn limit_rate(&self, source: &str) -> Result<(), Problem> {
        self.limit(|bindings| &bindings.requests, source.to_owned()).await
    }

    /// Rejects a flood of deliveries from one address that its shop has not signed.
    pub(crate) async fn limit_forged(&self, headers: &HeaderMap) -> Result<(), Problem> {
        self.limit_rate(&hash(&format!("forged {}", network_of(headers)))).await
    }

    /// Counts a request in the place of Cloudflare's network that it reached; not in development.
    async fn limit(
        &self,
        limiter: fn(&Bindings) -> &Option<RateLimiter>,
        source: String,
    ) -> Result<(), Problem> {
        let limiter = limiter(&self.config.bindings).as_ref();
        let Some(limiter) = limiter.filter(|_| !self.config.development) else { return Ok(()) };
        match limiter.limit(source).await {
            Ok(outcome) if !outcome.success => Err(Problem::too_many(
                "Too many requests in the last minute. Nothing was stored of this one; please send it \
                 again in a minute.",
                RATE_PERIOD_SECONDS,
            )),
            // A counter that fails must not stop the sales.
            Ok(_) | Err(_) => Ok(()),
        }
    }
}

/// The network of the caller, by which callers are counted; empty where there is no address.
pub(crate) fn network_of(headers: &HeaderMap) -> String {
    let address = headers.get(ADDRESS).and_then(|address| address.to_str().ok());
    network::of(address.unwrap_or_default())
}

/// The header in which Cloudflare names the address of the caller.
pub(crate) const ADDRESS: &str = "cf-connecting-ip";

/// The header in which a request says when it is, in development; RFC 3339.
const NOW: &str = "play-it-green-now";

/// The period of the rate limit in `wrangler.toml`.
const RATE_PERIOD_SECONDS: u32 = 60;

/// The instant so many milliseconds after 1970, as JavaScript counts them.
pub(crate) fn timestamp_from_number(milliseconds: f64) -> Option<Timestamp> {
    // A number of whole milliseconds prints without an exponent in every year that a Timestamp has.
    format!("{milliseconds:.0}").parse().ok().and_then(Timestamp::from_milliseconds)
}
