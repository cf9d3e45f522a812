//! The seeds of a fuzz target: payloads that its adapter accepts, valid conditions.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::local_worker::repository;
use crate::{Failure, While};

/// Writes the seeds of a target into a folder, one per file, as JSON without spaces.
pub(super) fn write(target: &str, folder: &Path) -> Result<(), Failure> {
    let seeds = if target == "conditions" { conditions()? } else { payloads(target)? };
    if seeds.is_empty() {
        return Err(Failure(format!(
            "The fuzz target {target} has nothing to start from: put a payload {}.json into \
             shop-adapters/tests/payloads",
            target.replace('_', "-")
        )));
    }
    fs::create_dir_all(folder).when("The folder of the seeds cannot be made")?;
    for (index, seed) in seeds.iter().enumerate() {
        let file = folder.join(format!("{index}.json"));
        fs::write(&file, seed.to_string()).when(&file.display().to_string())?;
    }
    Ok(())
}

/// Returns the payloads whose file names start like the target's: `shopify-order.json` for
/// `shopify_order`, and all of Shopify's for `shopify_webhook`.
fn payloads(target: &str) -> Result<Vec<Value>, Failure> {
    let prefix = target.trim_end_matches("_webhook").replace('_', "-");
    let mut seeds = Vec::new();
    for folder in ["shop-adapters/tests/samples", "shop-adapters/tests/payloads"] {
        for path in files(&repository().join(folder))? {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            // A ping is no JSON.
            if name.starts_with(&prefix) && !name.contains("-ping") {
                seeds.push(read(&path)?);
            }
        }
    }
    Ok(seeds)
}

/// Returns the example of a sale, under the example of a campaign with each of the valid
/// conditions.
fn conditions() -> Result<Vec<Value>, Failure> {
    let examples = repository().join("order-events/examples");
    let sale = read(&examples.join("sale.json"))?;
    let campaign = read(&examples.join("campaign.json"))?;
    let accepted = read(&examples.join("accepted-conditions.json"))?;
    let seeds = accepted.as_array().into_iter().flatten().map(|example| {
        let mut changed = campaign.clone();
        if let Some((conditions, example)) =
            changed.get_mut("conditions").zip(example.get("conditions"))
        {
            conditions.clone_from(example);
        }
        json!({"sale": sale, "campaigns": [campaign, changed]})
    });
    Ok(seeds.collect())
}

/// Returns the files of a folder in alphabetical order, so that every run starts from the same
/// seeds.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).when(&folder.display().to_string())? {
        files.push(entry.when(&folder.display().to_string())?.path());
    }
    files.sort();
    Ok(files)
}

/// Returns JSON, or the body of a raw request, which is JSON.
fn read(path: &Path) -> Result<Value, Failure> {
    let name = path.display().to_string();
    let text = fs::read_to_string(path).when(&name)?;
    let body = text.split_once("\r\n\r\n").map_or(text.as_str(), |(_, body)| body);
    serde_json::from_str(body).when(&name)
}
