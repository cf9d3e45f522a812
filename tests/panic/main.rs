//! Tests that a panic affects only its own request: the Worker's entry class starts a new instance.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "in a test, a panic is the message")]

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use play_it_green_tests::http::{Answer, call};
use play_it_green_tests::node::node;

/// The Worker that panics; it stops when this is dropped.
struct Served {
    process: Child,
    url: String,
}

impl Served {
    fn start() -> Self {
        let mut process = node()
            .arg("tests/panic/serve.mjs")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let url = lines.next().expect("node prints the address").unwrap();
        Self { process, url }
    }

    fn get(&self, path: &str) -> Answer {
        call("GET", &format!("{}{path}", self.url), &[], b"").unwrap()
    }

    /// Returns the number of requests of the current instance, including this one.
    fn count(&self) -> String {
        let answer = self.get("/");
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

#[test]
fn the_request_after_a_panic_is_served_by_a_new_instance() {
    let served = Served::start();
    assert_eq!([served.count(), served.count()], ["1", "2"]);

    assert_eq!(served.get("/panic").status, 500);
    assert_eq!(served.count(), "1", "the instance that panicked serves nothing more");

    // Work after the response may panic too.
    assert_eq!(served.get("/panic-later").status, 200);
    assert_eq!([served.count(), served.count()], ["1", "2"]);

    // A cron event may panic too.
    assert_ne!(served.get("/cdn-cgi/local/scheduled?cron=*&time=0").status, 200);
    assert_eq!([served.count(), served.count()], ["1", "2"]);
}
