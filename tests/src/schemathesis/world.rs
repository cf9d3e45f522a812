//! The fixture: the contents of the Worker's database before the run.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::local_worker::sql;
use crate::merchant::{Merchant, hash};
use crate::sales::two_mugs;
use crate::{Failure, While};

/// Two merchants: the run changes the settings of one. The other only orders, so that an order
/// always finds the same shop and campaign.
pub(super) struct World {
    settings: Merchant,
    orders: Merchant,
    /// The campaign of the merchant that orders.
    campaign: String,
    /// An unpaid purchase order of the other merchant, and the operator's key that records its
    /// payment.
    due: String,
    operators_key: String,
    /// The name of a dictionary, and the id in it.
    ids: Vec<(&'static str, String)>,
}

/// The run resets, rotates, limits and revokes every key that it finds. For its own key, the
/// database skips such changes and everything else proceeds.
const KEEP_THE_KEY: &str = "
CREATE TRIGGER keep_the_key BEFORE UPDATE OF revoked_at, expires_at, scopes ON api_keys
WHEN OLD.hash = '{hash}' BEGIN SELECT RAISE(IGNORE); END";

/// The run sends one `Idempotency-Key` with a thousand bodies. Without this, all but the first
/// would be rejected unread.
const FORGET_ANSWERS: &str = "
CREATE TRIGGER delete_records AFTER INSERT ON idempotency_records
BEGIN DELETE FROM idempotency_records; END";

/// A merchant may have a limited number of each resource, and the run creates thousands. So the
/// oldest ones are ended, except the initial one.
const MAKE_ROOM: &str = "
CREATE TRIGGER make_room_for_{table} AFTER INSERT ON {table} BEGIN
    UPDATE {table} SET {ended_at} = NEW.created_at WHERE created_at > 0 AND id IN
        (SELECT id FROM {table} WHERE merchant_id = NEW.merchant_id AND {ended_at} IS NULL
        ORDER BY created_at DESC, id LIMIT -1 OFFSET 20);
END";

impl World {
    /// Adds the merchants to the database of the Worker at this address, through its explorer.
    pub(super) fn new(worker: &str) -> Result<Self, Failure> {
        let merchant = |name| {
            Merchant::add(worker, name, "Europe/London", "USD")?.add_shop(
                "Mugs online",
                "woocommerce",
                "https://mugs.example.com",
            )
        };
        let (settings, orders) = (merchant("Settings")?, merchant("Orders")?);
        let every_order = json!({"trees": [{"per_order": {"trees": 1}}]});
        let campaign = orders.add_campaign("A tree for every order", &every_order)?;
        orders.post_sale(&two_mugs("19"))?;
        let told = orders.call("GET", "/api/orders/", &Value::Null)?.json();
        let keys = settings.call("GET", "/api/keys/", &Value::Null)?.json();
        let shop = settings.shops.first().map(|shop| shop.id.clone()).unwrap_or_default();
        let ids = vec![
            ("campaigns", settings.add_campaign("A tree for every order", &every_order)?),
            ("keys", text(&keys, "/0/id")?),
            ("orders", text(&told, "/0/id")?),
            ("purchase_orders", text(&told, "/0/purchase_order")?),
            ("shops", shop),
        ];
        let keep_the_key = KEEP_THE_KEY.replace("{hash}", &hash(&settings.secret_key));
        sql(worker, &keep_the_key, &[])?;
        sql(worker, FORGET_ANSWERS, &[])?;
        for (table, ended_at) in
            [("campaigns", "deleted_at"), ("shops", "deleted_at"), ("api_keys", "revoked_at")]
        {
            let make_room = MAKE_ROOM.replace("{table}", table).replace("{ended_at}", ended_at);
            sql(worker, &make_room, &[])?;
        }
        let (due, operators_key) =
            (settings.add_due_purchase_order()?, settings.add_operators_key()?);
        Ok(Self { settings, orders, campaign, due, operators_key, ids })
    }

    /// Returns the environment variables that `schemathesis.toml` uses, with the key of one of the
    /// merchants.
    pub(super) fn variables(&self, ordering: bool) -> [(&'static str, &str); 5] {
        let shop = self.orders.shops.first().map_or("", |shop| shop.id.as_str());
        let asking = if ordering { &self.orders } else { &self.settings };
        [
            ("SECRET_KEY", &asking.secret_key),
            ("ORDERS_SHOP", shop),
            ("ORDERS_CAMPAIGN", &self.campaign),
            ("DUE_PURCHASE_ORDER", &self.due),
            ("OPERATORS_KEY", &self.operators_key),
        ]
    }

    /// Writes a dictionary of the ids of each kind, which `schemathesis.toml` names.
    pub(super) fn write_dictionaries(&self, folder: &Path) -> Result<(), Failure> {
        self.ids.iter().try_for_each(|(name, id)| {
            fs::write(folder.join(format!("{name}.txt")), format!("\"{id}\"\n"))
                .when("The ids cannot be written")
        })
    }
}

fn text(json: &Value, pointer: &str) -> Result<String, Failure> {
    let text = json.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    text.ok_or_else(|| Failure(format!("There is no {pointer} in {json}")))
}
