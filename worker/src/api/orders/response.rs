//! The responses to an order event.

use axum::http::StatusCode;
use axum::response::Response;
use order_events::Proof;
use serde::Serialize;

use crate::api::orders::order::Order;
use crate::domain::states::OrderState;
use crate::platform::problem::json;
use crate::sales::ingest::IngestResult;
use crate::store::claims::Promise;

/// The result of an order event.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct SaleAnswer {
    /// The shop's own order id.
    sale: String,
    /// `claimed` or `verified`.
    #[cfg_attr(test, schema(value_type = String))]
    proof: Proof,
    /// The trees of all its orders, less what credits took back.
    trees: u64,
    /// True if these trees are ordered when the buyer's payment arrives, and not before.
    awaiting_payment: bool,
    orders: Vec<Order>,
    /// Why nothing new is ordered, where that is not up to the sale; otherwise `null`.
    message: Option<&'static str>,
}

/// The result of a claim alone. Anybody may post one, so it holds nothing of the stored sale.
#[derive(Serialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct ClaimAnswer {
    /// The shop's own order id, as it was posted.
    sale: String,
    /// `claimed`, or `verified` if the shop signed what was posted.
    #[cfg_attr(test, schema(value_type = String))]
    proof: Proof,
    /// The trees that the campaigns give for the claim as it was posted, as far as the caps of the
    /// month leave any. 0 if it is held for review, and while the shop's webhook is silent.
    trees: u64,
    /// True if these trees are ordered when the buyer's payment arrives, and not before.
    awaiting_payment: bool,
    /// Why nothing is ordered now; otherwise `null`.
    message: Option<&'static str>,
}

/// The response to an order event.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(untagged)]
pub(crate) enum OrderEventAnswer {
    /// With a secret key.
    Sale(SaleAnswer),
    /// With a publishable key.
    Claim(ClaimAnswer),
}

/// Buyers in the shop may read it, so it does not say why.
const PAUSED: &str = "The sale is kept, and nothing is ordered: ordering trees is paused. The shop's \
    owner finds the reason in Settings > Payments.";

const AWAITING_PAYMENT: &str = "The sale is kept, and its trees are ordered when the buyer's payment \
    arrives.";

const UNCERTAIN: &str = "The sale is kept, and its trees are ordered when the shop itself has confirmed \
    it.";

const HELD: &str =
    "The sale is kept, and its trees are ordered when the shop's owner has reviewed it.";

const AWAITING_PRICE: &str = "The sale is kept, and its trees are ordered when the operator has set \
    what a tree costs.";

/// The response to a storefront: the same whether the sale was known or not. 201 whenever the
/// claim, as it was posted, orders trees.
pub(crate) fn answer_storefront(
    (sale, proof): (&str, Proof),
    (promise, is_placed): (Promise, bool),
    is_paused: bool,
) -> Response {
    let trees = promise.trees;
    let awaiting_payment = is_placed && trees > 0;
    let message = if promise.is_held {
        Some(HELD)
    } else if is_paused && trees == 0 {
        Some(PAUSED)
    } else if promise.is_uncertain {
        Some(UNCERTAIN)
    } else {
        awaiting_payment.then_some(AWAITING_PAYMENT)
    };
    let sale = sale.to_owned();
    let answer = ClaimAnswer { sale, proof, trees, awaiting_payment, message };
    let status = if trees > 0 { StatusCode::CREATED } else { StatusCode::OK };
    json(status, &OrderEventAnswer::Claim(answer))
}

/// The response to a secret key: 201 whenever it made new orders.
pub(super) fn answer(sale: &str, proof: Proof, result: IngestResult, is_paused: bool) -> Response {
    let status = if result.has_new_orders { StatusCode::CREATED } else { StatusCode::OK };
    json(status, &OrderEventAnswer::Sale(sale_answer(sale, proof, result, is_paused)))
}

fn sale_answer(sale: &str, proof: Proof, result: IngestResult, is_paused: bool) -> SaleAnswer {
    let orders: Vec<Order> = result.orders.into_iter().map(Order::from).collect();
    let awaits = |state: OrderState| orders.iter().any(|order| order.state() == state);
    let awaiting_payment = awaits(OrderState::AwaitingPayment);
    let certain = orders.iter().filter(|order| order.state() != OrderState::HeldForReview);
    let trees = certain.fold(0, |sum: u64, order| sum.saturating_add(order.net_trees()));
    let message =
        match (is_paused && trees == 0, awaiting_payment, awaits(OrderState::AwaitingPrice)) {
            (true, _, _) => Some(PAUSED),
            _ if awaits(OrderState::HeldForReview) => Some(HELD),
            (_, true, _) => Some(AWAITING_PAYMENT),
            (_, _, true) => Some(AWAITING_PRICE),
            _ => None,
        };
    SaleAnswer {
        sale: sale.to_owned(),
        proof: orders.first().map_or(proof, Order::proof),
        trees,
        awaiting_payment,
        orders,
        message,
    }
}
