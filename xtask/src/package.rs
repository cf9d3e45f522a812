//! Builds the npm package for deployers: the Worker, the plugin's files, the migrations and the
//! operator's command line, in the folders of a checkout.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::build::{self, Modules, operator};
use crate::paths::{in_root, in_target};
use crate::process;
use crate::report::{say, step};

/// Returns the folder of the package's files.
pub(crate) fn folder() -> PathBuf {
    in_target("package/play-it-green")
}

/// Builds everything for production and packs it.
pub(crate) fn make() -> Result<()> {
    build::everything(Modules::All)?;
    step("Optimized the Worker", build::worker::optimize)?;
    step("Collected the files of the package", collect)?;
    // npm is installed with the machine's Node.js, not as a package.
    let mut pack = Command::new("npm");
    pack.current_dir(in_target("package")).args(["pack", "--silent", "./play-it-green"]);
    let file = process::read(&mut pack)?;
    say(&format!("The package: {}", in_target("package").join(file).display()));
    Ok(())
}

/// Collects the files in the package's folder.
pub(crate) fn collect() -> Result<()> {
    let to = folder();
    if to.exists() {
        fs::remove_dir_all(&to).context("Cannot remove the last package")?;
    }
    copy(&in_target("worker"), &to.join("worker/build"))?;
    copy(&in_root("worker/migrations"), &to.join("worker/migrations"))?;
    copy(&in_root("worker/wrangler.toml"), &to.join("worker/wrangler.toml"))?;
    copy(&in_root("plugin/dist"), &to.join("plugin/dist"))?;
    for file in ["play-it-green.cjs", "operator.js", "operator_bg.wasm"] {
        copy(&operator::folder().join(file), &to.join("bin").join(file))?;
    }
    copy(&in_root("LICENSE"), &to.join("LICENSE"))?;
    copy(&in_root("docs/deploy.md"), &to.join("README.md"))?;
    let tools = versions(&["node", "wrangler"])?;
    fs::write(to.join("package.json"), manifest(env!("CARGO_PKG_VERSION"), &tools))?;
    Ok(())
}

/// Copies a file, or a folder with everything in it.
fn copy(from: &Path, to: &Path) -> Result<()> {
    let failed = || format!("Cannot copy {}", from.display());
    if from.is_dir() {
        fs::create_dir_all(to).with_context(failed)?;
        for entry in fs::read_dir(from).with_context(failed)? {
            let entry = entry.with_context(failed)?;
            copy(&entry.path(), &to.join(entry.file_name()))?;
        }
        return Ok(());
    }
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).with_context(failed)?;
    }
    fs::copy(from, to).map(drop).with_context(failed)
}

/// Returns the npm package versions that are installed in this checkout: the tested ones.
fn versions(names: &[&'static str]) -> Result<Vec<(&'static str, String)>> {
    let of = |name: &str| -> Result<String> {
        let path = in_root("node_modules").join(name).join("package.json");
        let text = fs::read_to_string(&path).with_context(|| format!("Is {name} installed?"))?;
        let line = text.lines().find_map(|line| line.trim().strip_prefix("\"version\": \""));
        let version = line.and_then(|line| line.split('"').next());
        version.map(str::to_owned).with_context(|| format!("{name} has no version"))
    };
    names.iter().map(|name| Ok((*name, of(name)?))).collect()
}

/// Returns the package's manifest. Node.js is optional: it is used only if the machine's own is too
/// old.
fn manifest(version: &str, tools: &[(&str, String)]) -> String {
    let dependencies = |wanted: &dyn Fn(&str) -> bool| {
        let lines = tools.iter().filter(|(name, _)| wanted(name));
        lines
            .map(|(name, version)| format!("    \"{name}\": \"{version}\""))
            .collect::<Vec<_>>()
            .join(",\n")
    };
    format!(
        "{{
  \"name\": \"play-it-green\",
  \"version\": \"{version}\",
  \"description\": \"Play It Green on Cloudflare Workers: deploy it, try it on your machine, manage it\",
  \"license\": \"MIT\",
  \"type\": \"commonjs\",
  \"bin\": {{
    \"play-it-green\": \"bin/play-it-green.cjs\"
  }},
  \"files\": [\"bin\", \"plugin\", \"worker\"],
  \"dependencies\": {{
{}
  }},
  \"optionalDependencies\": {{
{}
  }}
}}
",
        dependencies(&|name| name != "node"),
        dependencies(&|name| name == "node")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manifest_pins_the_tools_that_were_tested() {
        let tools = [("node", "22.1.0".to_owned()), ("wrangler", "4.2.0".to_owned())];
        let manifest = manifest("1.2.3", &tools);
        assert!(manifest.contains("\"version\": \"1.2.3\""), "{manifest}");
        let (required, optional) = manifest.split_once("optionalDependencies").unwrap();
        assert!(required.contains("\"wrangler\": \"4.2.0\"") && !required.contains("\"node\""));
        assert!(optional.contains("\"node\": \"22.1.0\"") && !optional.contains("wrangler"));
    }
}
