//! A Stripe on this machine that does what it is told: for answers that no real one gives on demand.

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
    /// The call is lost on its way, and nothing is done.
    Lose,
    /// The answer takes its time.
    Slow(Duration),
    /// The caller is killed before anything is done.
    KillBefore,
    /// Everything is done, and the caller is killed.
    KillAfter,
    /// Everything is done, and the answer is nothing that can be read.
    Garble,
    /// Another amount is taken than was asked for.
    Take(i64),
}

/// All that it knows.
#[derive(Default)]
struct State {
    calls: Vec<Call>,
    next: VecDeque<Next>,
    /// What the next calls of an operation are answered with; `GET` of anything is one.
    of_operation: Vec<(String, Next)>,
    objects: Objects,
    /// Kills the caller.
    kill: Option<Arc<dyn Fn() + Send + Sync>>,
}

impl State {
    /// What this call is answered with, if that is said.
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

    /// What the next calls are answered with whose operation begins so, one step for each; readings,
    /// too.
    pub fn next_of(&self, operation: &str, steps: impl IntoIterator<Item = Next>) {
        let steps = steps.into_iter().map(|step| (operation.to_owned(), step));
        self.with(|state| state.of_operation.extend(steps));
    }

    /// Forgets what the next calls were to be answered with.
    pub fn nothing_next(&self) {
        self.with(|state| {
            state.next.clear();
            state.of_operation.clear();
        });
    }

    /// Who kills the caller, when it is to be killed; a call of `/kill` does it, too.
    pub fn killed_by(&self, kill: impl Fn() + Send + Sync + 'static) {
        self.with(|state| state.kill = Some(Arc::new(kill)));
    }

    fn kill(&self) {
        // Not under the lock: whoever takes the place of the caller may call at once.
        if let Some(kill) = self.with(|state| state.kill.clone()) {
            kill();
        }
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

    /// How many calls were made whose operation begins so.
    #[must_use]
    pub fn calls_of(&self, operation: &str) -> usize {
        self.with(|state| {
            state.calls.iter().filter(|call| call.operation.starts_with(operation)).count()
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

    /// A person types a card on a page that saves it.
    pub fn save_card_on_page(&self, page: &str) {
        self.with(|state| state.objects.save_card_on_page(page));
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

    /// How many payments of a purchase order were paid back.
    #[must_use]
    pub fn refunds_of(&self, purchase_order: &str) -> usize {
        self.with(|state| state.objects.refunds(purchase_order))
    }
}
