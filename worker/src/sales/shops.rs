//! Shops as merchants make them: for the API and for Settings > API Payments.

use axum::http::StatusCode;
use order_events::{Platform, Timestamp};
use serde::{Deserialize, Serialize};

use crate::domain::claim_limits::{self, ClaimLimits};
use crate::domain::{names, origin};
use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;
use crate::store::Table;
use crate::store::resource::Prepared;
use crate::store::shops::ShopRow;

/// Shops of one merchant, at most.
pub(crate) const SHOPS_MAX: i64 = 100;

/// A shop as a merchant writes it.
#[derive(Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct ShopBody {
    /// The merchant's name for it.
    #[cfg_attr(test, schema(min_length = 1, max_length = 100, example = "Mugs online"))]
    pub(crate) name: String,
    pub(crate) platform: Platform,
    /// Scheme and host of the storefront.
    #[cfg_attr(test, schema(max_length = 300, example = "https://mugs.example.com"))]
    pub(crate) origin: String,
    /// True to try the shop: everything that it reports is a test, and is never billed. Absent or
    /// `null` is false for a new shop, and no change for another.
    #[serde(default)]
    pub(crate) test_mode: Option<bool>,
    /// Trees that one sale may order if only a browser reports it; what exceeds a limit is held for
    /// review. Absent or `null` is 50 for a new shop, and no change for another.
    #[serde(default)]
    #[cfg_attr(test, schema(maximum = 1_000_000, example = 50))]
    pub(crate) claim_trees_per_sale: Option<u32>,
    /// Trees that all such sales of one day (UTC) may order; 500 for a new shop.
    #[serde(default)]
    #[cfg_attr(test, schema(maximum = 1_000_000, example = 500))]
    pub(crate) claim_trees_per_day: Option<u32>,
    /// Trees that all such sales on one purchase order may order; 5,000 for a new shop. They never
    /// cost more than the merchant's monthly budget, if there is one.
    #[serde(default)]
    #[cfg_attr(test, schema(maximum = 1_000_000, example = 5_000))]
    pub(crate) claim_trees_per_month: Option<u32>,
}

/// One storefront of a merchant.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct Shop {
    pub(crate) id: String,
    name: String,
    /// A platform of [`Platform`].
    platform: String,
    /// Scheme and host, as browsers send it.
    origin: String,
    /// True while everything that the shop reports is a test, and is never billed.
    test_mode: bool,
    /// Trees that one sale may order if only a browser reports it.
    claim_trees_per_sale: u32,
    /// Trees that all such sales of one day (UTC) may order.
    claim_trees_per_day: u32,
    /// Trees that all such sales on one purchase order may order.
    claim_trees_per_month: u32,
    created_at: Option<Timestamp>,
}

/// The values that a shop keeps where a body omits them.
pub(crate) struct Before {
    pub(crate) created_at: i64,
    pub(crate) test_mode: i64,
    pub(crate) limits: ClaimLimits,
}

/// Checks a shop that a merchant wants, and makes it under this id.
pub(crate) fn prepare(
    context: &RequestContext,
    merchant: &str,
    id: String,
    wanted: ShopBody,
) -> Result<Prepared<Shop>, Problem> {
    let before = Before {
        created_at: context.now.milliseconds(),
        test_mode: 0,
        limits: claim_limits::DEFAULT,
    };
    let row = row(id, &before, wanted)?;
    let statements = vec![context.store.insert_shop(merchant, &row, SHOPS_MAX)?];
    Ok(Prepared { table: Table::Shops, id: row.id.clone(), statements, answer: row.into() })
}

/// 409: the merchant has as many shops as allowed.
pub(crate) fn too_many() -> Problem {
    Problem::new(
        StatusCode::CONFLICT,
        format!("There are {SHOPS_MAX} shops, the most allowed: delete one first."),
    )
}

/// Checks a shop, and returns it as it is stored. Fields that the body omits stay unchanged.
pub(crate) fn row(id: String, before: &Before, body: ShopBody) -> Result<ShopRow, Problem> {
    names::check("name", &body.name, names::NAME_MAX)?;
    let origin = origin::read("origin", &body.origin)?;
    let platform = serde_json::to_string(&body.platform)
        .map_err(|_| Problem::internal("A platform could not be written as JSON"))?;
    let platform = platform.trim_matches('"').to_owned();
    let limits = ClaimLimits {
        sale: body.claim_trees_per_sale.unwrap_or(before.limits.sale),
        day: body.claim_trees_per_day.unwrap_or(before.limits.day),
        month: body.claim_trees_per_month.unwrap_or(before.limits.month),
    };
    let limits = limits.check()?;
    let test_mode = body.test_mode.map_or(before.test_mode, i64::from);
    let created_at = before.created_at;
    Ok(ShopRow { id, name: body.name, platform, origin, created_at, test_mode, limits })
}

impl From<ShopRow> for Shop {
    fn from(row: ShopRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            platform: row.platform,
            origin: row.origin,
            test_mode: row.test_mode != 0,
            claim_trees_per_sale: row.limits.sale,
            claim_trees_per_day: row.limits.day,
            claim_trees_per_month: row.limits.month,
            created_at: Timestamp::from_milliseconds(row.created_at),
        }
    }
}
