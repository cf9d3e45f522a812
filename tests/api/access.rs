//! Access rights: calls every operation that the Worker describes with every kind of key, on
//! resources of its own merchant, of another merchant, and on resources that do not exist.

mod calls;
mod keys;
mod operations;
mod world;

use play_it_green_tests::Failure;
use play_it_green_tests::database;
use play_it_green_tests::http::Answer;
use serde_json::{Value, json};

use self::calls::{CALLS, Call};
use self::operations::{Operation, operations};
use self::world::{Actor, Whose, World};
use crate::{number, worker};

/// The required result of a call.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Expected {
    Success,
    Unauthorized,
    Forbidden,
    NotFound,
}

/// Derives the result from the operation's declared security and the owner of the requested
/// resource.
fn expected(operation: &Operation, actor: Actor, whose: Whose) -> Expected {
    let is_open = operation.schemes.iter().any(String::is_empty);
    let takes_keys = operation.schemes.iter().any(|scheme| !scheme.is_empty());
    let has = |wanted: &str| operation.schemes.iter().any(|scheme| scheme == wanted);
    let is_the_operators = operation.scopes == ["payments:write"];
    let allowed = match actor {
        Actor::Nobody => is_open,
        // An operation that accepts keys rejects a revoked one, even if it requires no key.
        Actor::Revoked => is_open && !takes_keys,
        Actor::Publishable => is_open || has("publishable_key"),
        // A merchant's own key must not record the merchant's payment.
        Actor::Secret | Actor::Other => !is_the_operators,
        Actor::Test => !is_the_operators && !operation.is_live_only,
        Actor::Operator => is_open || operation.scopes.is_empty() || is_the_operators,
        Actor::Unscoped => is_open || operation.scopes.is_empty(),
    };
    match (allowed, actor) {
        (false, Actor::Nobody | Actor::Revoked) => Expected::Unauthorized,
        (false, _) => Expected::Forbidden,
        (true, Actor::Other) if whose == Whose::Foreign => Expected::Success,
        (true, Actor::Other) => Expected::NotFound,
        (true, _) if whose == Whose::Own => Expected::Success,
        (true, _) => Expected::NotFound,
    }
}

fn check_status(answer: &Answer, expected: Expected, what: &str) {
    let is_right = match expected {
        Expected::Success => (200..300).contains(&answer.status),
        Expected::Unauthorized => answer.status == 401,
        Expected::Forbidden => answer.status == 403,
        Expected::NotFound => answer.status == 404,
    };
    assert!(is_right, "{what} must be {expected:?}: {} {}", answer.status, answer.body);
}

/// Returns the resources to request: the actor's own only, if the path has no id.
fn targets(operation: &Operation, actor: Actor) -> Vec<Whose> {
    match (operation.has_id(), actor) {
        (true, _) => vec![Whose::Own, Whose::Foreign, Whose::Nobodys],
        (false, Actor::Other) => vec![Whose::Foreign],
        (false, _) => vec![Whose::Own],
    }
}

/// Returns a dump of the database without the security log, which records every rejected call.
fn dump(worker: &str) -> Result<String, Failure> {
    let dumped = database::dump(worker)?;
    let lines = dumped.lines().filter(|line| !line.starts_with("security_events: "));
    Ok(lines.collect::<Vec<_>>().join("\n"))
}

fn billable_orders() -> i64 {
    number("SELECT count(*) FROM orders WHERE purchase_order_id IS NOT NULL", &[])
}

/// Makes one call that must succeed. Any method but GET may change the fixture, so it gets a new
/// one.
fn check_success(world: &World, operation: &Operation, call: &Call, actor: Actor, whose: Whose) {
    let what = format!("{} by {actor:?} on {whose:?}", operation.id);
    let new = (operation.method != "GET").then(|| World::new(&operation.scopes));
    let world = new.as_ref().unwrap_or(world);
    let (before, billable) = (dump(&worker()).unwrap(), billable_orders());
    let answer = world.send(operation, call, actor, whose);
    check_status(&answer, Expected::Success, &what);
    if operation.method == "GET" {
        assert_eq!(dump(&worker()).unwrap(), before, "{what} reads and must change nothing");
    }
    if actor == Actor::Test {
        assert_eq!(billable_orders(), billable, "{what} must not order what is billed");
    }
}

/// Makes all calls that must be rejected, and checks that they change nothing.
fn check_refusals(world: &World, operation: &Operation, call: &Call, actor: Actor) {
    let before = dump(&worker()).unwrap();
    let mut refused: Vec<(Expected, Answer)> = Vec::new();
    for whose in targets(operation, actor) {
        let what = format!("{} by {actor:?} on {whose:?}", operation.id);
        let expected = expected(operation, actor, whose);
        if expected == Expected::Success {
            continue;
        }
        let answer = world.send(operation, call, actor, whose);
        check_status(&answer, expected, &what);
        assert_eq!(dump(&worker()).unwrap(), before, "{what} must change nothing");
        if let Some((_, other)) = refused.iter().find(|(other, _)| *other == expected) {
            assert_eq!(&answer, other, "{what} must look like what does not exist");
        }
        refused.push((expected, answer));
    }
}

#[test]
fn every_operation_has_a_call_that_is_checked() {
    let operations = operations();
    assert!(operations.len() > 20, "{operations:?}");
    let described: Vec<&str> = operations.iter().map(|operation| operation.id.as_str()).collect();
    let rows: Vec<&str> = CALLS.iter().map(|call| call.operation).collect();
    assert_eq!(rows, described, "calls.rs has to say how each operation is called, in this order");
    for (operation, call) in operations.iter().zip(CALLS) {
        assert_eq!(operation.has_id(), call.id.is_some(), "{}: has the path an id?", operation.id);
    }
}

/// Makes every call as one actor; each result must match the operation's description.
fn check(actor: Actor) {
    let shared = World::new(&[]);
    for (operation, call) in operations().iter().zip(CALLS) {
        // The operation determines which scopes the key must lack.
        let own = (actor == Actor::Unscoped).then(|| World::new(&operation.scopes));
        let world = own.as_ref().unwrap_or(&shared);
        check_refusals(world, operation, call, actor);
        for whose in targets(operation, actor) {
            if expected(operation, actor, whose) == Expected::Success {
                check_success(world, operation, call, actor, whose);
            }
        }
    }
}

#[test]
fn without_a_key_only_open_operations_succeed() {
    check(Actor::Nobody);
}

#[test]
fn a_publishable_key_is_accepted_by_its_operations_only() {
    check(Actor::Publishable);
}

#[test]
fn a_secret_key_is_accepted_on_its_own_merchant_only() {
    check(Actor::Secret);
}

#[test]
fn an_operators_key_is_accepted_by_the_operators_operations_only() {
    check(Actor::Operator);
}

#[test]
fn a_test_key_orders_nothing_that_is_billed() {
    check(Actor::Test);
}

#[test]
fn a_revoked_key_is_rejected() {
    check(Actor::Revoked);
}

#[test]
fn a_key_without_the_scope_of_an_operation_is_rejected() {
    check(Actor::Unscoped);
}

#[test]
fn another_merchants_key_gets_the_response_for_what_does_not_exist() {
    check(Actor::Other);
}

#[test]
fn another_merchants_id_in_a_query_or_a_body_looks_like_one_that_does_not_exist() {
    let world = World::new(&[]);
    let send = |method: &str, path: &str, body: &Value| {
        let before = dump(&worker()).unwrap();
        let answer = world.own.merchant.call(method, path, body).unwrap();
        assert_eq!(dump(&worker()).unwrap(), before, "{method} {path}");
        answer
    };
    for operation in operations().iter().filter(|operation| operation.takes("after")) {
        let call = CALLS.iter().find(|call| call.operation == operation.id).unwrap();
        let after = |whose| send("GET", &world.path_after(operation, call, whose), &Value::Null);
        let foreign = after(Whose::Foreign);
        assert_eq!((foreign.status, &foreign), (400, &after(Whose::Nobodys)), "{}", operation.id);
        assert_eq!(after(Whose::Own).status, 200, "{}", operation.id);
    }
    let shop = |whose| world.id(world::Kind::Shop, whose);
    let order_event = json!({"sale": play_it_green_tests::sales::two_mugs("another")});
    let key = |whose| json!({"name": "A", "kind": "publishable", "shop": shop(whose)});
    let in_query = |path: &str, whose| format!("{path}?shop={}", shop(whose));
    let (foreign, nobodys) = (Whose::Foreign, Whose::Nobodys);
    for (status, one, other) in [
        (
            404,
            send("POST", &in_query("/api/orders/", foreign), &order_event),
            send("POST", &in_query("/api/orders/", nobodys), &order_event),
        ),
        (
            200,
            send("GET", &in_query("/api/orders/", foreign), &Value::Null),
            send("GET", &in_query("/api/orders/", nobodys), &Value::Null),
        ),
        (422, send("POST", "/api/keys/", &key(foreign)), send("POST", "/api/keys/", &key(nobodys))),
    ] {
        assert_eq!((one.status, &one), (status, &other));
    }
}
