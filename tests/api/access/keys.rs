//! Keys that manage keys: no key creates, reads, changes, rotates or revokes a key with more
//! permissions than its own, and a test key reaches test keys only.

use play_it_green_tests::http::{self, Answer};
use play_it_green_tests::local_worker::sql;
use play_it_green_tests::merchant::{Merchant, hash};
use serde_json::{Value, json};

use super::calls::CALLS;
use super::dump;
use super::operations::operations;
use super::world::Kind;
use crate::{merchant, worker};

/// All scopes that a merchant's own key can have.
const ALL: [&str; 9] = [
    "campaigns:read",
    "campaigns:write",
    "keys:read",
    "keys:write",
    "orders:read",
    "orders:write",
    "purchase_orders:read",
    "shops:read",
    "shops:write",
];
const KEYS: [&str; 2] = ["keys:read", "keys:write"];
/// The scopes of a publishable key.
const STOREFRONT: [&str; 2] = ["campaigns:read", "orders:write"];

/// A stored key, and the permissions that the rule compares.
struct Stored {
    text: String,
    id: String,
    is_test: bool,
    scopes: Vec<&'static str>,
}

impl Stored {
    fn new(merchant: &Merchant, kind: &str, mode: &str, scopes: &[&'static str]) -> Self {
        let shop = (kind == "publishable").then(|| merchant.shops[0].id.as_str());
        let text = merchant.add_key(kind, mode, shop).unwrap();
        if kind == "secret" && scopes != ALL {
            let limit = "UPDATE api_keys SET scopes = ?2 WHERE hash = ?1";
            sql(&worker(), limit, &[&hash(&text), &json!(scopes).to_string()]).unwrap();
        }
        let by_hash = "SELECT id FROM api_keys WHERE hash = ?1";
        let id = sql(&worker(), by_hash, &[&hash(&text)]).unwrap()[0][0].clone();
        Self {
            text,
            id: id.as_str().unwrap().to_owned(),
            is_test: mode == "test",
            scopes: scopes.to_vec(),
        }
    }

    /// Stores one key for each different set of permissions.
    fn of_each_kind(merchant: &Merchant) -> Vec<Self> {
        let mut keys = vec![Self::new(merchant, "secret", "live", &["payments:write"])];
        for mode in ["live", "test"] {
            keys.push(Self::new(merchant, "secret", mode, &ALL));
            keys.push(Self::new(merchant, "secret", mode, &KEYS));
            keys.push(Self::new(merchant, "publishable", mode, &STOREFRONT));
        }
        keys
    }

    fn may_reach(&self, other: &Self) -> bool {
        let has_scopes = other.scopes.iter().all(|scope| self.scopes.contains(scope));
        has_scopes && (other.is_test || !self.is_test)
    }

    fn call(&self, method: &str, path: &str, body: &Value) -> Answer {
        let authorization = format!("Bearer {}", self.text);
        let headers = [("authorization", authorization.as_str())];
        let body = if body.is_null() { String::new() } else { body.to_string() };
        http::call(method, &format!("{}{path}", worker()), &headers, body.as_bytes()).unwrap()
    }
}

#[test]
fn no_operation_reaches_a_key_that_may_do_more_than_the_key_that_asks() {
    let of_keys = || CALLS.iter().filter(|call| matches!(call.id, Some(Kind::Key)));
    assert!(of_keys().count() >= 4);
    let mut reached = 0;
    for operation in operations() {
        let Some(call) = of_keys().find(|call| call.operation == operation.id) else { continue };
        let merchant = merchant();
        for (scopes, mode) in [(&ALL[..], "live"), (&ALL, "test"), (&KEYS, "live"), (&KEYS, "test")]
        {
            let asking = Stored::new(&merchant, "secret", mode, scopes);
            for target in Stored::of_each_kind(&merchant) {
                let before = dump(&worker()).unwrap();
                let path = operation.path.replace("{id}", &target.id);
                let body = (call.body)();
                let answer = asking.call(&operation.method, &path, &body);
                let what = format!(
                    "{} by {mode} {scopes:?} on {:?}, a test key: {}",
                    operation.id, target.scopes, target.is_test
                );
                if asking.may_reach(&target) {
                    assert!(answer.status < 300, "{what}: {} {}", answer.status, answer.body);
                    reached += 1;
                } else {
                    assert_eq!(answer.status, 403, "{what}: {}", answer.body);
                    assert!(!answer.body.contains("pig_"), "{what} shows a key");
                    let after = dump(&worker()).unwrap();
                    assert_eq!(without_last_use(&after), without_last_use(&before), "{what}");
                }
            }
        }
    }
    assert!(reached > 20, "{reached}");
}

/// Removes the tables that record the first use of a key and its rejected calls from a dump.
fn without_last_use(dump: &str) -> String {
    let is_noted =
        |line: &str| line.starts_with("api_keys: ") || line.starts_with("security_events: ");
    let is_compared = |line: &&str| !is_noted(line);
    dump.lines().filter(is_compared).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_key_creates_keys_within_its_own_scopes_and_mode_only() {
    let merchant = merchant();
    let shop = &merchant.shops[0].id;
    let full_test = Stored::new(&merchant, "secret", "test", &ALL);
    let keys_only = Stored::new(&merchant, "secret", "live", &KEYS);
    let create = |key: &Stored, body: Value| key.call("POST", "/api/keys/", &body);
    let secret = |mode: &str| json!({"name": "A", "kind": "secret", "mode": mode});
    let storefront =
        |mode: &str| json!({"name": "A", "kind": "publishable", "shop": shop, "mode": mode});
    for (key, body) in [
        (&full_test, secret("live")),
        (&full_test, storefront("live")),
        (&keys_only, storefront("live")),
        (&keys_only, storefront("test")),
    ] {
        let answer = create(key, body.clone());
        assert_eq!(answer.status, 403, "{body}: {}", answer.body);
        assert!(answer.json()["message"].as_str().unwrap().len() > 20, "{}", answer.body);
    }
    for (key, body) in [
        (&full_test, secret("test")),
        (&full_test, storefront("test")),
        (&keys_only, secret("live")),
        (&keys_only, secret("test")),
    ] {
        assert_eq!(create(key, body.clone()).status, 201, "{body}");
    }
    let without_mode = create(&full_test, json!({"name": "A", "kind": "secret"}));
    assert_eq!(without_mode.json()["key"]["mode"], "test", "{}", without_mode.body);
}

#[test]
fn a_list_of_keys_holds_those_that_the_asking_key_may_read() {
    let merchant = merchant();
    let stored = Stored::of_each_kind(&merchant);
    for (scopes, mode) in [(&ALL[..], "live"), (&ALL, "test"), (&KEYS, "live"), (&KEYS, "test")] {
        let asking = Stored::new(&merchant, "secret", mode, scopes);
        let list = asking.call("GET", "/api/keys/", &Value::Null).json();
        let listed: Vec<&str> =
            list.as_array().unwrap().iter().filter_map(|key| key["id"].as_str()).collect();
        for key in &stored {
            let is_listed = listed.contains(&key.id.as_str());
            assert_eq!(is_listed, asking.may_reach(key), "{mode} {scopes:?}: {:?}", key.scopes);
        }
    }
}

#[test]
fn an_idempotency_key_replays_the_response_to_the_key_that_sent_it_only() {
    let merchant = merchant();
    let full = Stored::new(&merchant, "secret", "live", &ALL);
    let keys_only = Stored::new(&merchant, "secret", "live", &KEYS);
    let create = |key: &Stored| {
        let authorization = format!("Bearer {}", key.text);
        let headers =
            [("authorization", authorization.as_str()), ("idempotency-key", "the same name")];
        let body = json!({"name": "A", "kind": "secret"}).to_string();
        http::call("POST", &format!("{}/api/keys/", worker()), &headers, body.as_bytes()).unwrap()
    };
    let (first, again, others) = (create(&full), create(&full), create(&keys_only));
    assert_eq!((first.status, &first.body), (201, &again.body));
    assert_eq!(others.status, 201, "{}", others.body);
    assert_ne!(others.json()["api_key"], first.json()["api_key"]);
    assert_eq!(others.json()["key"]["scopes"], json!(KEYS));
    // After its scopes were narrowed, a key no longer receives the text of a key with the old
    // scopes.
    let narrow = "UPDATE api_keys SET scopes = ?2 WHERE hash = ?1";
    sql(&worker(), narrow, &[&hash(&full.text), &json!(KEYS).to_string()]).unwrap();
    let narrowed = create(&full);
    assert_eq!(narrowed.status, 409, "{}", narrowed.body);
}

#[test]
fn a_test_key_sees_and_changes_test_things_only() {
    let merchant = merchant();
    let live = Stored::new(&merchant, "secret", "live", &ALL);
    let test = Stored::new(&merchant, "secret", "test", &ALL);
    let unreadable = json!({"sale": {"id": "no sale"}});
    for (key, mode) in [(&live, "live"), (&test, "test")] {
        let sale = json!({"sale": play_it_green_tests::sales::two_mugs("19")});
        assert_eq!(key.call("POST", "/api/orders/", &sale).status, 201);
        let storefront = Stored::new(&merchant, "publishable", mode, &STOREFRONT);
        storefront.call("POST", "/api/orders/", &unreadable);
    }
    let get = |key: &Stored, path: &str| key.call("GET", path, &Value::Null);
    for path in ["/api/orders", "/api/sales", "/api/quarantine"] {
        let ids = |key: &Stored| -> Vec<(String, bool)> {
            let list = get(key, &format!("{path}/")).json();
            let entry = |entry: &Value| {
                (entry["id"].as_str().unwrap().to_owned(), entry["test"].as_bool().unwrap())
            };
            list.as_array().unwrap().iter().map(entry).collect()
        };
        let all = ids(&live);
        let (tests, others): (Vec<_>, Vec<_>) = all.into_iter().partition(|(_, test)| *test);
        assert!(!tests.is_empty() && !others.is_empty(), "{path}");
        assert_eq!(ids(&test), tests, "{path}");
        assert_eq!(get(&test, &format!("{path}/{}", tests[0].0)).status, 200, "{path}");
        check_refused(&get(&test, &format!("{path}/{}", others[0].0)));
    }
    let table = get(&test, "/api/orders/?format=csv").body;
    let lines = get(&live, "/api/orders/?format=csv").body.lines().count();
    assert_eq!((table.lines().count(), lines), (2, 3), "{table}");
    check_refused(&get(&test, &format!("/api/shops/{}/webhook", merchant.shops[0].id)));
    check_refused(&get(&test, "/api/purchase_orders/"));
    for path in ["/api/campaigns/", "/api/shops/"] {
        assert_eq!(get(&test, path).status, 200, "{path}");
    }
}

/// Checks that the response names the test key as the reason of the rejection.
fn check_refused(answer: &Answer) {
    let message = answer.json()["message"].as_str().unwrap().to_owned();
    assert!(answer.status == 403 && message.contains("test key"), "{}", answer.body);
}
