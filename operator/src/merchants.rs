//! `play-it-green merchant add`, `sign-in` and `list`.

use play_it_green_accounts::new_id;

use crate::Failure;
use crate::arguments::NewMerchant;
use crate::database::Database;
use crate::link::{Link, VALID_FOR, no_random_bytes};
use crate::prices::money;
use crate::store::merchants::{self, CreditRow, MerchantRow};

/// A merchant that was added.
pub(crate) struct Added {
    /// Its id.
    pub(crate) id: String,
    /// The link that signs its owner in.
    pub(crate) link: Link,
}

/// Adds a merchant with a sign-in link.
pub(crate) async fn add(
    database: &Database,
    merchant: &NewMerchant,
    url: &str,
    now: i64,
) -> Result<Added, Failure> {
    let id = new_id("mer").map_err(|_| no_random_bytes())?;
    let statements = merchants::add(&id, merchant, now);
    let email = merchant.email.as_deref();
    let link = create_link(database, statements, (&id, email), url, now).await?;
    let link = link.ok_or_else(|| {
        let currency = merchant.currency;
        Failure(format!("No tree price is set for {currency}. Set one with: --tree-price 1.00"))
    })?;
    Ok(Added { id, link })
}

/// Returns the message about a merchant that was added.
pub(crate) fn added_message(name: &str, added: &Added) -> String {
    format!("Added {name} with the id {}.\n\n{}", added.id, added.link.message())
}

/// Creates another sign-in link of a merchant. The address is stored only if the merchant has none.
pub(crate) async fn sign_in(
    database: &Database,
    (id, email): (&str, Option<&str>),
    url: &str,
    now: i64,
) -> Result<Link, Failure> {
    create_link(database, Vec::new(), (id, email), url, now).await?.ok_or_else(|| {
        Failure(format!(
            "There is no merchant with the id {id:?}. To list all: play-it-green merchant list"
        ))
    })
}

/// Creates a link in the same transaction as `statements`; `None` if the merchant does not exist
/// after them.
async fn create_link(
    database: &Database,
    mut statements: Vec<String>,
    (merchant, email): (&str, Option<&str>),
    url: &str,
    now: i64,
) -> Result<Option<Link>, Failure> {
    let link = Link::create(url, email)?;
    let expires_at = now.saturating_add(VALID_FOR);
    statements.extend(merchants::add_link(merchant, &link, now, expires_at));
    Ok(database.creates_one(&statements).await?.then_some(link))
}

/// Ends every session of a merchant, and voids the sign-in links that were not used.
pub(crate) async fn end_sessions(database: &Database, id: &str) -> Result<String, Failure> {
    if !database.creates_one(&merchants::end_sessions(id)).await? {
        return Err(Failure(format!(
            "There is no merchant with the id {id:?}. To list all: play-it-green merchant list"
        )));
    }
    Ok(format!(
        "Every session of {id} has ended, and its unused sign-in links no longer work. To sign in \
         again: play-it-green merchant sign-in {id}"
    ))
}

/// Lists the merchants, one a line, and under each what waits for the operator.
pub(crate) async fn list(database: &Database) -> Result<String, Failure> {
    let rows: Vec<MerchantRow> = database.execute(&[merchants::LIST.to_owned()]).await?;
    if rows.is_empty() {
        return Ok("No merchants yet. Add one with: play-it-green merchant add".to_owned());
    }
    let credits: Vec<CreditRow> =
        database.execute(&[merchants::LASTING_CREDITS.to_owned()]).await?;
    let lines = rows.iter().flat_map(|row| {
        let of_merchant = credits.iter().filter(|credit| credit.merchant_id == row.id);
        std::iter::once(line(row)).chain(unpriced(row)).chain(of_merchant.map(lasting_credit))
    });
    Ok(lines.collect::<Vec<_>>().join("\n"))
}

fn line(row: &MerchantRow) -> String {
    let MerchantRow { id, name, time_zone, currency, .. } = row;
    let (shops, keys) = (count(row.shops, "shop"), count(row.keys, "key"));
    format!("{id}  {name}  ({time_zone}, {currency}, {shops}, {keys})")
}

/// Returns the advice for orders that wait for a price.
fn unpriced(row: &MerchantRow) -> Option<String> {
    let MerchantRow { currency, unpriced_orders, .. } = row;
    let orders = count(*unpriced_orders, "order");
    let verb = if *unpriced_orders == 1 { "waits" } else { "wait" };
    (*unpriced_orders > 0).then(|| {
        format!(
            "    {orders} {verb} for a tree price. Set one with: play-it-green merchant price \
             {currency} 1.00"
        )
    })
}

/// Returns the advice for a credit that no purchase order uses.
fn lasting_credit(credit: &CreditRow) -> String {
    let amount = money(credit.amount, &credit.currency);
    format!(
        "    Credit of {amount} since {}: no later sales use it up. Pay it back.",
        credit.period
    )
}

fn count(number: i64, one: &str) -> String {
    format!("{number} {one}{}", if number == 1 { "" } else { "s" })
}
