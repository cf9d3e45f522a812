//! A fake Stripe on this machine with planned responses, for responses that the real one does not
//! return on demand.

mod objects;
mod server;
mod signature;

use std::collections::VecDeque;
use std::net::TcpListener;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use axum::http::Method;
use serde_json::{Value, json};

use self::objects::Objects;
pub use self::signature::signature;
use crate::{Failure, While};

/// A running fake; it stops with the process.
#[derive(Clone)]
pub struct FakeStripe {
    /// Its address: `http://127.0.0.1:1234`.
    pub url: String,
    state: Arc<Mutex<State>>,
}

/// A received call.
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
    /// Returns the value of a field.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        self.form.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// The response to the next call, instead of Stripe's usual one.
#[derive(Clone, Debug)]
pub enum Next {
    /// The bank declines: 402 with these codes. The payment is stored as declined.
    Decline(Value),
    /// An error; the call has no effect.
    Refuse(u16, Value),
    /// The call takes effect, and its response is lost.
    LoseAnswer,
    /// The call is lost and has no effect.
    Lose,
    /// The response is delayed.
    Slow(Duration),
    /// The caller is killed before the call takes effect.
    KillBefore,
    /// The call takes effect, and the caller is killed.
    KillAfter,
    /// The call takes effect, and its response is unreadable.
    Garble,
    /// The payment takes another amount than requested.
    Take(i64),
}

/// The state of the fake.
#[derive(Default)]
struct State {
    calls: Vec<Call>,
    next: VecDeque<Next>,
    /// The planned responses of the next calls of an operation; `GET` of any object is one
    /// operation.
    of_operation: Vec<(String, Next)>,
    objects: Objects,
    /// Kills the caller.
    kill: Option<Arc<dyn Fn() + Send + Sync>>,
}

impl State {
    /// Returns the planned response to this call, if any.
    fn next_for(&mut self, call: &Call, method: &Method) -> Option<Next> {
        let is_of = |(operation, _): &(String, Next)| call.operation.starts_with(operation);
        if let Some(index) = self.of_operation.iter().position(is_of) {
            return Some(self.of_operation.remove(index).1);
        }
        if method == Method::GET { None } else { self.next.pop_front() }
    }
}

impl FakeStripe {
    /// Starts one on a free port.
    ///
    /// # Errors
    /// If no port is free.
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

    /// Plans the responses of the next calls, except reads.
    pub fn next(&self, steps: impl IntoIterator<Item = Next>) {
        self.with(|state| state.next.extend(steps));
    }

    /// Plans the responses of the next calls whose operation has this prefix, one step for each;
    /// reads too.
    pub fn next_of(&self, operation: &str, steps: impl IntoIterator<Item = Next>) {
        let steps = steps.into_iter().map(|step| (operation.to_owned(), step));
        self.with(|state| state.of_operation.extend(steps));
    }

    /// Removes all planned responses.
    pub fn nothing_next(&self) {
        self.with(|state| {
            state.next.clear();
            state.of_operation.clear();
        });
    }

    /// Sets the function that kills the caller when planned; a call of `/kill` runs it too.
    pub fn killed_by(&self, kill: impl Fn() + Send + Sync + 'static) {
        self.with(|state| state.kill = Some(Arc::new(kill)));
    }

    fn kill(&self) {
        // Not under the lock, because the caller's replacement may call at once.
        if let Some(kill) = self.with(|state| state.kill.clone()) {
            kill();
        }
    }

    /// Returns a decline with this code of the bank.
    #[must_use]
    pub fn declined(decline_code: &str) -> Next {
        Next::Decline(json!({"code": "card_declined", "decline_code": decline_code}))
    }

    /// Returns the calls of this operation so far.
    #[must_use]
    pub fn calls(&self, operation: &str) -> Vec<Call> {
        self.with(|state| {
            state.calls.iter().filter(|call| call.operation == operation).cloned().collect()
        })
    }

    /// Returns the number of calls whose operation has this prefix.
    #[must_use]
    pub fn calls_of(&self, operation: &str) -> usize {
        self.with(|state| {
            state.calls.iter().filter(|call| call.operation.starts_with(operation)).count()
        })
    }

    /// Returns every call.
    #[must_use]
    pub fn all_calls(&self) -> Vec<Call> {
        self.with(|state| state.calls.clone())
    }

    /// Pays on a page, as a payer who types a card.
    pub fn pay_on_page(&self, page: &str) {
        self.with(|state| state.objects.pay_on_page(page));
    }

    /// Saves a card on a page, as a person who types it.
    pub fn save_card_on_page(&self, page: &str) {
        self.with(|state| state.objects.save_card_on_page(page));
    }

    /// Expires the page.
    pub fn expire_page(&self, page: &str) {
        self.with(|state| state.objects.expire_page(page));
    }

    /// Creates an object, or sets fields of an existing one.
    pub fn put(&self, id: &str, fields: &Value) {
        self.with(|state| state.objects.put(id, fields));
    }

    /// Drops all idempotency keys, as Stripe does after a day.
    pub fn forget_keys(&self) {
        self.with(|state| state.objects.forget_keys());
    }

    /// Returns an object, by its id.
    #[must_use]
    pub fn object(&self, id: &str) -> Value {
        self.with(|state| state.objects.read(id))
    }

    /// Returns the number of successful payments for a purchase order.
    #[must_use]
    pub fn payments_that_succeeded(&self, purchase_order: &str) -> usize {
        self.with(|state| state.objects.succeeded(purchase_order))
    }

    /// Returns the number of refunded payments of a purchase order.
    #[must_use]
    pub fn refunds_of(&self, purchase_order: &str) -> usize {
        self.with(|state| state.objects.refunds(purchase_order))
    }
}
