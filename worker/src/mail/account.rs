//! Mail about the account itself: a sign-in link, and notices to the address in use before a
//! change.

use askama::Template;

use super::Message;
use crate::crypto::encryption_keys::Purpose;
use crate::crypto::{Token, new_id};
use crate::domain::local_time::minute_in_words;
pub(crate) use crate::domain::states::AccountMail;
use crate::platform::config::SenderConfig;
use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;
use crate::store::Statement;
use crate::store::account_mails::{AccountMailRow, NewAccountMail};

const WORKS_ONCE: &str = "The link works once, within 15 minutes. In another browser than the one \
    that asked for it, it also wants the six digits shown there.";

/// The words of a mail.
#[derive(Clone)]
struct Words {
    subject: String,
    heading: &'static str,
    paragraphs: Vec<String>,
    button: &'static str,
    address: String,
    merchant: String,
}

#[derive(Template)]
#[template(path = "mail/account.txt")]
struct AccountText(Words);

#[derive(Template)]
#[template(path = "mail/account.html")]
struct AccountHtml(Words);

/// Returns the statement that puts a mail to this address into the outbox.
pub(crate) fn insert(
    context: &RequestContext,
    merchant: &str,
    recipient: &str,
    mail: AccountMail,
    token: Option<&Token>,
) -> Result<Statement, Problem> {
    insert_if(context, Some(merchant), recipient, mail, (token, false))
}

/// Returns the statement of a mail to an address of no merchant, whose link creates one.
pub(crate) fn insert_sign_up(
    context: &RequestContext,
    recipient: &str,
    token: &Token,
) -> Result<Statement, Problem> {
    insert_if(context, None, recipient, AccountMail::SignUp, (Some(token), false))
}

/// Returns the statement of the notice that a card was saved. It follows the statement that saves
/// the card, and does nothing if that one did nothing. `None` if mail of the merchant goes nowhere.
pub(crate) async fn card_saved(
    context: &RequestContext,
    merchant: &str,
) -> Result<Option<Statement>, Problem> {
    // A payment is settled even if no key decrypts the address.
    let Some(keys) = context.usable_keys() else { return Ok(None) };
    let row = context.store.merchant(merchant).await?;
    let encrypted = row.and_then(|row| row.email_encrypted);
    let address = keys.email_address(merchant, encrypted.as_deref());
    let insert = |address: String| {
        insert_if(context, Some(merchant), &address, AccountMail::CardSaved, (None, true))
    };
    address.map(insert).transpose()
}

fn insert_if(
    context: &RequestContext,
    merchant: Option<&str>,
    recipient: &str,
    mail: AccountMail,
    (token, only_after_change): (Option<&Token>, bool),
) -> Result<Statement, Problem> {
    let (keys, id) = (context.keys()?, new_id("amail")?);
    // Requests for links are counted by themselves.
    let is_of_request =
        matches!(mail, AccountMail::SignIn | AccountMail::SignUp | AccountMail::AccountExists);
    let recipient_hash = (!is_of_request).then(|| keys.email_hash(recipient));
    let recipient = keys.encrypt(Purpose::AccountMailRecipient, &id, recipient)?;
    let token = token.map(|token| keys.encrypt(Purpose::AccountMailToken, &id, &token.text));
    let token = token.transpose()?;
    context.note_mail();
    Ok(context.store.insert_account_mail(&NewAccountMail {
        id: &id,
        merchant_id: merchant,
        kind: mail,
        recipient_encrypted: &recipient,
        recipient_hash: recipient_hash.as_deref(),
        token_encrypted: token.as_deref(),
        now: context.now.milliseconds(),
        only_after_change,
    })?)
}

/// Writes a mail; `None` if the key that encrypted its recipient is gone.
pub(super) fn message(
    context: &RequestContext,
    sender: &SenderConfig,
    row: &AccountMailRow,
) -> Result<Option<Message>, Problem> {
    let keys = context.keys()?;
    let to = if row.recipient_encrypted.is_empty() {
        let merchant = row.merchant_id.as_deref().unwrap_or_default();
        keys.email_address(merchant, row.email_encrypted.as_deref())
    } else {
        keys.decrypt(Purpose::AccountMailRecipient, &row.id, &row.recipient_encrypted)
    };
    let Some(to) = to else { return Ok(None) };
    let token = row.token_encrypted.as_deref();
    let token = token.and_then(|token| keys.decrypt(Purpose::AccountMailToken, &row.id, token));
    let words = words(row.kind, &sender.public_url, row, token.as_deref());
    Ok(Some(Message {
        id: row.id.clone(),
        from_name: sender.name.clone(),
        from: sender.address.clone(),
        reply_to: sender.reply_to.clone(),
        to,
        subject: words.subject.clone(),
        text: AccountText(words.clone()).render()?,
        html: AccountHtml(words).render()?,
    }))
}

fn words(mail: AccountMail, url: &str, row: &AccountMailRow, token: Option<&str>) -> Words {
    let at = minute_in_words(row.created_at, &row.time_zone).unwrap_or_default();
    let merchant = row.merchant.clone();
    let security = format!("{url}/settings/security");
    let not_you =
        "If it was not you, sign in, end all other sessions in Settings > Security, and tell \
        the operator of this server."
            .to_owned();
    let notice = |heading: &'static str, what: String| Words {
        subject: format!("{heading}: {merchant}"),
        heading,
        paragraphs: vec![what, not_you.clone()],
        button: "Open Settings > Security",
        address: security.clone(),
        merchant: merchant.clone(),
    };
    match mail {
        AccountMail::SignInLink
        | AccountMail::SignIn
        | AccountMail::SignUp
        | AccountMail::AccountExists => {
            link(mail, format!("{url}/sign-in/{}", token.unwrap_or_default()), merchant)
        }
        AccountMail::AddressChanged => notice(
            "Your mail address was changed",
            format!("On {at}, mail of {merchant} was directed to another address than this one."),
        ),
        AccountMail::CardSaved => notice(
            "A card was saved",
            format!("On {at}, a card was saved to pay the purchase orders of {merchant}."),
        ),
        AccountMail::CardRemoved => notice(
            "Your card was removed",
            format!("On {at}, the card that pays the purchase orders of {merchant} was removed."),
        ),
        AccountMail::ClaimsHeld => claims_held(row, &at, format!("{url}/settings/api-payments")),
        AccountMail::WebhookSilent => webhook_silent(row, format!("{url}/settings/api-payments")),
    }
}

/// The words of a mail whose link signs in.
fn link(mail: AccountMail, address: String, merchant: String) -> Words {
    const UNASKED: &str = "If you did not ask for it, ignore this mail.";
    let (heading, button) = match mail {
        AccountMail::SignIn => ("Sign in", "Sign in"),
        AccountMail::SignUp => ("Create your account", "Create the account"),
        AccountMail::AccountExists => ("You already have an account", "Sign in"),
        _ => ("Your sign-in link", "Sign in"),
    };
    let paragraphs = match mail {
        // The name that a stranger typed is not sent to an address that may be someone else's.
        AccountMail::SignUp => vec![
            "With this link you create an account of Play It Green.".to_owned(),
            WORKS_ONCE.to_owned(),
            format!("{UNASKED} No account is created without the link."),
        ],
        AccountMail::AccountExists => vec![
            format!(
                "A sign-up was sent with this address, which belongs to {merchant} already. No second \
                 account was created. This link signs you in."
            ),
            WORKS_ONCE.to_owned(),
            UNASKED.to_owned(),
        ],
        _ => vec![WORKS_ONCE.to_owned(), UNASKED.to_owned()],
    };
    let subject = match mail {
        AccountMail::SignUp => "Create your account of Play It Green".to_owned(),
        _ => format!("{heading}: {merchant}"),
    };
    Words { subject, heading, paragraphs, button, address, merchant }
}

fn claims_held(row: &AccountMailRow, at: &str, address: String) -> Words {
    let shop = row.shop.as_deref().unwrap_or_default();
    Words {
        subject: format!("Sales that wait for your review: {shop}"),
        heading: "Sales wait for your review",
        paragraphs: vec![
            format!(
                "On {at}, a buyer's browser reported a sale of {shop} that exceeds a limit. It is held \
                 for review, and more may follow. These sales order no trees until you accept them."
            ),
            "This mail comes at most once a day for each shop. If you connect the shop's webhook, the \
             shop itself confirms its sales, and none is held."
                .to_owned(),
        ],
        button: "Review the sales",
        address,
        merchant: row.merchant.clone(),
    }
}

fn webhook_silent(row: &AccountMailRow, address: String) -> Words {
    let shop = row.shop.as_deref().unwrap_or_default();
    Words {
        subject: format!("Your shop does not confirm its sales: {shop}"),
        heading: "Your shop does not confirm its sales",
        paragraphs: vec![
            format!(
                "Buyers' browsers report sales of {shop}, and the shop's webhook does not confirm them. \
                 These sales order no trees until the shop confirms them or you accept them, and buyers \
                 are promised no trees meanwhile."
            ),
            "WooCommerce turns a webhook off after five failed deliveries: set it to Active again in \
             WooCommerce > Settings > Advanced > Webhooks, or make it anew. In Shopify, look in \
             Settings > Notifications > Webhooks. The settings below list what was wrong with the \
             last deliveries."
                .to_owned(),
        ],
        button: "See the shop",
        address,
        merchant: row.merchant.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINKS: [AccountMail; 4] = [
        AccountMail::SignInLink,
        AccountMail::SignIn,
        AccountMail::SignUp,
        AccountMail::AccountExists,
    ];

    #[test]
    fn each_kind_has_words_and_only_the_mails_with_a_link_hold_a_token() {
        let row = AccountMailRow {
            id: "amail_1".to_owned(),
            merchant_id: Some("mer_1".to_owned()),
            kind: AccountMail::SignIn,
            recipient_encrypted: String::new(),
            token_encrypted: None,
            tries: 1,
            created_at: 1_796_169_600_000,
            merchant: "Mugs & <Sons>".to_owned(),
            time_zone: "Europe/Berlin".to_owned(),
            email_encrypted: None,
            shop: Some("Mugs online".to_owned()),
        };
        for mail in AccountMail::ALL.iter().copied() {
            let words = words(mail, "https://trees.example.com", &row, Some("a-token"));
            let text = AccountText(words.clone()).render().unwrap();
            let html = AccountHtml(words.clone()).render().unwrap();
            assert!(text.contains(words.heading) && text.contains("Mugs & <Sons>"), "{text}");
            assert!(html.contains("Mugs &#38; &#60;Sons&#62;"), "{html}");
            let link = "https://trees.example.com/sign-in/a-token";
            assert_eq!(text.contains(link), LINKS.contains(&mail), "{text}");
        }
    }
}
