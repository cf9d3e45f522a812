//! `POST /api/orders/`: order events in, orders out.

pub(crate) mod order;
pub(crate) mod order_list;
pub(crate) mod response;

use std::sync::Arc;

use axum::Extension;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use order_events::{OrderEvent, Proof, Sale, SaleStatus, Snapshot};
use serde::Deserialize;

#[cfg(test)]
use crate::api::orders::response::OrderEventAnswer;
use crate::api::orders::response::{answer, answer_storefront};
use crate::auth::key_cache::{self, CachedKey};
use crate::auth::permitted::{no_key, owner_of};
use crate::auth::scope::Scope;
use crate::crypto::api_key::ApiKey;
use crate::domain::states::QuarantineSource;
use crate::http::body;
use crate::http::pagination::Search;
#[cfg(test)]
use crate::http::responses::{Changed, Ordered};
use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;
use crate::sales::claim::CLAIM_BYTES_MAX;
use crate::sales::ingest::{self, SaleSource, changed_meanwhile};
use crate::sales::quarantine::{UnreadableSale, id_of_claim, quarantine};
use crate::store::api_keys::{ConnectedShop, KeyOwner};
use crate::store::sale_write::SalePlace;

/// Attempts to evaluate an order event while the data that decides about it changes.
pub(crate) const ATTEMPTS_MAX: usize = 3;

const UNREADABLE: &str = "is missing or malformed: send the sale as the plugin writes it";

/// With a secret key of a merchant with several shops: the id of the shop that made the sale.
#[derive(Deserialize)]
#[cfg_attr(test, derive(utoipa::IntoParams))]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, into_params(parameter_in = Query))]
pub(crate) struct ShopSearch {
    /// With a secret key of a merchant with several shops: the id of the one that made the sale.
    shop: Option<String>,
}

#[derive(Deserialize)]
struct KeyInBody {
    #[serde(default)]
    key: Option<String>,
}

/// Post an order event: a sale, to be evaluated under all campaigns.
///
/// With a secret key, 201 whenever it made new orders; 200 when the sale was known, or qualifies
/// for nothing. With a publishable key, 201 whenever the claim as it was posted orders trees, and
/// nothing of what was known of the sale. The same sale orders once, however often it is reported.
/// A sale that is placed and not yet paid is stored: its orders are `awaiting payment` and on no
/// purchase order until the sale is paid. With a secret key, newer facts by `updated_at` are merged
/// into the stored sale: a refund or a cancellation takes trees back.
#[cfg_attr(test, utoipa::path(post, path = "/api/orders", tag = "Orders", request_body = OrderEvent,
    params(ShopSearch),
    security(("secret_key" = ["orders:write"]), ("publishable_key" = [])),
    responses(
        (status = 200, description = "The sale was known, or orders nothing.",
            body = OrderEventAnswer),
        (status = 201, description = "The sale and its new orders; or a claim that orders trees.",
            body = OrderEventAnswer),
        Changed, Ordered)))]
#[worker::send]
pub(crate) async fn post_order_event(
    Extension(context): Extension<RequestContext>,
    Search(search): Search<ShopSearch>,
    uri: Uri,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Response, Problem> {
    let key = match ApiKey::of_request(uri.query(), &headers) {
        Some(key) => key,
        None => match body::read::<KeyInBody>(&bytes)?.key {
            Some(key) => ApiKey::new(&key),
            None => return Err(no_key()),
        },
    };
    let shop = search.shop.as_deref();
    let request = IngestRequest {
        context: &context,
        shop,
        headers: &headers,
        bytes: &bytes,
        read: read_sale,
    };
    ingest_sale(&key, &request).await
}

/// The sale of an order event; 422 with the field that is wrong.
fn read_sale(bytes: &[u8]) -> Result<Sale, NoSale> {
    let event: OrderEvent = body::read(bytes)?;
    check_sale("sale", &event.sale)?;
    Ok(event.sale)
}

/// Evaluates and stores a sale that was reported with a key.
pub(crate) async fn ingest_sale(
    key: &ApiKey,
    request: &IngestRequest<'_>,
) -> Result<Response, Problem> {
    let (context, headers) = (request.context, request.headers);
    let (hash, now) = (key.hash(), context.now.milliseconds());
    if let Some(cached) = key_cache::get(&hash, now) {
        context.limit_key(key, headers).await?;
        // A rejection here is repeated below, by a key that was surely valid.
        match request.ingest_for(&cached).await {
            Ok(Some(answer)) => return Ok(answer),
            Ok(None) => key_cache::evict(&hash),
            Err(_) => {}
        }
    }
    for _ in 0..ATTEMPTS_MAX {
        let owner = owner_of(key, headers, context).await?;
        let read = Arc::new(CachedKey::read(context, owner).await?);
        if let Some(answer) = request.ingest_for(&read).await? {
            key_cache::insert(&hash, now, &read);
            return Ok(answer);
        }
    }
    Err(changed_meanwhile())
}

/// A sale as it arrived.
pub(crate) struct IngestRequest<'a> {
    pub(crate) context: &'a RequestContext,
    /// The shop that the query names.
    pub(crate) shop: Option<&'a str>,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) bytes: &'a [u8],
    /// Reads the body, or says which field of it is wrong.
    pub(crate) read: fn(&[u8]) -> Result<Sale, NoSale>,
}

/// Why a body is no sale.
pub(crate) struct NoSale {
    problem: Problem,
    /// The fault of the field, if it can be named without quoting the body.
    reason: Option<String>,
}

impl NoSale {
    /// A field that is wrong; `reason` quotes nothing of the body.
    pub(crate) fn new(field: &str, reason: String) -> Self {
        let problem = Problem::unprocessable(field, format!("{field}: {reason}."));
        Self { problem, reason: Some(reason) }
    }

    /// The refusal.
    pub(crate) fn into_problem(self) -> Problem {
        self.problem
    }
}

impl From<Problem> for NoSale {
    fn from(problem: Problem) -> Self {
        Self { problem, reason: None }
    }
}

impl IngestRequest<'_> {
    /// Evaluates and keeps it as the owner of a key; `None`, and nothing is kept, when the owner is
    /// no longer what it was.
    async fn ingest_for(&self, cached: &CachedKey) -> Result<Option<Response>, Problem> {
        let owner = &cached.owner;
        owner.check_origin(self.headers)?;
        owner.require(Scope::OrdersWrite)?;
        let read = (self.read)(self.bytes);
        let shop = shop_of(owner, self.shop)?;
        let sale = match read.and_then(|sale| self.check_size(owner, sale)) {
            Ok(sale) => sale,
            Err(refused) => return Err(self.refuse(owner, &shop, refused).await?),
        };
        let sale_id = sale.id.clone();
        let proof = proof_of(owner);
        let mut mode = shop.mode_of_sale(owner.mode);
        let live = SalePlace { shop_id: &shop.id, mode: owner.mode, sale_id: &sale_id };
        // The trial of a shop changes nothing about what was sold before it.
        if mode != owner.mode && self.context.store.is_stored(&live).await? {
            mode = owner.mode;
        }
        let source = SaleSource {
            merchant_id: &owner.merchant_id,
            place: SalePlace { shop_id: &shop.id, mode, sale_id: &sale_id },
            number: None,
            connected_at: shop.connected_at,
            proof,
            held_because: None,
            is_confirming: shop.is_confirming(),
            campaigns: &cached.campaigns,
            pause: owner.terms.pause().filter(|_| !owner.is_test()),
            billing: owner.terms.billing(),
            guard: owner.terms.guard(&owner.key_id),
        };
        let is_placed = sale.status == SaleStatus::Placed;
        let facts = Snapshot::received(proof, sale, self.context.now).into();
        let result = match ingest::record_sale(self.context, &source, &facts).await {
            Err(problem) if problem.status() == StatusCode::UNPROCESSABLE_ENTITY => {
                let reason = Some(problem.message().to_owned());
                return Err(self.refuse(owner, &shop, NoSale { problem, reason }).await?);
            }
            result => result?,
        };
        let is_paused = owner.is_paused(self.context.now);
        Ok(result.map(|result| {
            if owner.is_secret() {
                answer(&sale_id, proof, result, is_paused)
            } else {
                answer_storefront((&sale_id, proof), (result.promise, is_placed), is_paused)
            }
        }))
    }

    /// Anybody can claim sales in any number, so little is stored of each.
    fn check_size(&self, owner: &KeyOwner, sale: Sale) -> Result<Sale, NoSale> {
        if owner.is_secret() || self.bytes.len() <= CLAIM_BYTES_MAX {
            return Ok(sale);
        }
        let size = serde_json::to_string(&sale).map_or(usize::MAX, |sale| sale.len());
        if size <= CLAIM_BYTES_MAX {
            return Ok(sale);
        }
        Err(NoSale::new("sale", format!("takes more than {CLAIM_BYTES_MAX} bytes as a claim")))
    }

    /// Rejects a body that is not a sale. The buyer's browser cannot notify the shop's owner, so a
    /// rejected claim is quarantined; the owner of a secret key reads the error.
    async fn refuse(
        &self,
        owner: &KeyOwner,
        shop: &ConnectedShop,
        refused: NoSale,
    ) -> Result<Problem, Problem> {
        let NoSale { problem, reason } = refused;
        if owner.is_secret() {
            return Ok(problem);
        }
        let sale = UnreadableSale {
            merchant_id: &owner.merchant_id,
            shop_id: &shop.id,
            mode: owner.mode,
            source: QuarantineSource::Storefront,
            sale_id: id_of_claim(self.bytes),
            field: problem.field().to_owned(),
            problem: reason.unwrap_or_else(|| UNREADABLE.to_owned()),
        };
        quarantine(self.context, &sale).await?;
        Ok(problem)
    }
}

/// Refuses a sale that cannot be true; `field` is where it stands in the body.
pub(crate) fn check_sale(field: &str, sale: &Sale) -> Result<(), NoSale> {
    sale.check().map_err(|error| NoSale::new(&format!("{field}.{}", error.path), error.message))
}

/// A publishable key speaks for its shop; a secret key for one that it names, or the only one.
pub(crate) fn shop_of(key: &KeyOwner, named: Option<&str>) -> Result<ConnectedShop, Problem> {
    let mut shops: Vec<ConnectedShop> = serde_json::from_str(&key.shops)
        .map_err(|_| Problem::internal("The list of shops could not be read"))?;
    if let Some(own) = &key.shop_id {
        shops.retain(|shop| shop.id == *own);
    }
    if let Some(named) = named {
        let found = shops.into_iter().find(|shop| shop.id == named);
        return found.ok_or_else(|| Problem::not_found("shop"));
    }
    match (shops.pop(), shops.is_empty()) {
        (Some(only), true) => Ok(only),
        (None, _) => Err(Problem::unprocessable(
            "shop",
            "There is no shop yet: add one with POST /api/shops/ first.",
        )),
        (Some(_), false) => Err(Problem::unprocessable(
            "shop",
            "shop: this key speaks for several shops; say which one made the sale, by its id, as in \
             /api/orders/?shop=ID.",
        )),
    }
}

/// A publishable key can be read by anybody, so what comes with it is a claim.
fn proof_of(key: &KeyOwner) -> Proof {
    if key.is_secret() { Proof::Verified } else { Proof::Claimed }
}
