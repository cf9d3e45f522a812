//! The objects of the fake, and the effect of each call on them.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::Call;

/// Every created object, by id.
#[derive(Default)]
pub(super) struct Objects {
    made: BTreeMap<String, Value>,
    answered: BTreeMap<String, Answered>,
}

/// The response to an idempotency key.
struct Answered {
    /// The form of its request.
    form: Vec<(String, String)>,
    status: u16,
    body: Value,
}

impl Objects {
    /// Executes a call, once per idempotency key.
    pub(super) fn post(&mut self, call: &Call, decline: Option<&Value>, url: &str) -> (u16, Value) {
        if let Some(answered) = self.answered.get(&call.key) {
            if answered.form == call.form {
                return (answered.status, answered.body.clone());
            }
            return (400, json!({"error": {"type": "idempotency_error"}}));
        }
        let (status, body) = self.act(call, decline, url);
        let answered = Answered { form: call.form.clone(), status, body: body.clone() };
        self.answered.insert(call.key.clone(), answered);
        (status, body)
    }

    /// Changes the amount that the payment of this key took; returns the response to its key.
    pub(super) fn take(&mut self, key: &str, amount: i64) -> (u16, Value) {
        let change = json!({"amount_received": amount});
        let Some(answered) = self.answered.get_mut(key) else { return (200, Value::Null) };
        merge(&mut answered.body, &change);
        let (status, body) = (answered.status, answered.body.clone());
        let id = field(&body, "id");
        self.put(id.as_str().unwrap_or_default(), &change);
        (status, body)
    }

    fn act(&mut self, call: &Call, decline: Option<&Value>, url: &str) -> (u16, Value) {
        match call.operation.strip_prefix("POST /v1/").unwrap_or_default() {
            "customers" => (200, self.make("cus", json!({"object": "customer"}))),
            "payment_intents" => self.charge(call, decline),
            "checkout/sessions" => (200, self.open(call, url)),
            "refunds" => (200, self.refund(call)),
            path if path.ends_with("/detach") => self.detach(path),
            path => self.expire(path),
        }
    }

    fn make(&mut self, kind: &str, object: Value) -> Value {
        let id = format!("{kind}_{}", self.made.len());
        let mut object = object;
        if let Some(fields) = object.as_object_mut() {
            fields.insert("id".to_owned(), json!(id));
        }
        self.made.insert(id, object.clone());
        object
    }

    fn charge(&mut self, call: &Call, decline: Option<&Value>) -> (u16, Value) {
        let error = decline.map(|codes| {
            let mut error = json!({"type": "card_error"});
            merge(&mut error, codes);
            error
        });
        let mut intent = intent(call, "");
        match &error {
            Some(error) => merge(
                &mut intent,
                &json!({"status": "requires_payment_method", "amount_received": 0,
                    "last_payment_error": error}),
            ),
            None => merge(&mut intent, &json!({"status": "succeeded"})),
        }
        let intent = self.make("pi", intent);
        match error {
            Some(mut error) => {
                merge(&mut error, &json!({"payment_intent": intent}));
                (402, json!({"error": error}))
            }
            None => (200, intent),
        }
    }

    fn open(&mut self, call: &Call, url: &str) -> Value {
        let mut session = json!({"object": "checkout.session", "status": "open",
            "payment_status": "unpaid", "payment_intent": null});
        let mut paid = intent(call, "payment_intent_data");
        let amount = number(call, "line_items[0][price_data][unit_amount]");
        let currency = call.field("line_items[0][price_data][currency]");
        merge(
            &mut paid,
            &json!({"status": "succeeded", "amount_received": amount,
            "currency": currency, "payment_method": visa()}),
        );
        merge(&mut session, &json!({"to_be_paid": paid}));
        let made = self.make("cs_test", session);
        let id = field(&made, "id").as_str().unwrap_or_default().to_owned();
        self.change(&id, &json!({"url": format!("{url}/checkout/{id}")}))
    }

    fn refund(&mut self, call: &Call) -> Value {
        let amount = number(call, "amount");
        let refund = json!({"object": "refund", "status": "succeeded", "amount": amount,
            "payment_intent": call.field("payment_intent"), "metadata": metadata(call, "metadata[")});
        self.make("re", refund)
    }

    fn expire(&mut self, path: &str) -> (u16, Value) {
        let id = path.strip_prefix("checkout/sessions/").unwrap_or_default();
        let id = id.strip_suffix("/expire").unwrap_or_default();
        if field(&self.read(id), "status") == "open" {
            return (200, self.change(id, &json!({"status": "expired", "url": null})));
        }
        (400, json!({"error": {"type": "invalid_request_error"}}))
    }

    fn detach(&mut self, path: &str) -> (u16, Value) {
        let id = path.split('/').nth(1).unwrap_or_default();
        self.put(id, &json!({"customer": null}));
        (200, self.read(id))
    }

    fn change(&mut self, id: &str, change: &Value) -> Value {
        let Some(object) = self.made.get_mut(id) else { return Value::Null };
        merge(object, change);
        object.clone()
    }

    /// Reads an object, or lists payments.
    pub(super) fn get(&self, call: &Call) -> Value {
        let path = call.operation.strip_prefix("GET /v1/").unwrap_or_default();
        if path == "payment_intents" {
            let customer = call.field("customer").unwrap_or_default();
            let intents = self.made.values().filter(|object| {
                field(object, "object") == "payment_intent" && field(object, "customer") == customer
            });
            return json!({"data": intents.collect::<Vec<_>>(), "has_more": false});
        }
        if path == "refunds" {
            let payment = call.field("payment_intent").unwrap_or_default();
            let refunds = self.made.values().filter(|object| {
                field(object, "object") == "refund" && field(object, "payment_intent") == payment
            });
            return json!({"data": refunds.collect::<Vec<_>>(), "has_more": false});
        }
        self.read(path.rsplit('/').next().unwrap_or_default())
    }

    pub(super) fn read(&self, id: &str) -> Value {
        self.made.get(id).cloned().unwrap_or_default()
    }

    pub(super) fn pay_on_page(&mut self, page: &str) {
        let paid = field(&self.read(page), "to_be_paid");
        let intent = self.make("pi", paid);
        let change = json!({"status": "complete", "payment_status": "paid", "url": null,
            "payment_intent": intent});
        self.change(page, &change);
    }

    pub(super) fn save_card_on_page(&mut self, page: &str) {
        let intent = json!({"status": "succeeded", "payment_method": visa()});
        let change = json!({"status": "complete", "url": null, "setup_intent": intent});
        self.change(page, &change);
    }

    pub(super) fn expire_page(&mut self, page: &str) {
        self.change(page, &json!({"status": "expired", "url": null}));
    }

    /// Creates an object, or sets fields of an existing one.
    pub(super) fn put(&mut self, id: &str, fields: &Value) {
        let object = self.made.entry(id.to_owned()).or_insert_with(|| json!({"id": id}));
        merge(object, fields);
    }

    pub(super) fn forget_keys(&mut self) {
        self.answered.clear();
    }

    pub(super) fn succeeded(&self, purchase_order: &str) -> usize {
        let is_paid = |object: &&Value| {
            field(object, "object") == "payment_intent"
                && field(object, "status") == "succeeded"
                && field(&field(object, "metadata"), "purchase_order") == purchase_order
        };
        self.made.values().filter(is_paid).count()
    }
}

impl Objects {
    /// Returns the number of refunds of payments of a purchase order.
    pub(super) fn refunds(&self, purchase_order: &str) -> usize {
        let is_refund = |object: &&Value| {
            let payment = field(object, "payment_intent");
            let payment = self.read(payment.as_str().unwrap_or_default());
            field(object, "object") == "refund"
                && field(&field(&payment, "metadata"), "purchase_order") == purchase_order
        };
        self.made.values().filter(is_refund).count()
    }
}

/// Returns the payment that a form describes; `folder` is the prefix of its metadata in the form.
fn intent(call: &Call, folder: &str) -> Value {
    let place = if folder.is_empty() { "metadata[".into() } else { format!("{folder}[metadata][") };
    let metadata = metadata(call, &place);
    json!({"object": "payment_intent", "amount_received": number(call, "amount"),
        "currency": call.field("currency"), "customer": call.field("customer"),
        "payment_method": call.field("payment_method"), "metadata": metadata,
        "last_payment_error": null})
}

fn metadata(call: &Call, place: &str) -> Map<String, Value> {
    let mut metadata = Map::new();
    for (name, value) in &call.form {
        let name = name.strip_prefix(place).and_then(|name| name.strip_suffix(']'));
        metadata.extend(name.map(|name| (name.to_owned(), json!(value))));
    }
    metadata
}

fn visa() -> Value {
    json!({"id": "pm_visa", "object": "payment_method", "type": "card", "card":
        {"brand": "visa", "last4": "4242", "exp_month": 8, "exp_year": 2030}})
}

fn field(object: &Value, name: &str) -> Value {
    object.get(name).cloned().unwrap_or_default()
}

fn number(call: &Call, field: &str) -> i64 {
    call.field(field).and_then(|text| text.parse().ok()).unwrap_or_default()
}

/// Copies the fields of one object into another.
fn merge(object: &mut Value, fields: &Value) {
    if let (Some(object), Some(fields)) = (object.as_object_mut(), fields.as_object()) {
        object.extend(fields.iter().map(|(name, value)| (name.clone(), value.clone())));
    }
}
