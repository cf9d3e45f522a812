//! Orders that wait for a tree price: the operator is notified, and they are billed once a price is
//! set.

use order_events::Campaign;

use crate::billing::invocation_limits::Budget;
use crate::platform::context::RequestContext;
use crate::platform::log::{self, LogEvent};
use crate::platform::problem::Problem;
use crate::sales::ingest::{self, SaleSource};
use crate::store::purchase_orders::Billing;
use crate::store::sale_write::SalePlace;
use crate::store::unpriced::UnpricedSale;
use crate::store::write_guard::WriteGuard;

/// Sales that one event looks at, and statements that each may take.
const SALES_MAX: i64 = 50;
const QUERIES: usize = 8;

/// Bills what has a price now, and reports the currencies that have none.
pub(super) async fn bill_priced(context: &RequestContext) -> Result<(), Problem> {
    let (store, now) = (&context.store, context.now.milliseconds());
    let budget = Budget::begin();
    for sale in store.priced_sales(now, SALES_MAX).await? {
        if budget.allows(context, QUERIES)
            && let Err(problem) = bill(context, &sale).await
        {
            let fields = [("sale", sale.known.id.as_str()), ("message", &problem.to_string())];
            log::write(LogEvent::SaleUnbilled, &fields);
        }
    }
    let waiting = store.unpriced_currencies(now).await?;
    if waiting.is_empty() {
        return Ok(());
    }
    let waiting: Vec<String> =
        waiting.iter().map(|row| format!("{} in {}", row.orders, row.currency)).collect();
    Err(Problem::misconfigured(&format!(
        "orders wait for a tree price: {}. Set one with the operator's command line.",
        waiting.join(", ")
    )))
}

/// When the sale was changed meanwhile, the next event finds it again.
async fn bill(context: &RequestContext, sale: &UnpricedSale) -> Result<(), Problem> {
    let campaigns: [Campaign; 0] = [];
    let source = SaleSource {
        merchant_id: &sale.merchant_id,
        place: SalePlace { shop_id: &sale.shop_id, mode: sale.mode, sale_id: &sale.sale_id },
        number: None,
        connected_at: sale.known.connected_at,
        proof: sale.known.proof,
        held_because: None,
        is_confirming: false,
        campaigns: &campaigns,
        pause: None,
        billing: Billing {
            time_zone: &sale.time_zone,
            currency: &sale.currency,
            latest_period_ends_at: sale.latest_period_ends_at,
        },
        guard: WriteGuard { id: &sale.shop_id, revision: 0 },
    };
    ingest::evaluate_again(context, &source, &sale.known).await?;
    Ok(())
}
