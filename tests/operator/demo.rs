//! Tests of the demo that `play-it-green dev` runs.

use std::fs;
use std::net::TcpListener;

use play_it_green_tests::demo::{Demo, operator};
use play_it_green_tests::http::call;
use serde_json::json;

use crate::{empty_folder, run, word};

#[test]
fn trees_that_are_bought_by_name_are_on_the_page_like_any_other_order() {
    let demo = Demo::start(&empty_folder("demo-state")).unwrap();
    let authorization = format!("Bearer {}", demo.secret_key);
    let body = json!({"quantity": 3, "productCode": "PLAY1TREEAPI", "referenceNo": "gift-7"});
    let headers = [("authorization", authorization.as_str())];
    let url = format!("{}/api/buy_trees", demo.worker);
    let bought = call("POST", &url, &headers, body.to_string().as_bytes()).unwrap();
    assert!([200, 201].contains(&bought.status), "{}", bought.body);
    let page = call("GET", &format!("{}/", demo.url), &[], b"").unwrap();
    assert_eq!(page.status, 200, "{}", page.body);
    assert!(page.body.contains("gift-7"), "{}", page.body);
    let ended = call("POST", &format!("{}/month-end", demo.url), &[], b"").unwrap();
    assert_eq!(ended.status, 303, "{}", ended.body);
    let page = call("GET", &format!("{}/", demo.url), &[], b"").unwrap();
    assert!(page.body.contains("payment due"), "{}", page.body);
}

#[test]
fn a_port_that_is_taken_is_replaced_by_the_next_free_one() {
    let taken = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    let demo = Demo::start_at(&empty_folder("port-state"), port).unwrap();
    assert_ne!(demo.worker, format!("http://localhost:{port}"));
    let health = call("GET", &format!("{}/health", demo.worker), &[], b"").unwrap();
    assert_eq!(health.status, 200, "{}", health.body);
}

#[test]
fn the_database_is_used_while_its_worker_runs_and_afterwards() {
    let state = empty_folder("merchant-state");
    let demo = Demo::start(&state).unwrap();
    let merchant = |words: &[&str]| {
        run(operator().arg("merchant").args(words).args(["--persist-to", &word(&state)]))
    };
    let add = ["add", "Example Mugs", "--time-zone", "UTC", "--currency", "USD"];
    let added = merchant(&add).unwrap();
    assert!(added.contains(&format!("{}/sign-in/", demo.worker)), "{added}");
    let running = merchant(&["list"]).unwrap();
    assert_eq!(running.lines().count(), 2, "{running}");
    drop(demo);
    assert_eq!(merchant(&["list"]).unwrap(), running);
    let other = ["add", "Example Cups", "--time-zone", "UTC", "--currency", "ISK"];
    let error = merchant(&other).unwrap_err();
    assert!(error.contains("--tree-price"), "{error}");
    assert_eq!(merchant(&["list"]).unwrap(), running, "a failed command stores nothing");
}

#[test]
fn a_folder_with_other_files_is_left_as_it_is() {
    let folder = empty_folder("foreign-state");
    let dev = || {
        let place = word(&folder);
        run(operator().args(["dev", "--json", "--port", "0", "--persist-to", &place]))
    };
    for name in ["holiday.jpg", "v3/d1/restored.sqlite"] {
        let file = folder.join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, "irreplaceable").unwrap();
        let refused = dev().unwrap_err();
        assert!(refused.contains("did not write"), "{refused}");
        assert_eq!(fs::read_to_string(&file).unwrap(), "irreplaceable");
        fs::remove_file(&file).unwrap();
    }
    // The log of an earlier start makes no other file its own.
    fs::write(folder.join("worker.log"), "").unwrap();
    fs::write(folder.join("holiday.jpg"), "irreplaceable").unwrap();
    assert!(dev().unwrap_err().contains("did not write"));
    assert!(folder.join("holiday.jpg").exists());
}
