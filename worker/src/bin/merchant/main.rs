//! `npm run merchant`: what the operator of a deployment does about merchants, prices and payments.

mod arguments;
mod database;
mod link;
mod merchants;
mod payments;
mod prices;
mod statement;

use std::fmt;
use std::process::ExitCode;
use std::time::SystemTime;

use crate::arguments::{Arguments, Command, HELP};
use crate::database::Database;

/// Why a command did nothing, in words for whoever runs it.
#[derive(Debug, PartialEq, Eq)]
struct Failure(String);

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

fn main() -> ExitCode {
    match run() {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<String, Failure> {
    let Arguments { command, place, url } = Arguments::read(std::env::args_os())?;
    let database = Database::new(place);
    match command {
        Command::Help => Ok(HELP.to_owned()),
        Command::Add(merchant) => merchants::add(&database, &merchant, &url, now()?),
        Command::SignIn { id, email } => {
            merchants::sign_in(&database, (&id, email.as_deref()), &url, now()?)
        }
        Command::List => merchants::list(&database),
        Command::Price(price) => prices::set(&database, &price),
        Command::Prices => prices::list(&database),
        Command::Unpaid => payments::list_unpaid(&database),
        Command::RecordPayment { purchase_order, reference } => {
            payments::record(&database, &purchase_order, &reference, &url)
        }
    }
}

/// Milliseconds since 1970.
fn now() -> Result<i64, Failure> {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).ok();
    let milliseconds = since.and_then(|since| i64::try_from(since.as_millis()).ok());
    milliseconds.ok_or_else(|| Failure("The clock of this machine is before 1970.".to_owned()))
}
