//! Writes `docs/configuration.md`, and holds it and `wrangler.toml` to the code.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs;

use toml_edit::{DocumentMut, Item, Table};

use super::bindings::{
    ASSETS, Bindings, DATABASE, DELIVERIES, EMAIL, QUEUE, REQUESTS, STOREFRONT_REQUESTS,
};
use super::{Config, QUERIES_MAX};

/// One variable or secret: its name, where it is written, what it means, and the default.
type Variable = (&'static str, Place, String, &'static str);

/// The place of a value.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// `[vars]` of `wrangler.toml`.
    Variable,
    /// `npx wrangler secret put NAME`.
    Secret,
}

fn variables() -> Vec<Variable> {
    let variable =
        |name, meaning: &str, default| (name, Place::Variable, meaning.to_owned(), default);
    let secret = |name, meaning: &str, default| (name, Place::Secret, meaning.to_owned(), default);
    vec![
        variable(
            "ENVIRONMENT",
            "`production` or `development`. In development, the Worker serves its own machine only.",
            "`production`",
        ),
        secret(
            "ENCRYPTION_KEYS",
            "Keys of 64 hexadecimal digits, separated by commas. The first encrypts, all decrypt. \
             See [Encryption keys](deploy.md#encryption-keys).",
            "required",
        ),
        variable(
            "PUBLIC_URL",
            "The address of the Worker, without a path: `https://trees.example.com`.",
            "required for mail",
        ),
        variable(
            "SIGN_UP",
            "`open`: anyone can create an account at `/sign-up`.",
            "only the operator adds merchants",
        ),
        variable(
            "PAYMENTS",
            "`stripe`, `manual`, or in development `sandbox`. See [Payments](payments.md).",
            "`stripe` with `STRIPE_SECRET_KEY`, or else `manual`; `sandbox` in development",
        ),
        variable("PAYMENT_INSTRUCTIONS", "A text for payers: how to pay without a card.", "none"),
        secret("STRIPE_SECRET_KEY", "Stripe's secret or restricted key.", "no cards"),
        secret(
            "STRIPE_WEBHOOK_SECRET",
            "The signing secrets of Stripe's webhooks, separated by commas.",
            "webhooks of Stripe are rejected",
        ),
        variable(
            "STRIPE_API_BASE",
            "Another address of Stripe's API, on this machine and in development only.",
            "`https://api.stripe.com`",
        ),
        variable(
            "MAIL",
            "`cloudflare`, `resend`, `none`, or in development `mailbox`. See [Mail](mail.md).",
            "`resend` with `RESEND_API_KEY`, `cloudflare` with the binding `EMAIL`, or else `none`; \
             `mailbox` in development",
        ),
        variable(
            "MAIL_FROM",
            "The sender: `Play It Green <trees@example.com>`.",
            "required for mail",
        ),
        variable("MAIL_REPLY_TO", "The address for replies.", "the sender"),
        secret("RESEND_API_KEY", "Resend's API key.", "none"),
        variable(
            "RESEND_API_BASE",
            "Another address of Resend's API, on this machine and in development only.",
            "`https://api.resend.com`",
        ),
        (
            "D1_QUERIES_MAX",
            Place::Variable,
            format!(
                "The statements that D1 allows in an invocation on your plan, from {QUERIES_MAX}. A \
                 larger number lets a cron event without a queue do more."
            ),
            "`50`",
        ),
    ]
}

/// The name of a binding, its table in `wrangler.toml`, what it is for, and what is lost without it.
const BINDINGS: [(&str, &str, &str, &str); 7] = [
    (DATABASE, "d1_databases", "The database.", "Required."),
    (
        ASSETS,
        "assets",
        "The storefront's files, the style sheet and the description of the API.",
        "Required.",
    ),
    (
        QUEUE,
        "queues.producers",
        "Carries the merchants whose month has ended.",
        "The cron event ends the months, a few at a time.",
    ),
    (EMAIL, "send_email", "Sends mail by Cloudflare.", "See `MAIL`."),
    (
        REQUESTS,
        "ratelimits",
        "Limits the requests of one address, and those with one secret key.",
        "No limit.",
    ),
    (
        STOREFRONT_REQUESTS,
        "ratelimits",
        "Limits the requests of one address with one publishable key.",
        "No limit.",
    ),
    (DELIVERIES, "ratelimits", "Limits the signed deliveries of one address.", "No limit."),
];

fn page() -> String {
    let mut lines = vec![
        "# Configuration\n".to_owned(),
        "<!-- Written by a test from worker/src/platform/config.rs:".to_owned(),
        "UPDATE_CONFIGURATION=1 cargo nextest run -p play-it-green-worker configuration -->\n"
            .to_owned(),
        "The Worker reads these names once. An empty value counts as missing. A value that cannot be \
         used stops only the requests that need it: they respond with 500, and the Worker's log and \
         `play-it-green doctor` say what to set.\n"
            .to_owned(),
        "## Variables and secrets\n".to_owned(),
        "A variable stands under `[vars]` of `wrangler.toml`. Set a secret with \
         `npx wrangler secret put NAME`.\n"
            .to_owned(),
        "| name | kind | meaning | default |\n|---|---|---|---|".to_owned(),
    ];
    lines.extend(variables().into_iter().map(|(name, place, meaning, default)| {
        let kind = match place {
            Place::Variable => "variable",
            Place::Secret => "secret",
        };
        format!("| `{name}` | {kind} | {meaning} | {default} |")
    }));
    lines.push("\n## Bindings\n".to_owned());
    lines
        .push("| name | in `wrangler.toml` | purpose | without it |\n|---|---|---|---|".to_owned());
    lines.extend(BINDINGS.map(|(name, table, purpose, without)| {
        format!("| `{name}` | `{table}` | {purpose} | {without} |")
    }));
    lines.join("\n") + "\n"
}

#[test]
fn the_page_of_the_configuration_is_the_one_that_is_written() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/configuration.md");
    if std::env::var_os("UPDATE_CONFIGURATION").is_some() {
        fs::write(file, page()).unwrap();
    }
    assert!(
        fs::read_to_string(file).is_ok_and(|written| written == page()),
        "docs/configuration.md is out of date. Run \
         UPDATE_CONFIGURATION=1 cargo nextest run -p play-it-green-worker configuration"
    );
}

#[test]
fn the_code_reads_each_documented_variable_once_and_no_other() {
    let read = RefCell::new(Vec::new());
    let text = |name| {
        read.borrow_mut().push(name);
        None
    };
    Config::read(text, Bindings::default());
    let mut read = read.into_inner();
    read.sort_unstable();
    let mut documented: Vec<&str> = variables().iter().map(|(name, ..)| *name).collect();
    documented.sort_unstable();
    assert_eq!(read, documented);
}

#[test]
fn the_configuration_prints_no_secret() {
    let secrets: Vec<&str> = variables()
        .iter()
        .filter(|(_, place, ..)| *place == Place::Secret)
        .map(|(name, ..)| *name)
        .collect();
    assert_eq!(secrets.len(), 4);
    let value = |name: &str| match name {
        "ENCRYPTION_KEYS" => {
            "5b1f9c0e7a3d48621c94e8f7b2d05a6394c7d1e8f30b5a2679e6c4831d0fab52".to_owned()
        }
        "STRIPE_SECRET_KEY" => "sk_test_hidden-STRIPE_SECRET_KEY".to_owned(),
        "MAIL_FROM" => "trees@example.com".to_owned(),
        "PUBLIC_URL" => "https://trees.example.com".to_owned(),
        name if secrets.contains(&name) => format!("hidden-{name}"),
        _ => String::new(),
    };
    let config = Config::read(|name| Some(value(name)), Bindings::default());
    let printed = format!("{config:?}");
    assert!(config.payments.is_ok() && config.mail.is_ok() && config.keys.is_ok(), "{printed}");
    assert!(!printed.contains("hidden") && !printed.contains("5b1f9c0e"), "{printed}");
    assert!(printed.contains("https://trees.example.com"), "{printed}");
}

#[test]
fn a_plan_allows_at_least_what_the_smallest_plan_allows() {
    let read = |text: &'static str| {
        let value = |name| (name == "D1_QUERIES_MAX").then(|| text.to_owned());
        Config::read(value, Bindings::default()).queries_max
    };
    assert_eq!((read(""), read("1000")), (Ok(QUERIES_MAX), Ok(1000)));
    for text in ["49", "-1", "many"] {
        assert!(read(text).unwrap_err().contains("D1_QUERIES_MAX"), "{text}");
    }
    let development = |name: &str| match name {
        "ENVIRONMENT" => Some("development".to_owned()),
        "D1_QUERIES_MAX" => Some("24".to_owned()),
        _ => None,
    };
    assert_eq!(Config::read(development, Bindings::default()).queries_max, Ok(24));
}

/// The names in a `wrangler.toml`: variables, and bindings with their tables.
fn names_in(configuration: &str) -> (BTreeSet<String>, BTreeSet<(String, String)>) {
    let document: DocumentMut = configuration.parse().unwrap();
    let variables = document["vars"].as_table().unwrap();
    let variables = variables.iter().map(|(name, _)| name.to_owned()).collect();
    let mut bindings = BTreeSet::new();
    let mut tables: Vec<(String, &Item)> =
        document.iter().map(|(name, item)| (name.to_owned(), item)).collect();
    tables.push(("queues.producers".to_owned(), &document["queues"]["producers"]));
    for (table, item) in tables {
        let rows: Vec<&Table> = match item {
            Item::Table(row) => vec![row],
            Item::ArrayOfTables(rows) => rows.iter().collect(),
            Item::None | Item::Value(_) => Vec::new(),
        };
        for row in rows {
            if let Some(name) = row.get("binding").or(row.get("name")).and_then(Item::as_str) {
                bindings.insert((table.clone(), name.to_owned()));
            }
        }
    }
    (variables, bindings)
}

#[test]
fn the_configuration_of_a_deployment_names_what_the_code_reads() {
    let (written, bound) = names_in(include_str!("../../../wrangler.toml"));
    for name in &written {
        let known = variables().into_iter().find(|(known, ..)| known == name);
        assert!(known.is_some_and(|(_, place, ..)| place == Place::Variable), "{name}");
    }
    let documented = BINDINGS.iter().filter(|(name, ..)| *name != EMAIL);
    let documented: BTreeSet<(String, String)> =
        documented.map(|(name, table, ..)| ((*table).to_owned(), (*name).to_owned())).collect();
    assert_eq!(bound, documented);
}
