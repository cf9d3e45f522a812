//! The way in which the operator started the command, so that messages show commands that work when
//! copied.

use crate::node::process;

/// How the command was started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Invocation {
    /// In a checkout: `npm start`, `npm run merchant -- …`.
    Script,
    /// From the package: `npx play-it-green …`.
    Package,
}

/// The npm scripts of a checkout, in place of the package's commands.
const SCRIPTS: [(&str, &str); 8] = [
    ("play-it-green merchant", "npm run merchant --"),
    ("play-it-green deploy", "npm run deploy --"),
    ("play-it-green backup", "npm run operator -- backup"),
    ("play-it-green restore", "npm run operator -- restore"),
    ("play-it-green doctor", "npm run operator -- doctor"),
    ("play-it-green dev --", "npm start -- --"),
    ("play-it-green dev", "npm start"),
    ("play-it-green help", "npm run operator -- help"),
];

impl Invocation {
    /// Detects it from the environment, which npm sets.
    pub(crate) fn detect() -> Self {
        let is_script =
            process::environment("npm_lifecycle_event").is_some_and(|event| event != "npx");
        if is_script { Self::Script } else { Self::Package }
    }

    /// Writes the commands in a message as the operator types them.
    pub(crate) fn adapt(self, text: &str) -> String {
        match self {
            Self::Package => text.to_owned(),
            Self::Script => SCRIPTS
                .iter()
                .fold(text.to_owned(), |text, (command, script)| text.replace(command, script)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_in_a_message_is_one_that_can_be_typed() {
        let adapted = |text| Invocation::Script.adapt(text);
        assert_eq!(adapted("Create one with: play-it-green dev"), "Create one with: npm start");
        let with_option = adapted("play-it-green dev --port 8788");
        assert_eq!(with_option, "npm start -- --port 8788");
        let list = adapted("To list all: play-it-green merchant list");
        assert_eq!(list, "To list all: npm run merchant -- list");
        assert_eq!(Invocation::Package.adapt("play-it-green dev"), "play-it-green dev");
    }
}
