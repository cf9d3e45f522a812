//! A deployment: a wrangler.toml of the deployer's, and wrangler run on it.

use crate::Failure;
use crate::config::Config;
use crate::installation::Installation;
use crate::node::process::Program;
use crate::node::{files, process};

/// A deployment.
#[derive(Clone)]
pub(crate) struct Deployment {
    installation: Installation,
    /// The path of its wrangler.toml.
    pub(crate) path: String,
    /// The contents of that file.
    pub(crate) config: Config,
}

impl Deployment {
    /// Returns the path of the wrangler.toml: the named one, or that of the current folder.
    pub(crate) fn path(config: Option<&str>) -> String {
        files::absolute(config.unwrap_or("wrangler.toml"))
    }

    /// Finds the deployment of a wrangler.toml.
    pub(crate) fn find(installation: &Installation, config: Option<&str>) -> Result<Self, Failure> {
        let path = Self::path(config);
        if !files::exists(&path) {
            let folder = process::current_folder();
            return Err(Failure(format!(
                "There is no wrangler.toml in {folder}. Change to the folder that you deployed \
                 from, or deploy first: play-it-green deploy"
            )));
        }
        let config = Config::parse(&files::read_text(&path)?)?;
        Ok(Self { installation: installation.clone(), path, config })
    }

    /// Returns a deployment that is about to be created.
    pub(crate) fn new(installation: &Installation, path: String, config: Config) -> Self {
        Self { installation: installation.clone(), path, config }
    }

    /// Returns the folder of the wrangler.toml.
    pub(crate) fn folder(&self) -> &str {
        folder_of(&self.path)
    }

    /// Returns the address of the Worker.
    pub(crate) fn url(&self) -> Option<String> {
        self.config.variable("PUBLIC_URL").map(str::to_owned)
    }

    /// Returns the same deployment with another configuration, in a temporary file. The deployer's
    /// own file is written only after the deployer agrees.
    pub(crate) fn with_config(&self, config: Config) -> Result<Self, Failure> {
        let path = format!("{}/wrangler.toml", files::create_temporary_folder()?);
        files::write(&path, &config.to_string())?;
        Ok(Self::new(&self.installation, path, config))
    }

    /// Returns wrangler with these arguments, without a configuration.
    pub(crate) fn wrangler_without_config(&self, arguments: &[&str]) -> Result<Program, Failure> {
        self.installation.wrangler(self.folder(), arguments.iter().copied())
    }

    /// Returns wrangler with these arguments and this configuration.
    pub(crate) fn wrangler(&self, arguments: &[&str]) -> Result<Program, Failure> {
        let config = ["--config", self.path.as_str()];
        let arguments = arguments.iter().chain(&config).map(|&word| word.to_owned());
        self.installation.wrangler(self.folder(), arguments)
    }
}

/// Returns the folder of a file.
pub(crate) fn folder_of(path: &str) -> &str {
    path.rsplit_once(['/', '\\']).map_or(".", |(folder, _)| folder)
}
