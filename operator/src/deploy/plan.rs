//! The steps from the state of the deployer's account to a deployment that works.

use crate::arguments::NewMerchant;

/// The state that the deployment needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// The name of the Worker.
    pub(crate) name: String,
    /// The name of the database.
    pub(crate) database: String,
    /// The id of the database in wrangler.toml; `None` if it holds none yet.
    pub(crate) database_id: Option<String>,
    /// The name of the queue; `None` if the deployer has none.
    pub(crate) queue: Option<String>,
    /// The names of the migrations, in order.
    pub(crate) migrations: Vec<String>,
    /// True if wrangler.toml must be written or changed.
    pub(crate) config_differs: bool,
    /// True if wrangler.toml holds the address of the Worker.
    pub(crate) has_url: bool,
    /// The fingerprint of the files and the configuration.
    pub(crate) fingerprint: String,
    /// The first merchant.
    pub(crate) merchant: Option<NewMerchant>,
}

/// A database of the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AccountDatabase {
    /// Its name.
    pub(crate) name: String,
    /// Its id.
    pub(crate) id: String,
}

/// The state of the account. The default is an account with nothing in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Account {
    /// Its databases.
    pub(crate) databases: Vec<AccountDatabase>,
    /// True if the queue exists.
    pub(crate) has_queue: bool,
    /// The names of the Worker's secrets.
    pub(crate) secrets: Vec<String>,
    /// The names of the migrations that were applied.
    pub(crate) applied: Vec<String>,
    /// The fingerprint that was deployed last.
    pub(crate) fingerprint: Option<String>,
    /// The number of merchants.
    pub(crate) merchants: i64,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Write wrangler.toml.
    WriteConfig,
    /// Create the database.
    CreateDatabase(String),
    /// Use a database of the account that has the name.
    AdoptDatabase(AccountDatabase),
    /// Create the queue.
    CreateQueue(String),
    /// Apply these migrations.
    ApplyMigrations(Vec<String>),
    /// Create the secret that encrypts data and that pay links derive from.
    CreateSecret,
    /// Deploy the Worker.
    Deploy(String),
    /// Write the Worker's address to wrangler.toml and deploy it.
    StoreUrl,
    /// Add the first merchant.
    AddMerchant(String),
}

/// The secret that every deployment needs: a list of keys, the first of which encrypts.
pub(crate) const ENCRYPTION_KEYS: &str = "ENCRYPTION_KEYS";

/// Returns the missing steps; none if everything is deployed.
pub(crate) fn plan(wanted: &Wanted, account: &Account) -> Vec<Step> {
    let mut steps = Vec::new();
    let known = account.databases.iter().find(|it| it.name == wanted.database);
    if wanted.config_differs {
        steps.push(Step::WriteConfig);
    }
    match (&wanted.database_id, known) {
        (Some(_), _) => {}
        (None, Some(database)) => steps.push(Step::AdoptDatabase(database.clone())),
        (None, None) => steps.push(Step::CreateDatabase(wanted.database.clone())),
    }
    if let Some(queue) = wanted.queue.as_ref().filter(|_| !account.has_queue) {
        steps.push(Step::CreateQueue(queue.clone()));
    }
    let pending: Vec<String> =
        wanted.migrations.iter().filter(|name| !account.applied.contains(name)).cloned().collect();
    if !pending.is_empty() {
        steps.push(Step::ApplyMigrations(pending));
    }
    let lacks_secret = !account.secrets.iter().any(|name| name == ENCRYPTION_KEYS);
    if lacks_secret {
        steps.push(Step::CreateSecret);
    }
    let differs = account.fingerprint.as_ref() != Some(&wanted.fingerprint);
    if differs || lacks_secret || !steps.is_empty() {
        steps.push(Step::Deploy(wanted.name.clone()));
    }
    if !wanted.has_url {
        steps.push(Step::StoreUrl);
    }
    if let Some(merchant) = wanted.merchant.as_ref().filter(|_| account.merchants == 0) {
        steps.push(Step::AddMerchant(merchant.name.clone()));
    }
    steps
}

impl Step {
    /// Describes the step as a sentence.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::WriteConfig => "Write wrangler.toml.".to_owned(),
            Self::CreateDatabase(name) => format!("Create the D1 database {name}."),
            Self::AdoptDatabase(AccountDatabase { name, id }) => {
                format!("Use the D1 database {name} of your account ({id}).")
            }
            Self::CreateQueue(name) => format!("Create the queue {name}."),
            Self::ApplyMigrations(names) => {
                format!("Apply {} migrations: {}.", names.len(), names.join(", "))
            }
            Self::CreateSecret => {
                format!(
                    "Create the secret {ENCRYPTION_KEYS} and store it in {}.",
                    super::secret::FILE
                )
            }
            Self::Deploy(name) => format!("Deploy the Worker {name}."),
            Self::StoreUrl => {
                "Write the Worker's address to wrangler.toml and deploy it.".to_owned()
            }
            Self::AddMerchant(name) => {
                format!("Add the merchant {name} and print its sign-in link.")
            }
        }
    }

    /// Returns the wrangler command of the step; empty if it needs none.
    pub(crate) fn command(&self) -> String {
        match self {
            Self::CreateDatabase(name) => format!("wrangler d1 create {name}"),
            Self::CreateQueue(name) => format!("wrangler queues create {name}"),
            Self::ApplyMigrations(_) => "wrangler d1 migrations apply DB --remote".to_owned(),
            Self::Deploy(_) | Self::StoreUrl => "wrangler deploy".to_owned(),
            Self::AddMerchant(_) => "wrangler d1 execute DB --remote".to_owned(),
            Self::WriteConfig | Self::AdoptDatabase(_) | Self::CreateSecret => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted() -> Wanted {
        Wanted {
            name: "green".to_owned(),
            database: "green".to_owned(),
            database_id: None,
            queue: Some("green-month-ends".to_owned()),
            migrations: vec!["0001_a.sql".to_owned(), "0002_b.sql".to_owned()],
            config_differs: true,
            has_url: false,
            fingerprint: "f1".to_owned(),
            merchant: None,
        }
    }

    /// Returns the account after every step.
    fn complete() -> (Wanted, Account) {
        let database_id = Some("id".to_owned());
        let done = Wanted { database_id, config_differs: false, has_url: true, ..wanted() };
        let account = Account {
            databases: vec![AccountDatabase { name: "green".to_owned(), id: "id".to_owned() }],
            has_queue: true,
            secrets: vec![ENCRYPTION_KEYS.to_owned()],
            applied: done.migrations.clone(),
            fingerprint: Some("f1".to_owned()),
            merchants: 1,
        };
        (done, account)
    }

    #[test]
    fn an_empty_account_gets_everything_in_order() {
        let steps = plan(&wanted(), &Account::default());
        assert_eq!(
            steps,
            [
                Step::WriteConfig,
                Step::CreateDatabase("green".to_owned()),
                Step::CreateQueue("green-month-ends".to_owned()),
                Step::ApplyMigrations(wanted().migrations),
                Step::CreateSecret,
                Step::Deploy("green".to_owned()),
                Step::StoreUrl,
            ]
        );
    }

    #[test]
    fn deploying_twice_changes_nothing() {
        let (wanted, account) = complete();
        assert_eq!(plan(&wanted, &account), []);
    }

    #[test]
    fn each_missing_part_is_the_only_one_that_is_created_before_the_deployment() {
        let deploy = || Step::Deploy("green".to_owned());
        let (wanted, account) = complete();
        let without = |change: &dyn Fn(&mut Wanted, &mut Account)| {
            let (mut wanted, mut account) = (wanted.clone(), account.clone());
            change(&mut wanted, &mut account);
            plan(&wanted, &account)
        };
        let queue = || Step::CreateQueue("green-month-ends".to_owned());
        assert_eq!(without(&|_, account| account.has_queue = false), [queue(), deploy()]);
        let secret = without(&|_, account| account.secrets.clear());
        assert_eq!(secret, [Step::CreateSecret, deploy()]);
        let pending = Step::ApplyMigrations(vec!["0002_b.sql".to_owned()]);
        assert_eq!(without(&|_, account| drop(account.applied.pop())), [pending, deploy()]);
        assert_eq!(without(&|_, account| account.fingerprint = None), [deploy()]);
        assert_eq!(without(&|wanted, _| wanted.fingerprint.push('x')), [deploy()]);
        assert_eq!(without(&|wanted, _| wanted.has_url = false), [Step::StoreUrl]);
        let rewritten = without(&|wanted, _| wanted.config_differs = true);
        assert_eq!(rewritten, [Step::WriteConfig, deploy()]);
        let adopted = Step::AdoptDatabase(account.databases[0].clone());
        assert_eq!(without(&|wanted, _| wanted.database_id = None), [adopted, deploy()]);
    }

    #[test]
    fn no_queue_is_created_where_none_is_wanted() {
        let (mut wanted, mut account) = complete();
        wanted.queue = None;
        account.has_queue = false;
        assert_eq!(plan(&wanted, &account), []);
    }

    #[test]
    fn only_the_first_merchant_is_added() {
        let (mut wanted, mut account) = complete();
        wanted.merchant = Some(NewMerchant {
            name: "Example Mugs".to_owned(),
            time_zone: "UTC".to_owned(),
            currency: "EUR".parse().unwrap(),
            price: Some(100),
            email: None,
        });
        assert_eq!(plan(&wanted, &account), []);
        account.merchants = 0;
        let added = Step::AddMerchant("Example Mugs".to_owned());
        assert_eq!(plan(&wanted, &account), [added]);
    }
}
