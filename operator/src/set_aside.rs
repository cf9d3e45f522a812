//! `play-it-green merchant set-aside` and `retry`.

use serde::de::IgnoredAny;

use crate::Failure;
use crate::database::Database;
use crate::store::set_aside::{self, SetAsideRow};

/// Lists the purchase orders that could not be closed or charged, one a line, the oldest first.
pub(crate) async fn list(database: &Database) -> Result<String, Failure> {
    let rows: Vec<SetAsideRow> = database.execute(&[set_aside::LIST.to_owned()]).await?;
    if rows.is_empty() {
        return Ok("No purchase order is set aside.".to_owned());
    }
    let lines = rows.iter().map(|row| {
        let SetAsideRow { id, period, merchant, state, since, reason } = row;
        format!("{id}  {period}  {merchant}  ({state})  since {since}: {reason}")
    });
    Ok(lines.collect::<Vec<_>>().join("\n"))
}

/// Lets the next month end work on such a purchase order again.
pub(crate) async fn retry(database: &Database, purchase_order: &str) -> Result<String, Failure> {
    if !database.creates_one(&[set_aside::exists(purchase_order)]).await? {
        return Err(Failure(format!(
            "No purchase order with the id {purchase_order:?} is set aside. To list those that are: \
             play-it-green merchant set-aside"
        )));
    }
    let statements = [set_aside::retry(purchase_order), set_aside::LIST.to_owned()];
    let _: Vec<IgnoredAny> = database.execute(&statements).await?;
    Ok(format!("The next month end works on {purchase_order} again."))
}
