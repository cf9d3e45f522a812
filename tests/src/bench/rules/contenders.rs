//! The contenders that count the trees of an order, compared for results and for speed.

use std::fs;
use std::hint::black_box;
use std::time::{Duration, Instant};

use play_it_green_evaluate::Rules;
use serde_json::{Value, json};

use super::node_side::NodeSide;
use super::orders::Orders;
use crate::local_worker::repository;
use crate::{Failure, While};

/// Our id of the shop; `tests/bench/rules.mjs` has the same.
const SHOP: &str = "shop_1";

#[derive(Clone, Copy)]
pub(super) enum Contender {
    /// The rules in this process.
    Native,
    /// The same code as Wasm.
    Wasm,
    /// `tests/bench/rival.mjs`.
    JavaScript,
}

impl Contender {
    pub(super) const ALL: [Self; 3] = [Self::Native, Self::Wasm, Self::JavaScript];
}

/// The form in which a contender receives the body of an order.
#[derive(Clone, Copy)]
pub(super) enum Form {
    /// As received. JavaScript must decode it.
    Bytes,
    /// As a JavaScript string. Wasm needs it encoded.
    Text,
}

impl Form {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Bytes => "bytes",
            Self::Text => "text",
        }
    }
}

/// All contenders, with their campaigns loaded.
pub(super) struct Contenders {
    rules: Rules,
    node: NodeSide,
}

impl Contenders {
    pub(super) fn start() -> Result<Self, Failure> {
        let campaigns = repository().join("tests/bench/campaigns.json");
        let text = fs::read_to_string(&campaigns).when("The campaigns cannot be read")?;
        let rules = Rules::new(SHOP, &text).when("The campaigns cannot be read")?;
        Ok(Self { rules, node: NodeSide::start(&campaigns)? })
    }

    /// Checks that all contenders count the same trees for these orders and reject the same ones.
    /// Returns the number of compared orders.
    pub(super) fn compare(&mut self, orders: &Orders) -> Result<usize, Failure> {
        let bodies = &orders.compared;
        let native: Vec<Value> = bodies.iter().map(|body| self.answer(orders, body)).collect();
        for contender in [Contender::Wasm, Contender::JavaScript] {
            for form in [Form::Bytes, Form::Text] {
                let question = question(contender, orders, form, bodies, None);
                let answers = self.node.ask(&question)?;
                let answers = answers.as_array().map(Vec::as_slice).unwrap_or_default();
                if answers != native {
                    return Err(difference(orders, &native, answers));
                }
            }
        }
        Ok(bodies.len())
    }

    /// Returns the orders per second over this many milliseconds.
    pub(super) fn measure(
        &mut self,
        contender: Contender,
        orders: &Orders,
        form: Form,
        milliseconds: u64,
    ) -> Result<u64, Failure> {
        let (calls, nanoseconds) = match contender {
            Contender::Native => self.measure_native(orders, Duration::from_millis(milliseconds)),
            Contender::Wasm | Contender::JavaScript => {
                let bodies = &orders.measured;
                let question = question(contender, orders, form, bodies, Some(milliseconds));
                let answer = self.node.ask(&question)?;
                let number = |name| answer.get(name).and_then(Value::as_u64).map(u128::from);
                number("calls")
                    .zip(number("nanoseconds"))
                    .ok_or_else(|| Failure(format!("Node.js measured nothing: {answer}")))?
            }
        };
        let per_second = calls.saturating_mul(1_000_000_000).checked_div(nanoseconds);
        Ok(per_second.and_then(|number| u64::try_from(number).ok()).unwrap_or_default())
    }

    /// Returns the number of calls and their duration in nanoseconds.
    fn measure_native(&self, orders: &Orders, time: Duration) -> (u128, u128) {
        let started = Instant::now();
        let mut calls: u128 = 0;
        while started.elapsed() < time {
            for body in &orders.measured {
                let trees = orders.platform.trees(&self.rules, black_box(body));
                calls = calls.saturating_add(1);
                black_box(trees).ok();
            }
        }
        (calls, started.elapsed().as_nanos())
    }

    fn answer(&self, orders: &Orders, body: &str) -> Value {
        orders.platform.trees(&self.rules, body).map_or(json!("refused"), |trees| json!(trees))
    }
}

/// Asks Node.js for the results of these bodies or, with a time, for their number in that time.
fn question(
    contender: Contender,
    orders: &Orders,
    form: Form,
    bodies: &[String],
    milliseconds: Option<u64>,
) -> Value {
    let by = match contender {
        Contender::Wasm => "wasm",
        Contender::Native | Contender::JavaScript => "javascript",
    };
    json!({
        "by": by,
        "platform": orders.platform.name(),
        "form": form.name(),
        "bodies": bodies,
        "milliseconds": milliseconds,
    })
}

fn difference(orders: &Orders, native: &[Value], answers: &[Value]) -> Failure {
    let different = native.iter().zip(answers).zip(&orders.compared);
    let first = different.into_iter().find(|((native, answer), _)| native != answer);
    Failure(match first {
        Some(((native, answer), body)) => {
            format!("Native code answers {native}, Node.js {answer}, for the order:\n{body}")
        }
        None => "Node.js did not answer for every order".to_owned(),
    })
}
