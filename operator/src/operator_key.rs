//! Creates the key with which a command calls the Worker as its operator, who may write to the
//! database.

use play_it_green_accounts::Token;

use crate::Failure;
use crate::database::Database;
use crate::link::no_random_bytes;
use crate::store::operator_keys;

/// Creates a key, and returns the header that sends it.
pub(crate) async fn create(database: &Database) -> Result<String, Failure> {
    let key = Token::generate().map_err(|_| no_random_bytes())?;
    if database.creates_one(&operator_keys::add(&key.hash)).await? {
        return Ok(format!("Bearer {}", key.text));
    }
    Err(Failure("The database did not store the key of this command. Try again.".to_owned()))
}
