//! Imports the orders of a shop from a file of it, piece by piece, as facts.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use jiff::tz::TimeZone;
use order_events::{Currency, Proof, SaleFacts, Timestamp};
use serde::Serialize;
use shop_adapters::import::{self, Detail, ImportedOrder, ImportedSale, Source, supplement};

use crate::domain::local_time;
use crate::domain::period::Period;
use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;
use crate::sales::ingest::changed_meanwhile;
use crate::sales::quarantine::plain;
use crate::sales::shop_reports::{ShopReport, record_report};
use crate::store::named_sales::NamedSale;
use crate::store::webhooks::WebhookShop;

/// Orders that one request reads, at most.
pub(crate) const ORDERS_MAX: usize = 500;

/// Reasons of refusals in one response, at most.
pub(crate) const REFUSALS_MAX: usize = 100;

/// Statements of D1 that recording one order may take, and naming the orders after it.
const QUERIES_PER_ORDER: usize = 20;

/// Bytes of the stored facts of one sale that are compared with others at once.
const FACTS_BYTES_MAX: i64 = 16_384;

/// Bytes in a row of D1.
const ROW_BYTES_MAX: i64 = 2_000_000;

/// Attempts to record an order while the data that decides about it changes.
const ATTEMPTS_MAX: usize = 5;

/// A piece of a file.
pub(crate) struct Piece<'a> {
    pub(crate) bytes: &'a [u8],
    /// True if nothing is to be recorded.
    pub(crate) is_dry_run: bool,
    /// True if no piece follows.
    pub(crate) is_last: bool,
}

/// The result of the import of one piece.
#[derive(Default, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct ImportResult {
    /// Rows of CSV without the first one, or objects of JSON, that were read.
    rows: usize,
    /// Orders that were read. `new`, `changed`, `unchanged` and `refused` add up to them.
    orders: usize,
    /// Sales that were not known, or that only a browser had reported.
    new: usize,
    /// Known sales about which the file says more.
    changed: usize,
    /// Known sales about which it says nothing new.
    unchanged: usize,
    /// Orders that are no sales.
    refused: usize,
    /// The first 100 of them.
    refusals: Vec<Refusal>,
    /// Bytes of the row that names the columns; 0 for JSON. Each piece begins with this row.
    header_bytes: usize,
    /// Bytes of the body that were read. The next piece begins behind them.
    read_bytes: usize,
    /// True if nothing of the body is left.
    is_complete: bool,
}

/// An order that is no sale.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
struct Refusal {
    /// The number of the row in the body, from 1; the row that names the columns counts.
    row: usize,
    /// The shop's own order id, if the file has it.
    sale: Option<String>,
    /// The reason.
    problem: String,
}

/// The result of one order.
enum Outcome {
    New(SaleFacts),
    Changed(SaleFacts),
    Unchanged,
    Refused(String),
}

/// An import of one piece into one shop.
struct Run<'a> {
    context: &'a RequestContext,
    shop: WebhookShop,
    only_counts: bool,
    numbers_differ: bool,
    result: ImportResult,
    named: Vec<NamedSale>,
}

/// Imports the orders at the beginning of a piece, as many as one request may.
pub(crate) async fn import(
    context: &RequestContext,
    (merchant, shop): (&str, &str),
    piece: &Piece<'_>,
) -> Result<ImportResult, Problem> {
    let shop = find(context, merchant, shop).await?;
    let read = read(context, &shop, piece)?;
    let is_by_number = |order: &ImportedOrder| {
        order.sale.as_ref().is_ok_and(|sale| sale.detail == Detail::WithoutId)
    };
    let has_numbers = read.orders.iter().any(is_by_number);
    let numbers_differ = has_numbers && context.store.numbers_differ(&shop.id).await?;
    let mut run = Run {
        context,
        shop,
        only_counts: piece.is_dry_run,
        numbers_differ,
        result: ImportResult { header_bytes: read.header_bytes, ..ImportResult::default() },
        named: Vec::new(),
    };
    run.result.read_bytes = read.header_bytes;
    run.result.is_complete = run.import_all(read.orders).await? && read.is_read;
    context.store.name_sales(&run.shop.id, &run.named).await?;
    Ok(run.result)
}

async fn find(context: &RequestContext, merchant: &str, id: &str) -> Result<WebhookShop, Problem> {
    let found = context.store.reporting_shop(merchant, id).await?;
    found.ok_or_else(|| Problem::not_found("shop"))
}

fn read(
    context: &RequestContext,
    shop: &WebhookShop,
    piece: &Piece<'_>,
) -> Result<import::Import, Problem> {
    let platform = serde_json::from_str(&format!("\"{}\"", shop.platform))
        .map_err(|_| Problem::internal("The platform of a shop could not be read"))?;
    let zone = local_time::zone(&shop.terms.time_zone);
    let in_zone = |at: Timestamp| {
        let shown = local_time::local(at.milliseconds(), &TimeZone::UTC);
        let there =
            shown.zip(zone.as_ref()).and_then(|(shown, zone)| local_time::instant(shown, zone));
        there.unwrap_or(at)
    };
    let source = Source {
        platform,
        currency: Currency::of_sale(&shop.terms.currency).unwrap_or(Currency::UNKNOWN),
        now: context.now,
        in_zone: &in_zone,
        is_last: piece.is_last,
        orders_max: ORDERS_MAX,
    };
    import::read(piece.bytes, &source)
        .map_err(|error| Problem::unprocessable("", error.to_string()))
}

impl ImportResult {
    /// The orders, and those that are new, changed, unchanged and refused.
    pub(crate) fn counts(&self) -> [usize; 5] {
        [self.orders, self.new, self.changed, self.unchanged, self.refused]
    }

    /// Returns true if nothing of the piece is left.
    pub(crate) fn is_complete(&self) -> bool {
        self.is_complete
    }
}

impl Run<'_> {
    /// Imports the orders, and returns false if some are left because D1 allows no more statements.
    async fn import_all(&mut self, mut orders: Vec<ImportedOrder>) -> Result<bool, Problem> {
        self.find_ids(&mut orders).await?;
        let ids: Vec<String> =
            orders.iter().filter_map(|order| Some(id_of(order)?.to_owned())).collect();
        let mut known = self.known(&ids).await?;
        for order in orders {
            if self.result.orders > 0 && self.context.queries_left() < QUERIES_PER_ORDER {
                return Ok(false);
            }
            let place = (order.row, order.rows, order.end);
            let id = id_of(&order).map(str::to_owned);
            let mut month = String::new();
            let outcome = match order.sale {
                Err(refused) => Outcome::Refused(refused.problem),
                Ok(sale) => {
                    month = self.month(&sale);
                    let is_large = known.get(&sale.sale.sale_id).is_some_and(Option::is_none);
                    let before = self.before(&mut known, &sale.sale.sale_id).await?;
                    let outcome = self.import_one(&sale, before.as_ref()).await?;
                    // The file may name an order several times.
                    let after = match (&outcome, before) {
                        (Outcome::New(facts) | Outcome::Changed(facts), before) => {
                            Some(Some(before.unwrap_or_default().merge(facts.clone())))
                        }
                        (_, before) => before.map(|before| Some(before).filter(|_| !is_large)),
                    };
                    if let Some(after) = after {
                        known.insert(sale.sale.sale_id, after);
                    }
                    outcome
                }
            };
            self.note(place, id, month, &outcome);
        }
        Ok(true)
    }

    /// Replaces the numbers of orders whose file has no ids by the ids of the stored sales.
    async fn find_ids(&self, orders: &mut [ImportedOrder]) -> Result<(), Problem> {
        let is_by_number = |sale: &&mut ImportedSale| sale.detail == Detail::WithoutId;
        let mut sales: Vec<&mut ImportedSale> = orders
            .iter_mut()
            .filter_map(|order| order.sale.as_mut().ok())
            .filter(is_by_number)
            .collect();
        if sales.is_empty() {
            return Ok(());
        }
        let numbers: Vec<String> = sales.iter().map(|sale| sale.sale.sale_id.clone()).collect();
        let stored = self.context.store.numbered_sales(&self.shop.id, &numbers).await?;
        let ids: BTreeMap<String, String> =
            stored.into_iter().map(|row| (row.number, row.sale_id)).collect();
        for sale in &mut sales {
            if let Some(id) = ids.get(&sale.sale.sale_id) {
                sale.sale.sale_id.clone_from(id);
                sale.detail = Detail::WithoutProducts;
            }
        }
        Ok(())
    }

    /// The stored sales with these ids; of a large one, only that there is one.
    async fn known(&self, ids: &[String]) -> Result<BTreeMap<String, Option<SaleFacts>>, Problem> {
        let place = (self.shop.id.as_str(), self.shop.mode());
        let mut known = BTreeMap::new();
        for row in self.context.store.stored_sales(place, ids, FACTS_BYTES_MAX).await? {
            known.insert(row.sale_id, row.facts.as_deref().map(facts).transpose()?);
        }
        Ok(known)
    }

    /// Returns the facts that were known of a sale before.
    async fn before(
        &self,
        known: &mut BTreeMap<String, Option<SaleFacts>>,
        id: &str,
    ) -> Result<Option<SaleFacts>, Problem> {
        match known.remove(id) {
            None => Ok(None),
            Some(Some(facts)) => Ok(Some(facts)),
            Some(None) => {
                let place = (self.shop.id.as_str(), self.shop.mode());
                let ids = [id.to_owned()];
                let rows = self.context.store.stored_sales(place, &ids, ROW_BYTES_MAX).await?;
                let stored = rows.into_iter().next_back().and_then(|row| row.facts);
                stored.as_deref().map(facts).transpose()
            }
        }
    }

    /// Decides about one sale, and records it unless this is a dry run.
    async fn import_one(
        &self,
        imported: &ImportedSale,
        known: Option<&SaleFacts>,
    ) -> Result<Outcome, Problem> {
        let sale = &imported.sale;
        if let Err(error) = sale.facts.snapshot().map_or(Ok(()), |snapshot| snapshot.sale.check()) {
            return Ok(Outcome::Refused(format!("{}: {}", error.path, error.message)));
        }
        let facts = sale.facts.clone().dated_up_to(self.context.now);
        let outcome = match known {
            None if imported.detail == Detail::WithoutId && self.numbers_differ => {
                return Ok(Outcome::Refused(WITHOUT_ID.to_owned()));
            }
            None => Outcome::New(facts),
            Some(known) => compared((facts, imported.detail), known, self.context.now),
        };
        let (Outcome::New(facts) | Outcome::Changed(facts)) = &outcome else { return Ok(outcome) };
        if self.only_counts {
            return Ok(outcome);
        }
        let report = ShopReport {
            sale_id: &sale.sale_id,
            number: sale.number.as_deref(),
            facts,
            proof: Proof::Verified,
        };
        match self.record(report).await {
            Ok(()) => Ok(outcome),
            Err(problem) if problem.status() == StatusCode::UNPROCESSABLE_ENTITY => {
                Ok(Outcome::Refused(problem.message().to_owned()))
            }
            Err(problem) => Err(problem),
        }
    }

    async fn record(&self, report: ShopReport<'_>) -> Result<(), Problem> {
        let store = &self.context.store;
        let mut recorded = record_report(self.context, &self.shop, report).await?;
        for _ in 1..ATTEMPTS_MAX {
            if recorded.is_some() {
                break;
            }
            let shop = find(self.context, &self.shop.merchant_id, &self.shop.id).await?;
            recorded = record_report(self.context, &shop, report).await?;
        }
        let recorded = recorded.ok_or_else(changed_meanwhile)?;
        if recorded.is_news && self.shop.has_quarantined_sales != 0 {
            store.release_from_quarantine(&self.shop.id, self.shop.mode(), report.sale_id).await?;
        }
        Ok(())
    }

    fn month(&self, imported: &ImportedSale) -> String {
        let sold_at = imported.sale.facts.snapshot().map(|snapshot| snapshot.sale.sold_at);
        let month = sold_at.and_then(|at| Period::of(at, &self.shop.terms.time_zone));
        month.map(|month| month.label).unwrap_or_default()
    }

    fn note(
        &mut self,
        (row, rows, end): (usize, usize, usize),
        sale: Option<String>,
        month: String,
        outcome: &Outcome,
    ) {
        let result = &mut self.result;
        let count = match outcome {
            Outcome::New(_) => &mut result.new,
            Outcome::Changed(_) => &mut result.changed,
            Outcome::Unchanged => &mut result.unchanged,
            Outcome::Refused(_) => &mut result.refused,
        };
        *count = count.saturating_add(1);
        result.orders = result.orders.saturating_add(1);
        result.rows = result.rows.saturating_add(rows);
        result.read_bytes = end;
        let problem = match outcome {
            Outcome::Refused(problem) => Some(problem.clone()),
            _ => None,
        };
        if let Some(problem) = &problem
            && result.refusals.len() < REFUSALS_MAX
        {
            result.refusals.push(Refusal { row, sale: sale.clone(), problem: problem.clone() });
        }
        // A refund without its order names no order of a month.
        if let Some(id) = sale.filter(|_| problem.is_some() || !month.is_empty()) {
            self.named.push(NamedSale(plain(&id), month, problem));
        }
    }
}

const WITHOUT_ID: &str = "the file names only the number of the order, and the numbers of this shop \
    are not the ids of its orders: import an export with the column order_id";

fn facts(stored: &str) -> Result<SaleFacts, Problem> {
    serde_json::from_str(stored)
        .map_err(|_| Problem::internal("The stored facts of a sale could not be read"))
}

fn id_of(order: &ImportedOrder) -> Option<&str> {
    match &order.sale {
        Ok(sale) => Some(&sale.sale.sale_id),
        Err(refused) => refused.sale_id.as_deref(),
    }
}

/// Compares a sale of a file with what is known of it. A file without products changes the progress
/// and the refunds of a sale that the shop has reported in full.
fn compared((told, detail): (SaleFacts, Detail), known: &SaleFacts, now: Timestamp) -> Outcome {
    let is_verified = known.proof() == Some(Proof::Verified);
    let facts = match told.snapshot() {
        Some(snapshot) if is_verified && detail != Detail::Whole => {
            let refunds = told.refunds().iter();
            let refunds = refunds
                .map(|(id, refund)| SaleFacts::from_refund(id.clone(), refund.clone()))
                .reduce(SaleFacts::merge)
                .unwrap_or_default();
            let progress = supplement(known, snapshot, now).unwrap_or_default();
            progress.merge(refunds)
        }
        _ => told,
    };
    if known.clone().merge(facts.clone()).says_the_same_as(known) {
        Outcome::Unchanged
    } else if is_verified {
        Outcome::Changed(facts)
    } else {
        Outcome::New(facts)
    }
}
