//! A wrangler.toml: reads the fields that the operator needs, and changes only those.

use toml_edit::{DocumentMut, Item, Table, value};

use crate::Failure;

/// A wrangler.toml.
#[derive(Clone, Debug)]
pub(crate) struct Config(DocumentMut);

/// The id in a configuration whose database is not created yet.
const NO_DATABASE: &str = "00000000-0000-0000-0000-000000000000";

/// The files that a configuration names, as seen from its folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Paths {
    /// The Worker's module.
    pub(crate) main: String,
    /// The folder of the migrations.
    pub(crate) migrations: String,
    /// The folder of the storefront's files.
    pub(crate) assets: String,
}

impl Config {
    /// Reads a configuration.
    pub(crate) fn parse(text: &str) -> Result<Self, Failure> {
        text.parse().map(Self).map_err(|error: toml_edit::TomlError| {
            Failure(format!("wrangler.toml cannot be read:\n\n{error}"))
        })
    }

    /// Returns the name of the Worker.
    pub(crate) fn name(&self) -> &str {
        self.0.get("name").and_then(Item::as_str).unwrap_or_default()
    }

    /// Returns the name of the database.
    pub(crate) fn database_name(&self) -> &str {
        self.database().and_then(|it| it.get("database_name")?.as_str()).unwrap_or_default()
    }

    /// Returns the id that a local Worker uses for the database.
    pub(crate) fn local_database_id(&self) -> &str {
        self.database().and_then(|it| it.get("database_id")?.as_str()).unwrap_or_default()
    }

    /// Returns the id of the deployed database; `None` if it is not created yet.
    pub(crate) fn database_id(&self) -> Option<&str> {
        Some(self.local_database_id()).filter(|id| !id.is_empty() && *id != NO_DATABASE)
    }

    /// Returns the queue that transports month ends; `None` if there is none.
    pub(crate) fn queue(&self) -> Option<&str> {
        let producers = self.0.get("queues")?.get("producers")?.as_array_of_tables()?;
        let producer = producers.iter().find(|it| text(it, "binding") == Some("MONTH_ENDS"));
        producer.and_then(|it| text(it, "queue"))
    }

    /// Returns true if a queue also has a consumer.
    pub(crate) fn consumes(&self, queue: &str) -> bool {
        let consumers = self.0.get("queues").and_then(|queues| queues.get("consumers"));
        let consumers = consumers.and_then(Item::as_array_of_tables);
        consumers.is_some_and(|all| all.iter().any(|it| text(it, "queue") == Some(queue)))
    }

    /// Returns the cron expressions.
    pub(crate) fn crons(&self) -> Vec<&str> {
        let crons = self.0.get("triggers").and_then(|triggers| triggers.get("crons"));
        let crons = crons.and_then(Item::as_array);
        crons.into_iter().flatten().filter_map(|cron| cron.as_str()).collect()
    }

    /// Returns a variable of the Worker.
    pub(crate) fn variable(&self, name: &str) -> Option<&str> {
        self.0.get("vars")?.get(name)?.as_str().filter(|value| !value.is_empty())
    }

    /// Returns true if a mail binding is set.
    pub(crate) fn sends_email(&self) -> bool {
        self.0.get("send_email").is_some()
    }

    /// Returns the files that it names.
    pub(crate) fn paths(&self) -> Paths {
        let of = |item: Option<&Item>| item.and_then(Item::as_str).unwrap_or_default().to_owned();
        Paths {
            main: of(self.0.get("main")),
            migrations: of(self.database().and_then(|it| it.get("migrations_dir"))),
            assets: of(self.0.get("assets").and_then(|assets| assets.get("directory"))),
        }
    }

    /// Returns the blocks and settings of a newer template that this configuration lacks. The queue
    /// is optional.
    pub(crate) fn lacks(&self, template: &Self) -> Vec<String> {
        let keys = template.0.iter().map(|(key, _)| key.to_owned());
        keys.filter(|key| key != "queues" && !self.0.contains_key(key)).collect()
    }

    /// Names the Worker, its database and its queue.
    pub(crate) fn set_name(&mut self, name: &str) {
        set(self.0.as_table_mut(), "name", name);
        if let Some(database) = self.database_mut() {
            set(database, "database_name", name);
        }
        let queue = format!("{name}-month-ends");
        for list in ["producers", "consumers"] {
            for entry in self.queues_mut(list) {
                set(entry, "queue", &queue);
            }
        }
    }

    /// Sets the files that it names.
    pub(crate) fn set_paths(&mut self, paths: &Paths) {
        set(self.0.as_table_mut(), "main", &paths.main);
        if let Some(database) = self.database_mut() {
            set(database, "migrations_dir", &paths.migrations);
        }
        if let Some(assets) = self.0.get_mut("assets").and_then(Item::as_table_mut) {
            set(assets, "directory", &paths.assets);
        }
    }

    /// Sets the id of the deployed database.
    pub(crate) fn set_database_id(&mut self, id: &str) {
        if let Some(database) = self.database_mut() {
            set(database, "database_id", id);
        }
    }

    /// Sets a variable of the Worker.
    pub(crate) fn set_variable(&mut self, name: &str, text: &str) {
        let vars = self.0.entry("vars").or_insert(Item::Table(Table::new()));
        if let Some(vars) = vars.as_table_mut() {
            set(vars, name, text);
        }
    }

    /// Removes the queue; the cron event then closes the months.
    pub(crate) fn remove_queue(&mut self) {
        self.0.remove("queues");
    }

    fn database(&self) -> Option<&Table> {
        let databases = self.0.get("d1_databases")?.as_array_of_tables()?;
        databases.iter().find(|it| text(it, "binding") == Some("DB"))
    }

    fn database_mut(&mut self) -> Option<&mut Table> {
        let databases = self.0.get_mut("d1_databases")?.as_array_of_tables_mut()?;
        databases.iter_mut().find(|it| text(it, "binding") == Some("DB"))
    }

    fn queues_mut(&mut self, list: &str) -> impl Iterator<Item = &mut Table> {
        let entries = self.0.get_mut("queues").and_then(|queues| queues.get_mut(list));
        let entries = entries.and_then(Item::as_array_of_tables_mut);
        entries.into_iter().flat_map(toml_edit::ArrayOfTables::iter_mut)
    }
}

impl std::fmt::Display for Config {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(formatter)
    }
}

fn text<'a>(table: &'a Table, key: &str) -> Option<&'a str> {
    table.get(key).and_then(Item::as_str)
}

/// Sets a text and preserves the comment on its line.
fn set(table: &mut Table, key: &str, text: &str) {
    let decor = table.get(key).and_then(Item::as_value).map(|value| value.decor().clone());
    let mut item = value(text);
    if let (Some(decor), Some(value)) = (decor, item.as_value_mut()) {
        *value.decor_mut() = decor;
    }
    table.insert(key, item);
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATE: &str = include_str!("../../worker/wrangler.toml");

    fn template() -> Config {
        Config::parse(TEMPLATE).unwrap()
    }

    #[test]
    fn the_template_has_everything_that_a_deployment_needs() {
        let config = template();
        assert_eq!((config.name(), config.database_name()), ("play-it-green", "play-it-green"));
        assert_eq!(config.database_id(), None);
        let queue = config.queue().unwrap();
        assert!(config.consumes(queue), "{queue}");
        assert_eq!(config.crons().len(), 1);
        assert_eq!(config.variable("ENVIRONMENT"), Some("production"));
        assert_eq!(config.variable("PUBLIC_URL"), None);
        assert!(!config.sends_email());
    }

    #[test]
    fn a_change_leaves_every_other_line_as_it_is() {
        let mut config = template();
        config.set_database_id("11111111-2222-3333-4444-555555555555");
        let changed = config.to_string();
        let differ: Vec<(&str, &str)> =
            TEMPLATE.lines().zip(changed.lines()).filter(|(old, new)| old != new).collect();
        let old = "database_id = \"00000000-0000-0000-0000-000000000000\"";
        let new = "database_id = \"11111111-2222-3333-4444-555555555555\"";
        assert_eq!(differ, [(old, new)]);
        assert_eq!(TEMPLATE.lines().count(), changed.lines().count());
    }

    #[test]
    fn every_value_that_is_set_is_read_again() {
        let mut config = template();
        let paths =
            Paths { main: "a.js".to_owned(), migrations: "b".to_owned(), assets: "c".to_owned() };
        config.set_name("green-2");
        config.set_paths(&paths);
        config.set_database_id("id");
        config.set_variable("PUBLIC_URL", "https://trees.example.com");
        let config = Config::parse(&config.to_string()).unwrap();
        assert_eq!((config.name(), config.database_name()), ("green-2", "green-2"));
        assert_eq!(
            (config.queue(), config.database_id()),
            (Some("green-2-month-ends"), Some("id"))
        );
        assert!(config.consumes("green-2-month-ends"));
        assert_eq!(config.variable("PUBLIC_URL"), Some("https://trees.example.com"));
        assert_eq!(config.paths(), paths);
    }

    #[test]
    fn a_removed_queue_leaves_the_rest() {
        let mut config = template();
        config.remove_queue();
        let config = Config::parse(&config.to_string()).unwrap();
        assert_eq!(config.queue(), None);
        assert_eq!(config.database_name(), "play-it-green");
    }

    #[test]
    fn a_block_that_a_newer_template_has_is_noticed() {
        let text = TEMPLATE.replace("[[ratelimits]]", "[[other]]");
        let mut older = Config::parse(&text).unwrap();
        older.remove_queue();
        assert_eq!(older.lacks(&template()), ["ratelimits"]);
        assert_eq!(template().lacks(&template()), [""; 0]);
    }

    #[test]
    fn a_file_that_is_no_toml_is_an_error() {
        let message = Config::parse("name = ").unwrap_err().to_string();
        assert!(message.starts_with("wrangler.toml cannot be read"), "{message}");
    }
}
