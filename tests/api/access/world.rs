//! Two merchants with one resource of every kind, and the actors that call the API.

use play_it_green_tests::http::{self, Answer};
use play_it_green_tests::local_worker::sql;
use play_it_green_tests::merchant::{Merchant, hash};
use play_it_green_tests::sales::two_mugs;
use serde_json::{Value, json};

use super::calls::{CODE, Call};
use super::operations::Operation;
use crate::{merchant, worker};

/// The credentials of a call.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Actor {
    Nobody,
    Publishable,
    Secret,
    /// The operator's key for this merchant.
    Operator,
    Test,
    Revoked,
    /// A secret key with all scopes except those that the operation requires.
    Unscoped,
    /// The other merchant's secret key.
    Other,
}

/// The owner of the requested resource.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Whose {
    Own,
    Foreign,
    Nobodys,
}

/// The kind of a resource that has an id.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    Campaign,
    Key,
    Order,
    PurchaseOrder,
    /// A closed purchase order that is not paid.
    DuePurchaseOrder,
    QuarantinedSale,
    Sale,
    Shop,
}

/// A merchant with one resource of each kind.
pub(super) struct Side {
    pub(super) merchant: Merchant,
    campaign: String,
    key: String,
    order: String,
    test_key: String,
    test_order: String,
    purchase_order: String,
    due_purchase_order: String,
    quarantined_sale: String,
    sale: String,
    test_quarantined_sale: String,
    test_sale: String,
}

/// Two merchants, and the keys of the first one.
pub(super) struct World {
    pub(super) own: Side,
    foreign: Side,
    operator: String,
    test: String,
    revoked: String,
    unscoped: String,
}

impl Side {
    fn new() -> Self {
        let merchant = merchant();
        merchant.post_sale(&two_mugs("19")).unwrap();
        let order = merchant.call("GET", "/api/orders/", &Value::Null).unwrap().json()[0].clone();
        let part = |field: &str| order[field].as_str().expect(field).to_owned();
        let first_id = |key: &str, path: &str| {
            let list = merchant.call_with(key, "GET", path, &Value::Null).unwrap().json();
            list[0]["id"].as_str().expect(path).to_owned()
        };
        let unreadable = json!({"id": "no sale"});
        merchant.post_sale(&unreadable).unwrap();
        let own = merchant.secret_key.as_str();
        let (quarantined_sale, sale) =
            (first_id(own, "/api/quarantine/"), first_id(own, "/api/sales/"));
        let spare = |kind: &str, mode: &str| {
            let shop = (kind == "publishable").then(|| merchant.shops[0].id.as_str());
            let key = merchant.add_key(kind, mode, shop).unwrap();
            let by_hash = "SELECT id FROM api_keys WHERE hash = ?1";
            let id = sql(&worker(), by_hash, &[&hash(&key)]).unwrap()[0][0].clone();
            (key, id.as_str().unwrap().to_owned())
        };
        let (test_text, test_key) = spare("secret", "test");
        let event = json!({"sale": two_mugs("19")});
        let test = merchant.call_with(&test_text, "POST", "/api/orders/", &event).unwrap();
        let (storefront, _) = spare("publishable", "test");
        let event = json!({"sale": unreadable});
        merchant.call_with(&storefront, "POST", "/api/orders/", &event).unwrap();
        Self {
            campaign: part("campaign"),
            key: spare("secret", "live").1,
            order: part("id"),
            test_key,
            test_order: test.json()["orders"][0]["id"].as_str().unwrap().to_owned(),
            purchase_order: part("purchase_order"),
            quarantined_sale,
            sale,
            test_quarantined_sale: first_id(&test_text, "/api/quarantine/"),
            test_sale: first_id(&test_text, "/api/sales/"),
            due_purchase_order: merchant.add_due_purchase_order().unwrap(),
            merchant,
        }
    }

    fn id(&self, kind: Kind) -> String {
        match kind {
            Kind::Campaign => self.campaign.clone(),
            Kind::Key => self.key.clone(),
            Kind::Order => self.order.clone(),
            Kind::PurchaseOrder => self.purchase_order.clone(),
            Kind::DuePurchaseOrder => self.due_purchase_order.clone(),
            Kind::QuarantinedSale => self.quarantined_sale.clone(),
            Kind::Sale => self.sale.clone(),
            Kind::Shop => self.merchant.shops[0].id.clone(),
        }
    }
}

impl World {
    /// Stores two merchants. The unscoped key lacks these `scopes`.
    pub(super) fn new(scopes: &[String]) -> Self {
        let (own, foreign) = (Side::new(), Side::new());
        let key = |mode: &str| own.merchant.add_key("secret", mode, None).unwrap();
        let (test, revoked, unscoped) = (key("test"), key("live"), key("live"));
        let revoke = "UPDATE api_keys SET revoked_at = 1 WHERE hash = ?1";
        sql(&worker(), revoke, &[&hash(&revoked)]).unwrap();
        let path = format!("/api/keys/{}", own.key);
        let all = own.merchant.call("GET", &path, &Value::Null).unwrap().json()["scopes"].clone();
        let others =
            all.as_array().unwrap().iter().filter(|scope| {
                !scopes.iter().any(|lacking| scope.as_str() == Some(lacking.as_str()))
            });
        let others = json!(others.collect::<Vec<_>>()).to_string();
        let limit = "UPDATE api_keys SET scopes = ?2 WHERE hash = ?1";
        sql(&worker(), limit, &[&hash(&unscoped), &others]).unwrap();
        let operator = own.merchant.add_operators_key().unwrap();
        Self { own, foreign, operator, test, revoked, unscoped }
    }

    pub(super) fn id(&self, kind: Kind, whose: Whose) -> String {
        match whose {
            Whose::Own => self.own.id(kind),
            Whose::Foreign => self.foreign.id(kind),
            Whose::Nobodys => {
                let own = self.own.id(kind);
                format!("{}_{}", own.split('_').next().unwrap(), "0".repeat(32))
            }
        }
    }

    /// Returns the id of a resource that this actor can see: a test key sees test data.
    fn id_for(&self, actor: Actor, kind: Kind, whose: Whose) -> String {
        match (actor, kind, whose) {
            (Actor::Test, Kind::Key, Whose::Own) => self.own.test_key.clone(),
            (Actor::Test, Kind::Order, Whose::Own) => self.own.test_order.clone(),
            (Actor::Test, Kind::QuarantinedSale, Whose::Own) => {
                self.own.test_quarantined_sale.clone()
            }
            (Actor::Test, Kind::Sale, Whose::Own) => self.own.test_sale.clone(),
            _ => self.id(kind, whose),
        }
    }

    /// Returns the path of the list page after one entry. An id in the path is the merchant's own.
    pub(super) fn path_after(&self, operation: &Operation, call: &Call, whose: Whose) -> String {
        let id = call.id.map(|kind| self.id(kind, Whose::Own)).unwrap_or_default();
        let listed = call.listed.expect(call.operation);
        format!("{}?after={}", operation.path.replace("{id}", &id), self.id(listed, whose))
    }

    fn key(&self, actor: Actor) -> Option<&str> {
        match actor {
            Actor::Nobody => None,
            Actor::Publishable => Some(&self.own.merchant.shops[0].publishable_key),
            Actor::Secret => Some(&self.own.merchant.secret_key),
            Actor::Operator => Some(&self.operator),
            Actor::Test => Some(&self.test),
            Actor::Revoked => Some(&self.revoked),
            Actor::Unscoped => Some(&self.unscoped),
            Actor::Other => Some(&self.foreign.merchant.secret_key),
        }
    }

    /// Makes the call.
    pub(super) fn send(
        &self,
        operation: &Operation,
        call: &Call,
        actor: Actor,
        whose: Whose,
    ) -> Answer {
        let id = call.id.map(|kind| self.id_for(actor, kind, whose)).unwrap_or_default();
        let url = format!("{}{}", worker(), operation.path.replace("{id}", &id));
        let authorization = self.key(actor).map(|key| format!("Bearer {key}"));
        let headers: Vec<(&str, &str)> =
            authorization.iter().map(|value| ("authorization", value.as_str())).collect();
        let body = (call.body)();
        let mut body = if body.is_null() { String::new() } else { body.to_string() };
        if body.contains(CODE) {
            body = body.replace(CODE, &self.own.merchant.connection_code().unwrap());
        }
        http::call(&operation.method, &url, &headers, body.as_bytes()).unwrap()
    }
}
