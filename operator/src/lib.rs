//! The operator's command line, `play-it-green`: runs the demo, deploys, and manages merchants,
//! prices and payments. It is compiled to Wasm and runs in Node.js, so that a deployer needs no
//! Rust.

mod arguments;
mod backup;
mod config;
mod database;
mod deploy;
mod deployment;
mod dev;
mod doctor;
mod failure;
mod installation;
mod invocation;
mod link;
mod merchants;
mod node;
mod operator_key;
mod payments;
mod prices;
mod rotate_key;
mod set_aside;
mod store;

use wasm_bindgen::prelude::wasm_bindgen;

use crate::arguments::{Command, MERCHANT_HELP, MerchantArguments, MerchantCommand};
use crate::database::Database;
pub use crate::failure::Failure;
use crate::installation::Installation;
use crate::invocation::Invocation;
use crate::node::terminal::{print, print_error};
use crate::node::time;

/// Runs a command line, without the name of the program, and returns the exit code. `folder` is
/// where the command itself is.
#[wasm_bindgen]
pub async fn main(folder: String, arguments: Vec<String>) -> u8 {
    let invocation = Invocation::detect();
    match run(&folder, &arguments).await {
        Ok(text) => {
            if !text.is_empty() {
                print(&invocation.adapt(&text));
            }
            0
        }
        Err(Failure(message)) => {
            print_error(&invocation.adapt(&message));
            1
        }
    }
}

async fn run(folder: &str, arguments: &[String]) -> Result<String, Failure> {
    let command = Command::read(arguments)?;
    let installation = Installation::find(folder)?;
    match command {
        Command::Help(help) => Ok(help.to_owned()),
        Command::Dev(options) => dev::run(&installation, &options).await.map(|()| String::new()),
        Command::Deploy(options) => deploy::run(&installation, &options).await,
        Command::Merchant(arguments) => merchant(&installation, arguments).await,
        Command::Backup { file, place } => {
            backup::backup(&installation, file.as_deref(), &place).await
        }
        Command::Restore { file, place } => backup::restore(&installation, &file, &place).await,
        Command::RotateKey(options) => rotate_key::run(&installation, options).await,
        Command::Doctor { config, url } => doctor::run(&installation, config.as_deref(), url).await,
    }
}

async fn merchant(
    installation: &Installation,
    arguments: MerchantArguments,
) -> Result<String, Failure> {
    let MerchantArguments { command, place, url } = arguments;
    if command == MerchantCommand::Help {
        return Ok(MERCHANT_HELP.to_owned());
    }
    let database = Database::open(installation, &place).await?;
    let url = || {
        url.or_else(|| database.worker()).ok_or_else(|| {
            Failure("Give the address of your Worker: --url https://trees.example.com".to_owned())
        })
    };
    match command {
        MerchantCommand::Help => Ok(MERCHANT_HELP.to_owned()),
        MerchantCommand::Add(merchant) => {
            let added = merchants::add(&database, &merchant, &url()?, time::now()).await?;
            Ok(merchants::added_message(&merchant.name, &added))
        }
        MerchantCommand::SignIn { id, email } => {
            let details = (id.as_str(), email.as_deref());
            let link = merchants::sign_in(&database, details, &url()?, time::now()).await?;
            Ok(link.message())
        }
        MerchantCommand::EndSessions { id } => merchants::end_sessions(&database, &id).await,
        MerchantCommand::List => merchants::list(&database).await,
        MerchantCommand::Price(price) => prices::set(&database, &price).await,
        MerchantCommand::Prices => prices::list(&database).await,
        MerchantCommand::Unpaid => payments::list_unpaid(&database).await,
        MerchantCommand::SetAside => set_aside::list(&database).await,
        MerchantCommand::Retry { purchase_order } => {
            set_aside::retry(&database, &purchase_order).await
        }
        MerchantCommand::RecordPayment { purchase_order, reference } => {
            payments::record(&database, &purchase_order, &reference, &url()?).await
        }
    }
}
