//! Tests of backups: written, and restored into an empty database.

use play_it_green_tests::demo::{Demo, operator};
use play_it_green_tests::http::call;
use play_it_green_tests::local_worker::sql;
use serde_json::{Value, json};

use crate::{empty_folder, run, word};

const PURCHASE_ORDERS: &str =
    "SELECT id, period, sequence, state, trees, total, digest FROM purchase_orders ORDER BY id";

/// Closes one month of a demo.
fn closed_month(demo: &Demo) {
    let authorization = format!("Bearer {}", demo.secret_key);
    let body = json!({"quantity": 2, "productCode": "PLAY1TREEAPI", "referenceNo": "gift-8"});
    let headers = [("authorization", authorization.as_str())];
    let url = format!("{}/api/buy_trees", demo.worker);
    let bought = call("POST", &url, &headers, body.to_string().as_bytes()).unwrap();
    assert!([200, 201].contains(&bought.status), "{}", bought.body);
    let ended = call("POST", &format!("{}/month-end", demo.url), &[], b"").unwrap();
    assert_eq!(ended.status, 303, "{}", ended.body);
}

#[test]
fn a_restored_month_has_the_digest_that_was_backed_up() {
    let folder = empty_folder("backup-state");
    let demo = Demo::start(&folder.join("first")).unwrap();
    closed_month(&demo);
    let before = sql(&demo.worker, PURCHASE_ORDERS, &[]).unwrap();
    let digest = before[0][6].as_str().unwrap();
    assert_eq!((digest.len(), &before[0][3]), (64, &json!("payment due")));
    let file = word(&folder.join("backup.sql"));
    let place = |name: &str| ["--persist-to".to_owned(), word(&folder.join(name))];
    run(operator().args(["backup", &file]).args(place("first"))).unwrap();
    let error = run(operator().args(["backup", &file]).args(place("first"))).unwrap_err();
    assert!(error.contains("exists"), "{error}");
    let error = run(operator().args(["restore", &file]).args(place("first"))).unwrap_err();
    assert!(error.contains("not empty"), "{error}");
    drop(demo);

    run(operator().args(["restore", &file]).args(place("second"))).unwrap();
    let database = folder.join("second/v3/d1/miniflare-D1DatabaseObject");
    assert!(database.exists());
    assert_eq!(rows_in(&folder.join("second")), before);
    let error = run(operator().args(["restore", &file]).args(place("second"))).unwrap_err();
    assert!(error.contains("not empty"), "{error}");
}

/// Returns the purchase orders of a database without a running Worker, from a second backup: its
/// statements insert the same values.
fn rows_in(state: &std::path::Path) -> Vec<Vec<Value>> {
    let script = "const { DatabaseSync } = require('node:sqlite');
        const folder = process.argv[1] + '/v3/d1/miniflare-D1DatabaseObject/';
        const name = require('node:fs').readdirSync(folder)
            .find((name) => name.endsWith('.sqlite') && name !== 'metadata.sqlite');
        const rows = new DatabaseSync(folder + name).prepare(process.argv[2]).all();
        console.log(JSON.stringify(rows.map(Object.values)));";
    let mut node = play_it_green_tests::node::node();
    let rows = run(node.args(["-e", script, &word(state), PURCHASE_ORDERS])).unwrap();
    serde_json::from_str(&rows).unwrap()
}
