//! The payment provider of a deployment: `PAYMENTS`, or the default that follows from the rest.

use crate::platform::address::is_loopback;
use crate::platform::config::Secret;

/// How purchase orders are paid.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum PaymentConfig {
    /// By test cards, and no money moves. Development only.
    Sandbox,
    /// By other means, and recorded by hand.
    Manual,
    /// By card.
    Stripe(StripeAccount),
}

/// An account of Stripe's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StripeAccount {
    pub(crate) secret_key: Secret,
    /// Without a slash at the end.
    pub(crate) base: String,
    /// True if money moves.
    pub(crate) live: bool,
    /// The signing secrets of Stripe's webhooks.
    pub(crate) webhook_secrets: Option<Secret>,
}

const STRIPE: &str = "https://api.stripe.com";

impl StripeAccount {
    /// Reads the deployer's secret and where Stripe is; `None` without a secret.
    pub(super) fn read(
        secret_key: Option<String>,
        base: Option<String>,
        webhook_secrets: Option<String>,
        development: bool,
    ) -> Result<Option<Self>, String> {
        let Some(secret_key) = secret_key else { return Ok(None) };
        let is = |mode: &str| {
            ["sk_", "rk_"].iter().any(|kind| {
                secret_key.strip_prefix(kind).is_some_and(|rest| rest.starts_with(mode))
            })
        };
        let live = is("live_");
        if !live && !is("test_") {
            return Err("STRIPE_SECRET_KEY must begin with sk_live_, sk_test_, rk_live_ or \
                rk_test_. Find it in Stripe's Dashboard under Developers > API keys."
                .to_owned());
        }
        let base = base.unwrap_or_else(|| STRIPE.to_owned());
        if base != STRIPE && !(development && is_loopback(&base)) {
            return Err(format!(
                "STRIPE_API_BASE must be {STRIPE}, or left out; in development, an address of this \
                 machine such as http://127.0.0.1:8420 will do."
            ));
        }
        let (secret_key, webhook_secrets) = (Secret(secret_key), webhook_secrets.map(Secret));
        Ok(Some(Self { secret_key, base, live, webhook_secrets }))
    }
}

/// Returns the deployer's provider; the error says what to set.
pub(super) fn of(
    wanted: Option<&str>,
    development: bool,
    account: Option<StripeAccount>,
) -> Result<PaymentConfig, String> {
    match (wanted, account) {
        (None | Some("stripe"), Some(account)) => Ok(PaymentConfig::Stripe(account)),
        (Some("stripe"), None) => {
            Err("PAYMENTS=stripe needs the secret STRIPE_SECRET_KEY.".to_owned())
        }
        (Some("sandbox"), Some(account)) if account.live => {
            Err("PAYMENTS=sandbox moves no money, \
            and STRIPE_SECRET_KEY is a live key. Take one of them away."
                .to_owned())
        }
        (None, None) | (Some("sandbox"), _) if development => Ok(PaymentConfig::Sandbox),
        (None | Some("manual"), _) => Ok(PaymentConfig::Manual),
        (Some("sandbox"), _) => Err("PAYMENTS=sandbox moves no money, so it is for development \
            only. Set PAYMENTS to stripe or manual, or leave it out."
            .to_owned()),
        (Some(_), _) => Err("PAYMENTS must be stripe, manual or sandbox, or left out.".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(secret_key: &str) -> Option<StripeAccount> {
        StripeAccount::read(Some(secret_key.to_owned()), None, None, false).unwrap()
    }

    #[test]
    fn what_is_left_out_follows_from_the_rest() {
        assert_eq!(of(None, true, None), Ok(PaymentConfig::Sandbox));
        assert_eq!(of(None, false, None), Ok(PaymentConfig::Manual));
        assert!(matches!(of(None, false, account("sk_live_1")), Ok(PaymentConfig::Stripe(_))));
        assert!(matches!(of(None, true, account("rk_test_1")), Ok(PaymentConfig::Stripe(_))));
    }

    #[test]
    fn what_is_asked_for_is_taken_where_it_can_work() {
        assert_eq!(of(Some("manual"), true, account("sk_live_1")), Ok(PaymentConfig::Manual));
        assert_eq!(of(Some("sandbox"), true, account("sk_test_1")), Ok(PaymentConfig::Sandbox));
        assert!(of(Some("stripe"), true, None).unwrap_err().contains("STRIPE_SECRET_KEY"));
        assert!(of(Some("Stripe!"), true, None).unwrap_err().contains("manual"));
    }

    #[test]
    fn the_sandbox_refuses_production_and_a_live_key() {
        assert!(of(Some("sandbox"), false, None).unwrap_err().contains("development only"));
        let live = of(Some("sandbox"), true, account("sk_live_1"));
        assert!(live.unwrap_err().contains("live key"));
    }

    #[test]
    fn a_key_is_told_apart_and_never_printed() {
        assert!(account("rk_live_1").unwrap().live && !account("sk_test_1").unwrap().live);
        assert!(StripeAccount::read(Some("pk_live_1".to_owned()), None, None, false).is_err());
        let printed = format!("{:?}", account("sk_live_hidden"));
        assert!(!printed.contains("hidden"), "{printed}");
    }

    #[test]
    fn another_stripe_is_taken_on_this_machine_and_in_development_only() {
        let read = |base: &str, development| {
            let key = Some("sk_test_1".to_owned());
            StripeAccount::read(key, Some(base.to_owned()), None, development)
        };
        assert!(read("http://127.0.0.1:8420", true).is_ok());
        assert!(read("http://127.0.0.1:8420", false).is_err());
        for base in ["https://stripe.example.com", "http://127.0.0.1.example.com", "http://a", ""] {
            assert!(read(base, true).is_err(), "{base}");
        }
    }
}
