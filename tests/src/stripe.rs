//! A Stripe on this machine that does what it is told: for answers that no real one gives on demand.

mod objects;
mod server;

use std::collections::VecDeque;
use std::net::TcpListener;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use serde_json::{Value, json};

use self::objects::Objects;
use crate::{Failure, While};

/// A running fake; it stops with the process.
#[derive(Clone)]
pub struct FakeStripe {
    /// Where it answers: `http://127.0.0.1:1234`.
    pub url: String,
    state: Arc<Mutex<State>>,
}

/// A call that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Method and path, such as `POST /v1/customers`.
    pub operation: String,
    /// The fields of the form or the query, decoded.
    pub form: Vec<(String, String)>,
    /// The header `Idempotency-Key`.
    pub key: String,
    /// The header `Stripe-Version`.
    pub version: String,
}

impl Call {
    /// The value of a field.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        self.form.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// What the next call is answered with, in place of what Stripe would do.
#[derive(Clone, Debug)]
pub enum Next {
    /// The bank declines: 402 with these codes, and the payment is kept as declined.
    Decline(Value),
    /// An error before anything is done.
    Refuse(u16, Value),
    /// Everything is done, and the answer is lost on its way.
    LoseAnswer,
}

/// All that it knows.
#[derive(Default)]
struct State {
    calls: Vec<Call>,
    next: VecDeque<Next>,
    objects: Objects,
}

impl FakeStripe {
    /// Starts one on a free port.
    ///
    /// # Errors
    /// When there is none.
    pub fn start() -> Result<Self, Failure> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).when("The fake Stripe")?;
        let url = format!("http://{}", listener.local_addr().when("The fake Stripe")?);
        listener.set_nonblocking(true).when("The fake Stripe")?;
        let fake = Self { url, state: Arc::default() };
        let served = fake.clone();
        thread::spawn(move || {
            if let Err(failure) = server::serve(listener, served) {
                eprintln!("The fake Stripe stopped: {failure}");
            }
        });
        Ok(fake)
    }

    fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What the next calls that are no reading are answered with.
    pub fn next(&self, steps: impl IntoIterator<Item = Next>) {
        self.with(|state| state.next.extend(steps));
    }

    /// A decline with this code of the bank.
    #[must_use]
    pub fn declined(decline_code: &str) -> Next {
        Next::Decline(json!({"code": "card_declined", "decline_code": decline_code}))
    }

    /// The calls of this operation so far.
    #[must_use]
    pub fn calls(&self, operation: &str) -> Vec<Call> {
        self.with(|state| {
            state.calls.iter().filter(|call| call.operation == operation).cloned().collect()
        })
    }

    /// Every call that was made.
    #[must_use]
    pub fn all_calls(&self) -> Vec<Call> {
        self.with(|state| state.calls.clone())
    }

    /// The payer types a card on a page and pays.
    pub fn pay_on_page(&self, page: &str) {
        self.with(|state| state.objects.pay_on_page(page));
    }

    /// The page expires by itself.
    pub fn expire_page(&self, page: &str) {
        self.with(|state| state.objects.expire_page(page));
    }

    /// Makes an object, or puts fields into one that is there.
    pub fn put(&self, id: &str, fields: &Value) {
        self.with(|state| state.objects.put(id, fields));
    }

    /// Stripe forgets its idempotency keys, as it does after a day.
    pub fn forget_keys(&self) {
        self.with(|state| state.objects.forget_keys());
    }

    /// An object, by its id.
    #[must_use]
    pub fn object(&self, id: &str) -> Value {
        self.with(|state| state.objects.read(id))
    }

    /// How many payments took money for a purchase order.
    #[must_use]
    pub fn payments_that_succeeded(&self, purchase_order: &str) -> usize {
        self.with(|state| state.objects.succeeded(purchase_order))
    }
}
