//! Other programs, and this process.

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::prelude::{Closure, wasm_bindgen};
use wasm_bindgen::{JsCast, JsValue};

use super::object;
use crate::Failure;

#[wasm_bindgen(module = "node:child_process")]
extern "C" {
    #[wasm_bindgen(js_name = spawnSync)]
    fn spawn_sync(program: &str, arguments: Vec<String>, options: &Object) -> Ended;
    #[wasm_bindgen(catch)]
    fn spawn(
        program: &str,
        arguments: Vec<String>,
        options: &Object,
    ) -> Result<ChildProcess, JsValue>;

    type Ended;
    #[wasm_bindgen(method, getter)]
    fn status(this: &Ended) -> Option<i32>;
    #[wasm_bindgen(method, getter)]
    fn stdout(this: &Ended) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn stderr(this: &Ended) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn error(this: &Ended) -> JsValue;

    type ChildProcess;
    #[wasm_bindgen(method, getter, js_name = exitCode)]
    fn exit_code(this: &ChildProcess) -> Option<i32>;
    #[wasm_bindgen(method, getter, js_name = signalCode)]
    fn signal_code(this: &ChildProcess) -> Option<String>;
    #[wasm_bindgen(method)]
    fn kill(this: &ChildProcess, signal: &str) -> bool;
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = process, js_name = cwd)]
    fn process_cwd() -> String;
    #[wasm_bindgen(js_namespace = process, js_name = on)]
    fn process_on(event: &str, handler: &JsValue);
    #[wasm_bindgen(js_namespace = process, js_name = kill, catch)]
    fn process_kill(process: f64, signal: i32) -> Result<bool, JsValue>;
    #[wasm_bindgen(js_namespace = process, js_name = env, thread_local_v2)]
    static ENVIRONMENT: Object;
    #[wasm_bindgen(js_namespace = process, js_name = execPath, thread_local_v2)]
    static EXEC_PATH: String;
    #[wasm_bindgen(js_namespace = process, js_name = pid, thread_local_v2)]
    static PID: u32;
    #[wasm_bindgen(js_namespace = process, js_name = version, thread_local_v2)]
    static VERSION: String;
}

#[wasm_bindgen(module = "node:module")]
extern "C" {
    #[wasm_bindgen(js_name = createRequire)]
    fn create_require(from: &str) -> Require;

    type Require;
    #[wasm_bindgen(method, catch)]
    fn resolve(this: &Require, name: &str) -> Result<String, JsValue>;
}

/// Returns the path of the main file of an npm package, as the file `from` finds it.
pub(crate) fn resolve_package(from: &str, name: &str) -> Option<String> {
    create_require(from).resolve(name).ok()
}

/// Returns the current folder.
pub(crate) fn current_folder() -> String {
    process_cwd()
}

/// Returns an environment variable.
pub(crate) fn environment(name: &str) -> Option<String> {
    let value = ENVIRONMENT.with(|all| Reflect::get(all, &JsValue::from_str(name)).ok());
    value.and_then(|value| value.as_string()).filter(|value| !value.is_empty())
}

/// Returns the path of Node.js.
pub(crate) fn node() -> String {
    EXEC_PATH.with(Clone::clone)
}

/// Returns the version of Node.js: `v22.13.0`.
pub(crate) fn node_version() -> String {
    VERSION.with(Clone::clone)
}

/// Returns the id of this process.
pub(crate) fn id() -> u32 {
    PID.with(|id| *id)
}

/// Returns true if a process with this id runs.
pub(crate) fn is_running(id: u32) -> bool {
    process_kill(f64::from(id), 0).is_ok()
}

/// Calls the handler when this process receives a signal to end.
pub(crate) fn on_end(handler: impl Fn() + 'static) {
    let closure = Closure::<dyn Fn()>::new(handler).into_js_value();
    for signal in ["SIGINT", "SIGTERM", "SIGHUP"] {
        process_on(signal, &closure);
    }
}

/// A program to run, with its arguments and its folder.
pub(crate) struct Program {
    /// Its path.
    pub(crate) path: String,
    /// Its arguments.
    pub(crate) arguments: Vec<String>,
    /// The working folder.
    pub(crate) folder: String,
    /// Environment variables in addition to those of this process.
    pub(crate) environment: Vec<(&'static str, String)>,
}

/// The output of a program that ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Output {
    /// True if the exit code was 0.
    pub(crate) succeeded: bool,
    /// Its standard output.
    pub(crate) stdout: String,
    /// Its standard error.
    pub(crate) stderr: String,
}

/// Bytes of the longest output that is read, such as the rows of a large table.
const OUTPUT_BYTES_MAX: u32 = 256 * 1024 * 1024;

impl Program {
    fn options(&self, stdio: &JsValue) -> Object {
        let environment = Object::new();
        ENVIRONMENT.with(|all| Object::assign(&environment, all));
        for (name, value) in &self.environment {
            // A new object takes every property.
            let _ = Reflect::set(&environment, &JsValue::from_str(name), &JsValue::from_str(value));
        }
        object(&[
            ("cwd", JsValue::from_str(&self.folder)),
            ("encoding", JsValue::from_str("utf8")),
            ("env", environment.into()),
            ("maxBuffer", JsValue::from(OUTPUT_BYTES_MAX)),
            ("stdio", stdio.clone()),
        ])
    }

    /// Runs the program to its end and returns its output.
    pub(crate) fn output(self) -> Result<Output, Failure> {
        let stdio = Array::of3(
            &JsValue::from_str("ignore"),
            &JsValue::from_str("pipe"),
            &JsValue::from_str("pipe"),
        );
        let options = self.options(&stdio);
        let ended = spawn_sync(&self.path, self.arguments, &options);
        if ended.error().is_truthy() {
            return Err(Failure::thrown(&format!("Cannot start {}", self.path), &ended.error()));
        }
        Ok(Output {
            succeeded: ended.status() == Some(0),
            stdout: ended.stdout().unwrap_or_default(),
            stderr: ended.stderr().unwrap_or_default(),
        })
    }

    /// Starts the program. Both of its outputs are written to the open file `log`.
    pub(crate) fn start(self, log: i32) -> Result<Child, Failure> {
        let stdio =
            Array::of3(&JsValue::from_str("ignore"), &JsValue::from(log), &JsValue::from(log));
        let options = self.options(&stdio);
        spawn(&self.path, self.arguments, &options)
            .map(Child)
            .map_err(|error| Failure::thrown(&format!("Cannot start {}", self.path), &error))
    }
}

/// A program that was started.
pub(crate) struct Child(ChildProcess);

impl Child {
    /// Returns true if it has ended.
    pub(crate) fn has_ended(&self) -> bool {
        self.0.exit_code().is_some() || self.0.signal_code().is_some()
    }

    /// Sends it a signal to end.
    pub(crate) fn end(&self) {
        self.0.kill("SIGTERM");
    }
}

impl Clone for Child {
    fn clone(&self) -> Self {
        Self(AsRef::<JsValue>::as_ref(&self.0).clone().unchecked_into())
    }
}
