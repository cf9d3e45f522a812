//! Adds a merchant with shops, keys and campaigns directly to the database of a local Worker.

use std::time::{Duration, Instant};

use order_events::{Conditions, Timestamp};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::browser::Browser;
use crate::http::{self, Answer};
use crate::local_worker::{fire_cron, sql};
use crate::{Failure, While, secrets};

/// A merchant with its keys.
#[derive(Clone, Debug)]
pub struct Merchant {
    /// The address of the Worker.
    pub worker: String,
    /// Our id of the merchant.
    pub id: String,
    /// The secret key, live.
    pub secret_key: String,
    /// The merchant's shops.
    pub shops: Vec<Shop>,
}

/// A shop and the key in its storefront.
#[derive(Clone, Debug)]
pub struct Shop {
    /// Our id of the shop.
    pub id: String,
    /// Its publishable key, live.
    pub publishable_key: String,
}

/// The default start of campaigns: before every sale of the tests.
const CAMPAIGNS_START: &str = "2020-01-01T00:00:00Z";

/// The price of a tree in the tests and the demo: 1.00.
pub const TREE_PRICE: i64 = 100;

impl Merchant {
    /// Adds a merchant in this time zone, paying in this currency, without shops.
    ///
    /// # Errors
    /// If the database rejects it.
    pub fn add(worker: &str, name: &str, time_zone: &str, currency: &str) -> Result<Self, Failure> {
        let id = random("mer")?;
        sql(
            worker,
            "INSERT INTO merchants (id, name, time_zone, currency, created_at)
            VALUES (?1, ?2, ?3, ?4, 0)",
            &[&id, name, time_zone, currency],
        )?;
        sql(
            worker,
            "INSERT INTO tree_prices (currency, valid_from, amount) VALUES (?1, 0, ?2)
            ON CONFLICT DO NOTHING",
            &[currency, &TREE_PRICE.to_string()],
        )?;
        let mut merchant =
            Self { worker: worker.to_owned(), id, secret_key: String::new(), shops: Vec::new() };
        merchant.secret_key = merchant.add_key("secret", "live", None)?;
        Ok(merchant)
    }

    /// The same merchant at a Worker that was started anew on the same database.
    #[must_use]
    pub fn at(mut self, worker: &str) -> Self {
        worker.clone_into(&mut self.worker);
        self
    }

    /// Adds a shop at this origin, with a publishable key.
    ///
    /// # Errors
    /// If the database rejects it.
    pub fn add_shop(mut self, name: &str, platform: &str, origin: &str) -> Result<Self, Failure> {
        let id = random("shop")?;
        sql(
            &self.worker,
            "INSERT INTO shops (id, merchant_id, name, platform, origin, created_at)
            VALUES (?1, ?2, ?3, ?4, ?5, 0)",
            &[&id, &self.id, name, platform, origin],
        )?;
        let publishable_key = self.add_key("publishable", "live", Some(&id))?;
        self.shops.push(Shop { id, publishable_key });
        Ok(self)
    }

    /// Creates a key: `publishable` of a shop or `secret`, `live` or `test`.
    ///
    /// # Errors
    /// If the database rejects it.
    pub fn add_key(&self, kind: &str, mode: &str, shop: Option<&str>) -> Result<String, Failure> {
        let prefix = if kind == "secret" { "pig_sk" } else { "pig_pk" };
        let key = random(&format!("{prefix}_{mode}"))?;
        secrets::note(&key)?;
        sql(
            &self.worker,
            "INSERT INTO api_keys
                (id, merchant_id, shop_id, kind, mode, name, hash, hint, created_at)
            VALUES (?1, ?2, nullif(?3, ''), ?4, ?5, 'made by a test', ?6, ?7, 0)",
            &[
                &random("key")?,
                &self.id,
                shop.unwrap_or_default(),
                kind,
                mode,
                &hash(&key),
                // The last four characters of the key, as the Worker stores them.
                key.get(key.len().saturating_sub(4)..).unwrap_or_default(),
            ],
        )?;
        Ok(key)
    }

    /// Creates a key of the operator's, which may only record payments.
    ///
    /// # Errors
    /// If the database rejects it.
    pub fn add_operators_key(&self) -> Result<String, Failure> {
        let key = self.add_key("secret", "live", None)?;
        let limit = "UPDATE api_keys SET scopes = '[\"payments:write\"]' WHERE hash = ?1";
        sql(&self.worker, limit, &[&hash(&key)])?;
        Ok(key)
    }

    /// Records, as the operator, that a purchase order was paid by other means.
    ///
    /// # Errors
    /// If no response arrives.
    pub fn record_payment(&self, purchase_order: &str, body: &Value) -> Result<Answer, Failure> {
        let path = format!("/api/purchase_orders/{purchase_order}/payments");
        self.call_with(&self.add_operators_key()?, "POST", &path, body)
    }

    /// Adds an unpaid purchase order with one order, for a month that was closed long ago; returns
    /// its id. Ending a real month would end it for every merchant.
    ///
    /// # Errors
    /// If the database rejects it.
    pub fn add_due_purchase_order(&self) -> Result<String, Failure> {
        let id = random("po")?;
        sql(
            &self.worker,
            "INSERT INTO purchase_orders (id, merchant_id, period, starts_at, ends_at, state,
                currency, trees, total, digest, link_hash, created_at, closed_at)
            SELECT ?1, id, '1970-01', 0, 1, 'payment due', currency, 1, ?3, '', ?1, 0, 1
            FROM merchants WHERE id = ?2",
            &[&id, &self.id, &TREE_PRICE.to_string()],
        )?;
        sql(
            &self.worker,
            "INSERT INTO orders (id, merchant_id, reference, product_code, quantity, test, trees,
                unit_price, reason, month, sold_at, received_at, purchase_order_id)
            VALUES (?1, ?2, ?1, 'PLAY1TREEAPI', 1, 0, 1, ?3, '1 pack of 1 tree', '1970-01', 0, 0, ?4)",
            &[&random("ord")?, &self.id, &TREE_PRICE.to_string(), &id],
        )?;
        Ok(id)
    }

    /// Creates a link that signs in to the settings once, within 24 hours.
    ///
    /// # Errors
    /// If the database rejects it.
    pub fn sign_in_link(&self) -> Result<String, Failure> {
        let token = random("")?.replacen('_', "", 1);
        let link = format!("{}/sign-in/{token}", self.worker);
        secrets::note(&link)?;
        sql(
            &self.worker,
            "INSERT INTO sign_in_links (hash, merchant_id, created_at, expires_at)
            SELECT ?1, ?2, unixepoch() * 1000, (unixepoch() + 24 * 60 * 60) * 1000",
            &[&hash(&token), &self.id],
        )?;
        Ok(link)
    }

    /// Creates a code by which the plugin of the first shop connects itself, as its page of the
    /// settings does.
    ///
    /// # Errors
    /// If the Worker rejects it.
    pub fn connection_code(&self) -> Result<String, Failure> {
        let shop = self.shops.first().map(|shop| shop.id.as_str()).unwrap_or_default();
        let made = self.signed_in()?.send("/settings/start/code", &format!("shop={shop}"))?;
        let code = made.body.split_once("id=\"code\"><code>").map(|(_, rest)| rest);
        let code = code.and_then(|rest| rest.split_once('<')).map(|(code, _)| code.to_owned());
        let code = code.ok_or_else(|| Failure(format!("No code was made: {}", made.body)))?;
        secrets::note(code.split('@').next().unwrap_or_default())?;
        Ok(code)
    }

    /// Returns a browser that is signed in to the settings.
    ///
    /// # Errors
    /// If the Worker rejects it.
    pub fn signed_in(&self) -> Result<Browser, Failure> {
        let mut browser = Browser::new(&self.worker)?;
        let answer = browser.send(&self.sign_in_link()?, "")?;
        if answer.status == 303 {
            return Ok(browser);
        }
        Err(Failure(format!("Nobody was signed in: {}", answer.body)))
    }

    /// Sets the mail address, as the owner does in the settings; returns the address, which no
    /// other merchant has.
    ///
    /// # Errors
    /// If the Worker rejects it.
    pub fn with_email(&self) -> Result<String, Failure> {
        let address = format!("{}@example.com", random("owner")?.replace('_', "-"));
        secrets::note_address(&address)?;
        let form = format!("email={}", address.replace('@', "%40"));
        let answer = self.signed_in()?.send("/settings/payments/email", &form)?;
        if answer.status == 303 {
            return Ok(address);
        }
        Err(Failure(format!("The address was refused: {}", answer.body)))
    }

    /// Sets the mail address and verifies it, as the owner does with the link that is mailed from
    /// Settings > Security; returns the address, which no other merchant has.
    ///
    /// # Errors
    /// If the Worker rejects it, or sends no mail.
    pub fn with_verified_email(&self) -> Result<String, Failure> {
        let address = self.with_email()?;
        self.verify_email()?;
        Ok(address)
    }

    /// Verifies the mail address with the link that is mailed from Settings > Security.
    ///
    /// # Errors
    /// If the Worker rejects it, or sends no mail.
    pub fn verify_email(&self) -> Result<(), Failure> {
        let seen = self.mailed_links()?.len();
        let mut browser = self.signed_in()?;
        browser.send("/settings/security/sign-in-link", "")?;
        let started = Instant::now();
        while started.elapsed() < Duration::from_secs(10) {
            let links = self.mailed_links()?;
            if let Some(link) = links.first().filter(|_| links.len() > seen) {
                let answer = browser.send(&format!("/sign-in/{link}"), "")?;
                return if answer.status == 303 { Ok(()) } else { Err(Failure(answer.body)) };
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Err(Failure("No mail was sent".to_owned()))
    }

    /// Returns the kinds of the mails to this merchant with their outcomes, oldest first.
    ///
    /// # Errors
    /// If the database cannot be read.
    pub fn mails(&self) -> Result<Vec<(String, String)>, Failure> {
        let kinds =
            "SELECT kind, state FROM mails WHERE merchant_id = ?1 ORDER BY created_at, rowid";
        let text =
            |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
        let rows = sql(&self.worker, kinds, &[&self.id])?;
        Ok(rows.iter().map(|row| (text(row.first()), text(row.get(1)))).collect())
    }

    /// Returns the mails to this merchant, as the mailbox of a development machine shows them.
    ///
    /// # Errors
    /// If no response arrives.
    pub fn mailbox(&self) -> Result<String, Failure> {
        let url = format!("{}/mailbox?merchant={}", self.worker, self.id);
        Ok(http::call("GET", &url, &[], b"")?.body)
    }

    /// Creates a campaign through the API; returns its id.
    ///
    /// # Errors
    /// If the Worker rejects it.
    pub fn add_campaign(&self, name: &str, conditions: &Value) -> Result<String, Failure> {
        let conditions: Conditions =
            serde_json::from_value(conditions.clone()).when("Not conditions")?;
        let body = json!({"name": name, "starts_at": CAMPAIGNS_START, "conditions": conditions});
        let answer = self.call("POST", "/api/campaigns/", &body)?;
        match (answer.status, answer.json().get("id").and_then(Value::as_str)) {
            (201, Some(id)) => Ok(id.to_owned()),
            _ => Err(Failure(format!("The campaign was refused: {}", answer.body))),
        }
    }

    /// Returns the tokens of the links that were mailed to this merchant, newest first.
    ///
    /// # Errors
    /// If no response arrives.
    pub fn mailed_links(&self) -> Result<Vec<String>, Failure> {
        let mailbox = self.mailbox()?;
        let after = mailbox.split("/sign-in/").skip(1);
        Ok(after.map(|rest| rest.chars().take_while(char::is_ascii_hexdigit).collect()).collect())
    }

    /// Calls the API with the secret key; `null` sends no body.
    ///
    /// # Errors
    /// If no response arrives.
    pub fn call(&self, method: &str, path: &str, body: &Value) -> Result<Answer, Failure> {
        self.call_with(&self.secret_key, method, path, body)
    }

    /// Calls the API with another key.
    ///
    /// # Errors
    /// As [`Merchant::call`].
    pub fn call_with(
        &self,
        key: &str,
        method: &str,
        path: &str,
        body: &Value,
    ) -> Result<Answer, Failure> {
        let authorization = format!("Bearer {key}");
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let url = format!("{}{path}", self.worker);
        http::call(method, &url, &[("authorization", &authorization)], body.as_bytes())
    }

    /// Calls the API with the secret key, as if it were `now` in RFC 3339.
    ///
    /// # Errors
    /// As [`Merchant::call`].
    pub fn call_at(
        &self,
        now: &str,
        method: &str,
        path: &str,
        body: &Value,
    ) -> Result<Answer, Failure> {
        let authorization = format!("Bearer {}", self.secret_key);
        let headers = [("authorization", authorization.as_str()), ("play-it-green-now", now)];
        let body = if body.is_null() { String::new() } else { body.to_string() };
        http::call(method, &format!("{}{path}", self.worker), &headers, body.as_bytes())
    }

    /// Returns the first instant after the month of the open purchase order, in milliseconds since
    /// 1970.
    ///
    /// # Errors
    /// If no purchase order is open.
    pub fn month_end(&self) -> Result<i64, Failure> {
        let open = self.call("GET", "/api/purchase_orders/open", &Value::Null)?;
        let json = open.json();
        let ends_at = json.get("ends_at").and_then(Value::as_str);
        let ends_at: Option<Timestamp> = ends_at.and_then(|at| at.parse().ok());
        let ends_at = ends_at.ok_or_else(|| Failure(format!("None is open: {}", open.body)))?;
        Ok(ends_at.milliseconds())
    }

    /// Ends that month, as the cron event does.
    ///
    /// # Errors
    /// As [`Merchant::month_end`], or if the Worker's handler fails.
    pub fn end_month(&self) -> Result<(), Failure> {
        fire_cron(&self.worker, self.month_end()?)
    }

    /// Posts an order event as the plugin does: with the key of the first shop in its body, a
    /// minute after the sale. A claim that comes later than a week is held for review.
    ///
    /// # Errors
    /// If no response arrives.
    pub fn post_sale(&self, sale: &Value) -> Result<Answer, Failure> {
        let key = self.shops.first().map_or("", |shop| shop.publishable_key.as_str());
        let event = json!({"key": key, "sale": sale}).to_string();
        let sold_at = sale.get("sold_at").and_then(Value::as_str);
        let sold_at: Option<Timestamp> = sold_at.and_then(|at| at.parse().ok());
        let now = sold_at
            .and_then(|at| Timestamp::from_milliseconds(at.milliseconds().saturating_add(60_000)));
        let now = now.map(Timestamp::to_rfc3339).unwrap_or_default();
        let url = format!("{}/api/orders/", self.worker);
        http::call("POST", &url, &[("play-it-green-now", &now)], event.as_bytes())
    }
}

/// Returns the stored form of a key: its SHA-256 in hexadecimal.
#[must_use]
pub fn hash(key: &str) -> String {
    let digest = Sha256::digest(key.as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}

/// Returns the prefix and 128 random bits in hexadecimal.
fn random(prefix: &str) -> Result<String, Failure> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).when("No random bytes")?;
    let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("{prefix}_{}", digits.concat()))
}
