//! The most that a key or a signed-in owner may give to a key, and the keys that it may reach.

use axum::http::StatusCode;

use crate::auth::scope::Scope;
use crate::domain::states::Environment;
use crate::platform::problem::Problem;
use crate::store::api_keys::{KeyOwner, KeyRow};

/// The permissions of the key or owner that creates, reads, changes, rotates or revokes a key.
pub(crate) struct Authority {
    pub(crate) scopes: Vec<Scope>,
    /// `true` if only test keys are in reach.
    pub(crate) is_test: bool,
}

impl Authority {
    /// The authority of a key.
    pub(crate) fn of_key(key: &KeyOwner) -> Self {
        Self { scopes: key.scopes(), is_test: key.is_test() }
    }

    /// The authority of a merchant's signed-in owner.
    pub(crate) fn of_owner() -> Self {
        Self { scopes: Scope::OF_MERCHANT.to_vec(), is_test: false }
    }

    /// The mode of a new key; `None` is the mode of the key that asks.
    pub(crate) fn mode(&self, wanted: Option<Environment>) -> Result<Environment, Problem> {
        match wanted {
            Some(Environment::Live) if self.is_test => Err(Problem::forbidden(
                "mode: a test key creates test keys only: use a live key to create a live one.",
            )),
            Some(mode) => Ok(mode),
            None if self.is_test => Ok(Environment::Test),
            None => Ok(Environment::Live),
        }
    }

    /// Rejects scopes that the authority lacks itself.
    pub(crate) fn check_scopes(&self, scopes: &[Scope]) -> Result<(), Problem> {
        match scopes.iter().find(|scope| !self.scopes.contains(scope)) {
            None => Ok(()),
            Some(lacking) => Err(Problem::forbidden(format!(
                "scopes: the key that asks lacks {} itself, so it cannot give it.",
                lacking.name()
            ))),
        }
    }

    /// Rejects a key that may do more.
    pub(crate) fn check_key(&self, key: &KeyRow) -> Result<(), Problem> {
        if self.is_test && key.mode != Environment::Test {
            return Err(Problem::forbidden(crate::auth::permitted::TEST_KEY));
        }
        let scopes = Scope::of_key(key.kind, key.scopes.as_deref());
        match scopes.into_iter().find(|scope| !self.scopes.contains(scope)) {
            None => Ok(()),
            Some(lacking) => Err(Problem::new(
                StatusCode::FORBIDDEN,
                format!(
                    "This key may do more than the key that asks, which lacks the scope {}: use a \
                     key that has it, or Settings > API Payments.",
                    lacking.name()
                ),
            )),
        }
    }
}
