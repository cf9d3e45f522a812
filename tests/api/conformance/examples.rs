//! The heading that the outline left empty.

use play_it_green_tests::http;

use super::{Line, tests};
use crate::worker;

pub(super) const LINES: &[Line] = &[Line {
    says: "(nothing)",
    does: "`/docs` shows every call in curl, JavaScript, Python, PHP and Rust, with this Worker's \
        own address.",
    shown_by: tests![every_call_is_shown_in_five_languages],
}];

#[test]
fn every_call_is_shown_in_five_languages() {
    let get = |path: &str| http::call("GET", &format!("{}{path}", worker()), &[], b"").unwrap();
    let page = get("/docs").body;
    let description = get("/api/openapi.json").json();
    let paths = description["paths"].as_object().unwrap();
    let calls: usize = paths.values().map(|methods| methods.as_object().unwrap().len()).sum();
    assert!(calls > 20, "{calls}");
    for language in ["curl", "JavaScript", "Python", "PHP", "Rust"] {
        let shown = page.matches(&format!("data-language=\"{language}\"")).count();
        assert_eq!(shown, calls, "{language}");
    }
}
