//! The process of Node.js that runs the Wasm build and the plain JavaScript.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use serde_json::Value;

use crate::node::{evaluate_module, node};
use crate::{Failure, While};

/// It writes one line of JSON for each input line, and ends when this is dropped.
pub(super) struct NodeSide {
    process: Child,
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl NodeSide {
    pub(super) fn start(campaigns: &Path) -> Result<Self, Failure> {
        let mut process = node()
            .arg("tests/bench/rules.mjs")
            .args([&evaluate_module()?, campaigns])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .when("Node.js cannot be started")?;
        let questions = process.stdin.take();
        let answers = process.stdout.take().ok_or_else(|| Failure("No answers".to_owned()))?;
        Ok(Self { process, questions, answers: BufReader::new(answers) })
    }

    pub(super) fn ask(&mut self, question: &Value) -> Result<Value, Failure> {
        let questions =
            self.questions.as_mut().ok_or_else(|| Failure("No questions".to_owned()))?;
        writeln!(questions, "{question}").when("Node.js stopped, see above")?;
        let mut answer = String::new();
        self.answers.read_line(&mut answer).when("Node.js stopped, see above")?;
        serde_json::from_str(&answer).when("Node.js stopped, see above")
    }
}

impl Drop for NodeSide {
    fn drop(&mut self) {
        // It ends when its input is closed.
        self.questions = None;
        let _ = self.process.wait();
    }
}
