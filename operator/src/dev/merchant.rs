//! The demo's merchant, put into the database of the local Worker.

use order_events::Currency;
use play_it_green_accounts::{hexadecimal, new_id, random};
use play_it_green_demo::{CAMPAIGNS, MERCHANT, SHOPS, Shop, Storefront};

use crate::Failure;
use crate::arguments::NewMerchant;
use crate::database::Running;
use crate::link::{Link, VALID_FOR, no_random_bytes};
use crate::node::http::{self, Request, Response};
use crate::store::{demo, merchants};

/// The demo's merchant.
#[derive(Clone)]
pub(super) struct DemoMerchant {
    /// Its id.
    pub(super) id: String,
    /// A secret key.
    pub(super) secret_key: String,
    /// A link that signs in once.
    pub(super) sign_in_link: String,
    /// The data for the shop's pages.
    pub(super) storefront: Storefront,
}

/// Milliseconds that the Worker's response may take.
const TIMEOUT: u32 = 30_000;

impl DemoMerchant {
    /// Adds the merchant with its shops at this origin, its keys and its campaigns.
    pub(super) async fn add(worker: &Running, origin: &str, now: i64) -> Result<Self, Failure> {
        let id = new_id("mer").map_err(|_| no_random_bytes())?;
        let secret_key = key("pig_sk_live")?;
        let mut statements = merchants::add(&id, &details()?, now);
        let [shopify, woocommerce] = SHOPS.map(|shop| {
            let added = Shop {
                id: new_id("shop").map_err(|_| no_random_bytes())?,
                publishable_key: key("pig_pk_live")?,
            };
            let names = (shop.name, shop.platform);
            statements.push(demo::add_shop(&added.id, &id, names, origin));
            let key_id = new_id("key").map_err(|_| no_random_bytes())?;
            let added_key = demo::add_key(&key_id, &id, Some(&added.id), &added.publishable_key);
            statements.extend(added_key);
            Ok::<_, Failure>(added)
        });
        let key_id = new_id("key").map_err(|_| no_random_bytes())?;
        statements.extend(demo::add_key(&key_id, &id, None, &secret_key));
        // The first link stores the owner's address; the second one is for the person at the demo.
        let first = Link::create(&worker.worker, Some(MERCHANT.email))?;
        let second = Link::create(&worker.worker, None)?;
        for link in [&first, &second] {
            statements.extend(merchants::add_link(&id, link, now, now.saturating_add(VALID_FOR)));
        }
        worker.execute(&statements).await?;
        let storefront = Storefront {
            worker: worker.worker.clone(),
            shopify: shopify?,
            woocommerce: woocommerce?,
        };
        let merchant = Self { id, secret_key, sign_in_link: second.address, storefront };
        merchant.sign_in(&first.address).await?;
        for campaign in CAMPAIGNS {
            let body = campaign.body().to_string();
            let response = merchant.call("POST", "/api/campaigns/", Some(&body)).await?;
            expect(&response, 201)?;
        }
        Ok(merchant)
    }

    async fn sign_in(&self, link: &str) -> Result<(), Failure> {
        let origin = [("origin", self.storefront.worker.as_str())];
        let response = http::send(Request {
            method: "POST",
            url: link,
            headers: &origin,
            body: Some(""),
            timeout: TIMEOUT,
        });
        expect(&response.await?, 303)
    }

    /// Calls the API with the secret key.
    pub(super) async fn call(
        &self,
        method: &str,
        path: &str,
        body: Option<&str>,
    ) -> Result<Response, Failure> {
        let authorization = format!("Bearer {}", self.secret_key);
        http::send(Request {
            method,
            url: &format!("{}{path}", self.storefront.worker),
            headers: &[("authorization", &authorization), ("content-type", "application/json")],
            body,
            timeout: TIMEOUT,
        })
        .await
    }
}

fn details() -> Result<NewMerchant, Failure> {
    let currency: Currency = MERCHANT
        .currency
        .parse()
        .map_err(|_| Failure(format!("{} is no currency", MERCHANT.currency)))?;
    Ok(NewMerchant {
        name: MERCHANT.name.to_owned(),
        time_zone: MERCHANT.time_zone.to_owned(),
        currency,
        price: Some(MERCHANT.tree_price),
        email: None,
    })
}

/// Bytes of randomness in an API key.
const KEY_BYTES: usize = 20;

fn key(prefix: &str) -> Result<String, Failure> {
    let bytes = random::<KEY_BYTES>().map_err(|_| no_random_bytes())?;
    Ok(format!("{prefix}_{}", hexadecimal(&bytes)))
}

/// Returns an error if the response has another status.
pub(super) fn expect(response: &Response, status: u16) -> Result<(), Failure> {
    if response.status == status {
        return Ok(());
    }
    Err(Failure(format!("The Worker returned {}: {}", response.status, response.body)))
}
