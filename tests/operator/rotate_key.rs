//! The encryption key is replaced, and sessions end, by the operator's commands.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use play_it_green_tests::browser::Browser;
use play_it_green_tests::demo::operator;
use play_it_green_tests::local_worker::{ENCRYPTION_KEY, LocalWorker, repository, sql};
use play_it_green_tests::merchant::Merchant;
use serde_json::{Value, json};

use crate::{empty_folder, run, word};

const NEW_KEY: &str = "7f20c9e1b54d8a36e0f9127bc83d6450a1e7d93c28bf064592ad71fe80c635b4";

/// A merchant with a purchase order, whose pay link is encrypted.
fn merchant_at(worker: &str) -> Merchant {
    let merchant = Merchant::add(worker, "Example Mugs", "UTC", "USD").unwrap();
    let trees = json!({"quantity": 1, "productCode": "PLAY1TREEAPI", "referenceNo": "gift-8"});
    let bought = merchant.call("POST", "/api/buy_trees", &trees).unwrap();
    assert_eq!(bought.status, 200, "{}", bought.body);
    merchant
}

fn pay_link(merchant: &Merchant) -> Value {
    let open = merchant.call("GET", "/api/purchase_orders/open", &Value::Null).unwrap();
    open.json()["pay_link"].clone()
}

#[test]
fn every_value_is_encrypted_with_the_first_key_of_the_list() {
    let folder = empty_folder("rotate-local-state");
    let worker = LocalWorker::start(&folder, 0).unwrap();
    let merchant = merchant_at(&worker.url);
    let link = pay_link(&merchant);
    assert!(link.is_string(), "{link}");
    drop(worker);

    let both = format!("{NEW_KEY},{ENCRYPTION_KEY}");
    let worker = LocalWorker::restart_with_keys(&folder, 0, &both).unwrap();
    let mut rotate = operator();
    rotate.args(["rotate-key", "--persist-to", &word(&folder)]);
    let printed = run(&mut rotate).unwrap();
    assert!(printed.starts_with("1 value was encrypted with the key"), "{printed}");
    let printed = run(&mut rotate).unwrap();
    assert!(printed.starts_with("0 values"), "{printed}");
    drop(worker);

    let worker = LocalWorker::restart_with_keys(&folder, 0, NEW_KEY).unwrap();
    assert_eq!(pay_link(&merchant.at(&worker.url)), link);
}

/// The operator's command line in the folder of a deployment, whose Worker is a local one.
fn deployer(folder: &Path, worker: &str, words: &[&str]) -> Command {
    let mut command = operator();
    command
        .current_dir(folder)
        .env("PLAY_IT_GREEN_WRANGLER", repository().join("tests/operator/wrangler.mjs"))
        .env("ACCOUNT", folder.join("account.json"))
        .env("EXPLORED", worker)
        .args(words)
        .args(["--remote", "--url", worker]);
    command
}

fn uploads(folder: &Path) -> usize {
    let account = fs::read_to_string(folder.join("account.json")).unwrap_or_default();
    account.matches("secret bulk").count()
}

/// The list of keys in the file of the deployer.
fn stored_keys(folder: &Path) -> String {
    let text = fs::read_to_string(folder.join("play-it-green.secrets")).unwrap();
    text.lines().find_map(|line| line.strip_prefix("ENCRYPTION_KEYS=")).unwrap().to_owned()
}

#[test]
fn a_deployment_gets_the_new_key_first_and_loses_the_old_one_last() {
    let folder = empty_folder("rotate-remote-state");
    let state = folder.join("state");
    let worker = LocalWorker::start(&state, 0).unwrap();
    let merchant = merchant_at(&worker.url);
    let (url, link) = (worker.url.clone(), pay_link(&merchant));
    let port: u16 = url.rsplit(':').next().unwrap().parse().unwrap();
    fs::copy(repository().join("worker/wrangler.toml"), folder.join("wrangler.toml")).unwrap();
    let missing = run(&mut deployer(&folder, &url, &["rotate-key"])).unwrap_err();
    assert!(missing.contains("play-it-green.secrets"), "{missing}");
    let secrets = format!("ENCRYPTION_KEYS={ENCRYPTION_KEY}\n");
    fs::write(folder.join("play-it-green.secrets"), secrets).unwrap();

    // Cloudflare starts the Worker with the list that was uploaded.
    let mut rotate = deployer(&folder, &url, &["rotate-key"]);
    let rotate = rotate.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let started = Instant::now();
    while uploads(&folder) == 0 && started.elapsed() < Duration::from_mins(1) {
        thread::sleep(Duration::from_millis(50));
    }
    let both = stored_keys(&folder);
    assert_eq!(both.split(',').nth(1), Some(ENCRYPTION_KEY), "the new key is first");
    let early = run(&mut deployer(&folder, &url, &["rotate-key", "--remove-old"])).unwrap_err();
    assert!(early.contains("Nothing was removed"), "{early}");
    assert_eq!(stored_keys(&folder), both);
    drop(worker);
    let worker = LocalWorker::restart_with_keys(&state, port, &both).unwrap();
    let output = rotate.wait_with_output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(printed.contains("1 value was encrypted"), "{printed}");
    assert!(printed.contains("--remove-old"), "{printed}");
    let new = both.split(',').next().unwrap();
    assert!(!printed.contains(new) && !printed.contains(ENCRYPTION_KEY), "no key is printed");

    let again = run(&mut deployer(&folder, &url, &["rotate-key"])).unwrap();
    assert!(again.contains("No new key is created"), "{again}");
    assert_eq!(stored_keys(&folder), both);
    run(&mut deployer(&folder, &url, &["rotate-key", "--remove-old"])).unwrap();
    assert_eq!((stored_keys(&folder).as_str(), uploads(&folder)), (new, 3));
    let text = fs::read_to_string(folder.join("play-it-green.secrets")).unwrap();
    assert!(text.contains(ENCRYPTION_KEY), "a backup from before needs it");
    drop(worker);

    let worker = LocalWorker::restart_with_keys(&state, port, new).unwrap();
    assert_eq!(pay_link(&merchant.at(&worker.url)), link);
}

#[test]
fn the_operator_ends_every_session_of_a_merchant_and_voids_its_links() {
    let folder = empty_folder("end-sessions-state");
    let worker = LocalWorker::start(&folder, 0).unwrap();
    let merchant = Merchant::add(&worker.url, "Example Mugs", "UTC", "USD").unwrap();
    let other = Merchant::add(&worker.url, "Example Cups", "UTC", "USD").unwrap();
    let (browser, others) = (merchant.signed_in().unwrap(), other.signed_in().unwrap());
    let unused = merchant.sign_in_link().unwrap();
    // A request that waits to be handled.
    let wait = "INSERT INTO sign_in_requests
            (id, email_hash, email_encrypted, caller_hash, browser_hash, code_hash, created_at)
        SELECT 'ask_' || id, id, '', '', '', '', unixepoch() * 1000 FROM merchants";
    for statement in ["UPDATE merchants SET email_hash = id", wait] {
        sql(&worker.url, statement, &[]).unwrap();
    }
    let end = |id: &str| {
        run(operator().args(["merchant", "end-sessions", id, "--persist-to", &word(&folder)]))
    };
    assert!(end("mer_none").unwrap_err().contains("no merchant"));
    assert!(end(&merchant.id).unwrap().contains("has ended"));
    assert_eq!(browser.open("/settings/security").unwrap().status, 401);
    assert_eq!(others.open("/settings/security").unwrap().status, 200);
    let mut stranger = Browser::new(&worker.url).unwrap();
    assert_eq!(stranger.send(&unused, "").unwrap().status, 404);
    let voided = "SELECT email_hash FROM sign_in_requests WHERE voided_at IS NOT NULL";
    assert_eq!(sql(&worker.url, voided, &[]).unwrap(), [[json!(merchant.id)]]);
    let ended =
        "SELECT count(*) FROM security_events WHERE merchant_id = ?1 AND kind = 'signed out'";
    assert_eq!(sql(&worker.url, ended, &[&merchant.id]).unwrap(), [[json!(1)]]);
}
