//! Tests of the findings: each fault is found alone, with its fix.

use super::*;

fn healthy() -> Facts {
    let mut config = Config::parse(include_str!("../../../worker/wrangler.toml")).unwrap();
    config.set_database_id("11111111-2222-3333-4444-555555555555");
    config.set_variable("PUBLIC_URL", "https://trees.example.com");
    let migrations = vec!["0001_a.sql".to_owned(), "0002_b.sql".to_owned()];
    Facts {
        node: "v22.13.0".to_owned(),
        is_built: true,
        config: Some(config),
        is_signed_in: true,
        remote: Some(Remote {
            has_database: true,
            has_queue: true,
            secrets: vec![ENCRYPTION_KEYS.to_owned(), "STRIPE_SECRET_KEY".to_owned()],
            applied: migrations.clone(),
            unpriced: Vec::new(),
        }),
        migrations,
        url: Some("https://trees.example.com".to_owned()),
        health: Some(Health::Well { mail: Some("resend".to_owned()) }),
        serves_plugin: true,
        ..Facts::default()
    }
}

#[test]
fn a_healthy_deployment_has_no_fault_and_no_advice() {
    for finding in diagnose(&healthy()) {
        assert!(matches!(finding, Finding::Good(_)), "{}", finding.line());
    }
}

#[test]
fn the_counters_of_the_worker_stand_in_one_line_without_those_that_are_null() {
    let mut facts = healthy();
    let lines = |facts: &Facts| {
        let lines = diagnose(facts).iter().map(Finding::line).collect::<Vec<_>>();
        lines.into_iter().filter(|line| line.contains("Counters")).collect::<Vec<_>>()
    };
    assert!(lines(&facts).is_empty(), "an older Worker has no counters");
    let counters = r#"{"waiting_mails": 3, "orders": 12, "last_month_end_fault": null}"#;
    facts.counters = serde_json::from_str(counters).unwrap();
    assert_eq!(lines(&facts), ["ok      Counters: orders 12, waiting mails 3"]);
}

#[test]
fn each_fault_is_found_alone_and_has_a_fix() {
    type Change = fn(&mut Facts);
    let cases: [(&str, Change); 17] = [
        ("too old", |facts| facts.node = "v22.12.0".to_owned()),
        ("too old", |facts| facts.node = "v20.20.2".to_owned()),
        ("not built", |facts| facts.is_built = false),
        ("names no database", |facts| config(facts).set_database_id("")),
        ("a.js in wrangler.toml", |facts| facts.missing_files.push("a.js".to_owned())),
        ("lacks ratelimits", |facts| facts.missing_blocks.push("ratelimits".to_owned())),
        ("lacks a path", |facts| facts.missing_files.push(String::new())),
        ("ENVIRONMENT", |facts| config(facts).set_variable("ENVIRONMENT", "development")),
        ("does not exist in your account", |facts| remote(facts).has_database = false),
        ("queue play-it-green-month-ends does not", |facts| remote(facts).has_queue = false),
        ("not applied: 0002_b.sql", |facts| drop(remote(facts).applied.pop())),
        ("ENCRYPTION_KEYS", |facts| drop(remote(facts).secrets.remove(0))),
        ("price is set for EUR", |facts| remote(facts).unpriced.push("EUR".to_owned())),
        ("address of the Worker", |facts| facts.url = None),
        ("no tables", |facts| facts.health = Some(Health::Ill("no tables".to_owned()))),
        ("returns 404", |facts| facts.health = Some(Health::NoWorker(404))),
        ("loader.js", |facts| facts.serves_plugin = false),
    ];
    for (what, change) in cases {
        let mut facts = healthy();
        change(&mut facts);
        let found = diagnose(&facts);
        let faults: Vec<&Finding> = found.iter().filter(|finding| finding.is_fault()).collect();
        let [Finding::Fault { what: found, fix }] = faults.as_slice() else {
            panic!("{what}: {faults:?}")
        };
        assert!(found.contains(what) && !fix.is_empty(), "{what}: {found} {fix}");
    }
}

#[test]
fn a_folder_without_a_configuration_is_told_how_to_deploy() {
    let facts = Facts { config: None, ..healthy() };
    let advice = diagnose(&facts).pop().unwrap();
    assert!(advice.line().contains("play-it-green deploy") && !advice.is_fault());
    let broken = Facts { config_error: Some("line 3".to_owned()), ..facts };
    assert!(diagnose(&broken).pop().unwrap().is_fault());
}

#[test]
fn what_works_without_is_advice() {
    let mut facts = healthy();
    config(&mut facts).remove_queue();
    facts.health = Some(Health::Well { mail: Some("none".to_owned()) });
    remote(&mut facts).secrets.pop();
    let findings = diagnose(&facts);
    let advice = findings.iter().filter(|finding| matches!(finding, Finding::Advice(_))).count();
    assert_eq!((advice, findings.iter().any(Finding::is_fault)), (3, false));
}

fn config(facts: &mut Facts) -> &mut Config {
    facts.config.as_mut().unwrap()
}

fn remote(facts: &mut Facts) -> &mut Remote {
    facts.remote.as_mut().unwrap()
}
