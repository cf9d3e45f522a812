//! The files that are installed with this command, in a checkout or an npm package.

use crate::Failure;
use crate::config::Config;
use crate::node::process::Program;
use crate::node::{files, process};

/// The files of a checkout or a package.
#[derive(Clone, Debug)]
pub(crate) struct Installation {
    /// The folder that holds `worker/` and `plugin/`.
    pub(crate) home: String,
}

/// The deployed configuration, which is also the template of a new one.
const CONFIG: &str = "worker/wrangler.toml";

impl Installation {
    /// Finds the files in one of the folders above the command.
    pub(crate) fn find(command_folder: &str) -> Result<Self, Failure> {
        let mut folder = command_folder.replace('\\', "/");
        loop {
            if files::exists(&format!("{folder}/{CONFIG}")) {
                return Ok(Self { home: folder });
            }
            match folder.rsplit_once('/') {
                Some((parent, _)) => folder = parent.to_owned(),
                None => break,
            }
        }
        Err(Failure(format!("{CONFIG} is missing. Install the package again: npm install")))
    }

    /// Returns the path of a file.
    pub(crate) fn path(&self, file: &str) -> String {
        format!("{}/{file}", self.home)
    }

    /// Returns the path of the installed configuration.
    pub(crate) fn config_path(&self) -> String {
        self.path(CONFIG)
    }

    /// Returns the installed configuration.
    pub(crate) fn config(&self) -> Result<Config, Failure> {
        Config::parse(&files::read_text(&self.config_path())?)
    }

    /// Returns true if it is a checkout.
    pub(crate) fn is_checkout(&self) -> bool {
        files::exists(&self.path("Cargo.toml"))
    }

    /// Returns the folder of the local database: the demo's, unless another is named.
    pub(crate) fn state(&self, folder: Option<&str>) -> String {
        match folder {
            Some(folder) => files::absolute(folder),
            None if self.is_checkout() => self.path("target/demo-state"),
            None => files::absolute(".play-it-green"),
        }
    }

    /// Returns the names of the migrations, in order.
    pub(crate) fn migrations(&self) -> Result<Vec<String>, Failure> {
        files::files_in(&self.path("worker/migrations"))
    }

    /// Checks that the Worker is built.
    pub(crate) fn check_built(&self) -> Result<(), Failure> {
        if files::exists(&self.path("worker/build/index.js")) {
            return Ok(());
        }
        Err(Failure("The Worker is not built. Run: npm run build".to_owned()))
    }

    /// Returns wrangler with these arguments, run in a folder.
    pub(crate) fn wrangler(
        &self,
        folder: &str,
        arguments: impl IntoIterator<Item = impl Into<String>>,
    ) -> Result<Program, Failure> {
        let script = match process::environment("PLAY_IT_GREEN_WRANGLER") {
            Some(script) => script,
            None => self.wrangler_script()?,
        };
        let arguments = arguments.into_iter().map(Into::into);
        Ok(Program {
            path: process::node(),
            arguments: std::iter::once(script).chain(arguments).collect(),
            folder: folder.to_owned(),
            environment: vec![
                ("CI", "1".to_owned()),
                ("WRANGLER_SEND_METRICS", "false".to_owned()),
                // Its local record of every request would contain the addresses of pay links.
                ("X_LOCAL_OBSERVABILITY", "false".to_owned()),
            ],
        })
    }

    fn wrangler_script(&self) -> Result<String, Failure> {
        let main = process::resolve_package(&self.path("package.json"), "wrangler");
        let main = main.map(|path| path.replace('\\', "/"));
        let folder = main.as_deref().and_then(|main| main.split_once("/wrangler-dist/"));
        folder
            .map(|(folder, _)| format!("{folder}/bin/wrangler.js"))
            .ok_or_else(|| Failure("wrangler is missing. Run: npm install".to_owned()))
    }
}
