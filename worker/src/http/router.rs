//! Every URL and its handler, in one table.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{MethodRouter, get, post};

use crate::api::campaigns::{self, simulate};
use crate::api::orders::{self, order_list};
use crate::api::purchase_orders::{self, items, payments};
use crate::api::shops::{self, imports, pull, shop_webhook};
use crate::api::{
    buy_trees, connections, health, keys, openapi, operator, quarantine, sales, storefront, totals,
};
use crate::http::cross_origin;
use crate::web::settings::campaigns::editor;
use crate::web::sign_in::{ask, sign_up};
use crate::web::{docs, front, mailbox, pay, script, settings, sign_in, style, unknown};
use crate::webhooks;

/// The table. Both slash forms of a route answer directly, without a redirect.
pub(crate) fn router() -> Router {
    let mut router = Router::new();
    for (path, handlers) in api() {
        let handlers = handlers.options(cross_origin::preflight);
        router = router.route(path, handlers.clone()).route(&format!("{path}/"), handlers);
    }
    router
        .route("/", get(front::show))
        .route("/style/{file}", get(style::show))
        .route("/script/{file}", get(script::show))
        .route("/docs", get(docs::show))
        .route("/docs/", get(docs::show))
        .route("/storefront/sales", post(storefront::post_found_sale))
        .route("/storefront/caps", get(storefront::count_trees_left))
        .route("/plugin/{build}/{file}", get(storefront::find_latest))
        .route("/webhooks/shopify/{shop}", post(webhooks::shops::shopify))
        .route("/webhooks/woocommerce/{shop}", post(webhooks::shops::woocommerce))
        .route("/pay/{token}", get(pay::show).post(pay::pay))
        .route("/pay/{token}/document", get(pay::document::show))
        .route("/pay/{token}/items.csv", get(pay::document::items))
        .route("/pay/{token}/authentication", post(pay::sandbox::authenticate))
        .route("/webhooks/stripe", post(webhooks::stripe::receive_event))
        .route("/sign-in", get(ask::show).post(ask::ask))
        .route("/sign-in/", get(ask::show).post(ask::ask))
        .route("/sign-in/sent", get(ask::show_sent))
        .route("/sign-up", get(sign_up::show).post(sign_up::ask))
        .route("/sign-up/", get(sign_up::show).post(sign_up::ask))
        .route("/sign-up/sent", get(sign_up::show_sent))
        .route("/sign-in/{token}", get(sign_in::show).post(sign_in::begin))
        .route("/settings", get(settings::overview::show))
        .route("/settings/", get(settings::overview::show))
        .route("/settings/start", get(settings::start::show))
        .route("/settings/start/", get(settings::start::show))
        .route("/settings/start/shop", post(settings::start::add_shop))
        .route("/settings/start/key", post(settings::start::make_key))
        .route("/settings/start/code", post(settings::start::make_code))
        .route(
            "/settings/shops/{id}/webhook",
            get(settings::webhook::show).post(settings::webhook::set),
        )
        .route("/settings/shops/{id}/webhook/remove", post(settings::webhook::remove))
        .route("/settings/shops/{id}/webhook/site", post(settings::webhook::set_site))
        .route(
            "/settings/shops/{id}/import",
            get(settings::import::show).post(settings::import::import_piece),
        )
        .route("/settings/shops/{id}/pull", post(settings::import::pull))
        .route("/settings/api-payments", get(settings::show))
        .route("/settings/api-payments/", get(settings::show))
        .route("/settings/api-payments/shops", post(settings::shops::add))
        .route("/settings/api-payments/shops/{id}/limits", post(settings::shops::set_limits))
        .route("/settings/api-payments/shops/{id}/test-mode", post(settings::shops::set_test_mode))
        .route("/settings/api-payments/sales/reject-held", post(settings::sales::reject_held))
        .route("/settings/api-payments/sales/{id}/accept", post(settings::sales::accept))
        .route("/settings/api-payments/sales/{id}/reject", post(settings::sales::reject))
        .route("/settings/api-payments/keys", post(settings::keys::make))
        .route("/settings/api-payments/keys/{id}/rotate", post(settings::keys::rotate))
        .route("/settings/api-payments/keys/{id}/revoke", post(settings::keys::revoke))
        .route("/settings/api-payments/quarantine/{id}/delete", post(settings::quarantine::delete))
        .route("/settings/campaigns", get(settings::campaigns::show).post(editor::create))
        .route("/settings/campaigns/", get(settings::campaigns::show))
        .route("/settings/campaigns/new", get(editor::new))
        .route("/settings/campaigns/{id}", get(editor::edit).post(editor::change))
        .route("/settings/campaigns/{id}/pause", post(settings::campaigns::pause))
        .route("/settings/campaigns/{id}/resume", post(settings::campaigns::resume))
        .route("/settings/campaigns/{id}/delete", post(settings::campaigns::delete))
        .route("/settings/orders", get(settings::orders::show))
        .route("/settings/orders/", get(settings::orders::show))
        .route("/settings/orders/{id}", get(settings::orders::sale::show))
        .route("/settings/purchase-orders", get(settings::purchase_orders::show))
        .route("/settings/purchase-orders/", get(settings::purchase_orders::show))
        .route("/settings/purchase-orders/{id}", get(settings::purchase_orders::show_one))
        .route("/settings/purchase-orders/{id}/items.csv", get(settings::purchase_orders::items))
        .route(
            "/settings/purchase-orders/{id}/records",
            get(settings::purchase_orders::records::show),
        )
        .route("/settings/security", get(settings::security::show))
        .route("/settings/security/", get(settings::security::show))
        .route("/settings/security/end-others", post(settings::security::end_others))
        .route("/settings/security/sign-in-link", post(settings::security::send_link))
        .route("/settings/payments", get(settings::payments::show))
        .route("/settings/payments/", get(settings::payments::show))
        .route("/settings/payments/email", post(settings::payments::set_email))
        .route("/settings/payments/budget", post(settings::payments::set_budget))
        .route("/settings/payments/orders/{id}/link", post(settings::payments::renew_link))
        .route("/settings/payments/card", post(settings::payments::card::save))
        .route("/settings/payments/card/remove", post(settings::payments::card::remove))
        .route("/operator/counters", get(operator::count))
        .route("/operator/encryption", get(operator::show).post(operator::reencrypt))
        .route("/mailbox", get(mailbox::list))
        .route("/mailbox/{id}", get(mailbox::show))
        .route("/settings/sign-out", post(sign_in::end))
        // A body was read with the limit of its address before it came here.
        .layer(DefaultBodyLimit::disable())
        .fallback(unknown::not_found)
        .method_not_allowed_fallback(unknown::method_not_allowed)
}

/// Makes the table of the operations from one line for each. The tests describe the same
/// operations: the Worker is compiled without the library for that.
macro_rules! operations {
    ($($path:literal => $($method:ident $file:ident::$handler:ident),+;)+) => {
        /// The paths that the description of the API describes, with their handlers.
        pub(crate) fn api() -> Vec<(&'static str, MethodRouter)> {
            vec![$(($path, MethodRouter::new()$(.$method($file::$handler))+)),+]
        }

        /// The descriptions that stand above the handlers.
        #[cfg(test)]
        #[derive(utoipa::OpenApi)]
        #[openapi(paths($($($file::$handler),+),+))]
        pub(crate) struct Operations;
    };
}

operations! {
    "/api/orders" => get order_list::list_orders, post orders::post_order_event;
    "/api/orders/{id}" => get order_list::read_order;
    "/api/sales" => get sales::list_sales;
    "/api/sales/{id}" => get sales::read_sale;
    "/api/sales/{id}/accept" => post sales::accept_sale;
    "/api/sales/{id}/reject" => post sales::reject_sale;
    "/api/quarantine" => get quarantine::list_quarantine;
    "/api/quarantine/{id}" => get quarantine::read_quarantined_sale,
        delete quarantine::delete_quarantined_sale;
    "/api/buy_trees" => post buy_trees::buy_trees;
    "/api/campaigns" => get campaigns::list_campaigns, post campaigns::create_campaign;
    "/api/campaigns/{id}" => get campaigns::read_campaign, put campaigns::change_campaign,
        delete campaigns::delete_campaign;
    "/api/campaigns/{id}/simulate" => post simulate::simulate;
    "/api/purchase_orders" => get purchase_orders::list_purchase_orders;
    "/api/purchase_orders/{id}" => get purchase_orders::read_purchase_order;
    "/api/purchase_orders/{id}/lines" => get purchase_orders::list_lines;
    "/api/purchase_orders/{id}/items" => get items::list_items;
    "/api/purchase_orders/{id}/payments" => post payments::record_payment;
    "/api/shops" => get shops::list_shops, post shops::create_shop;
    "/api/shops/{id}" => get shops::read_shop, put shops::change_shop, delete shops::delete_shop;
    "/api/shops/{id}/webhook" => get shop_webhook::read_webhook, put shop_webhook::set_webhook,
        delete shop_webhook::delete_webhook;
    "/api/shops/{id}/imports" => post imports::import_orders;
    "/api/shops/{id}/pull" => put pull::set_pull, post pull::pull_orders, delete pull::delete_pull;
    "/api/shops/{id}/reconciliation" => get imports::read_reconciliation;
    "/api/shops/{id}/webhook/site" => put shop_webhook::set_site;
    "/api/connections" => post connections::connect_shop;
    "/api/keys" => get keys::list_keys, post keys::create_key;
    "/api/keys/{id}" => get keys::read_key, put keys::change_key, delete keys::revoke_key;
    "/api/keys/{id}/rotate" => post keys::rotate_key;
    "/api/reset" => post keys::reset_key;
    "/api/totals" => get totals::count_trees;
    "/api/openapi.json" => get openapi::describe_api;
    "/health" => get health::check_health;
}
