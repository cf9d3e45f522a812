//! One sale, as a page.

use askama::Template;
use order_events::{Money, Sale, SaleFacts, Timestamp};

use crate::domain::local_time::minute_in_words;
use crate::sales::outcomes::Outcome;
use crate::store::sale_list::SaleRow;
use crate::store::sessions::SessionRow;
use crate::web::settings::orders::copy;

/// Lines of a sale that are shown.
const LINES_SHOWN: usize = 100;

#[derive(Template)]
#[template(path = "settings/order.html")]
struct SalePage<'a> {
    session: &'a SessionRow,
    /// The path of the page's section.
    place: &'static str,
    id: &'a str,
    name: String,
    /// Names and values.
    facts: Vec<(&'static str, String)>,
    is_test: bool,
    held_because: Option<&'a str>,
    lines: Vec<LineView>,
    /// Lines that are not shown.
    more_lines: usize,
    outcomes: Vec<OutcomeView<'a>>,
    /// Instants and events, oldest first.
    history: Vec<(String, String)>,
}

struct LineView {
    title: String,
    sku: String,
    units: String,
    total: String,
}

struct OutcomeView<'a> {
    campaign: &'a str,
    version: Option<u32>,
    trees: String,
    reason: &'a str,
    state: &'static str,
}

/// The content of the page.
pub(crate) struct Shown<'a> {
    pub(crate) session: &'a SessionRow,
    pub(crate) row: &'a SaleRow,
    /// The name of its shop; `None` if the shop was deleted.
    pub(crate) shop: Option<&'a str>,
    pub(crate) facts: SaleFacts,
    pub(crate) outcomes: Vec<Outcome>,
}

/// Writes the page.
pub(crate) fn render(shown: &Shown<'_>) -> askama::Result<String> {
    let (session, row) = (shown.session, shown.row);
    let sale = shown.facts.sale();
    let lines = sale.as_ref().map_or(&[][..], |sale| sale.lines.as_slice());
    SalePage {
        session,
        place: "/settings/orders",
        id: &row.id,
        name: copy::name(row.number.as_deref(), &row.sale_id),
        facts: facts(shown, sale.as_ref()),
        is_test: row.is_test(),
        held_because: row.held_because.as_deref(),
        lines: sale.as_ref().map(line_views).unwrap_or_default(),
        more_lines: lines.len().saturating_sub(LINES_SHOWN),
        outcomes: shown.outcomes.iter().map(OutcomeView::new).collect(),
        history: history(shown),
    }
    .render()
}

fn facts(shown: &Shown<'_>, sale: Option<&Sale>) -> Vec<(&'static str, String)> {
    let row = shown.row;
    let mut facts = vec![
        ("Shop", shown.shop.unwrap_or("a deleted shop").to_owned()),
        ("The shop's order id", row.sale_id.clone()),
        ("Source", copy::proof(row.proof).to_owned()),
        ("State", copy::status(row.status).to_owned()),
    ];
    if let Some(sale) = sale {
        let money = |amount| Money { amount, currency: sale.currency }.to_string();
        facts.push(("Charged", money(sale.total)));
        facts.push(("Items", money(sale.items_total)));
        if sale.refunded > 0 {
            facts.push(("Returned", money(sale.refunded)));
        }
        if !sale.coupons.is_empty() {
            facts.push(("Coupons", sale.coupons.join(", ")));
        }
        if let Some(opted_in) = sale.opted_in {
            facts.push(("Opted in", if opted_in { "yes" } else { "no" }.to_owned()));
        }
    }
    facts
}

fn line_views(sale: &Sale) -> Vec<LineView> {
    let view = |line: &order_events::Line| LineView {
        title: line.title.clone(),
        sku: line.sku.clone().unwrap_or_default(),
        units: match line.refunded {
            0 => line.quantity.to_string(),
            returned => format!("{}, {returned} returned", line.quantity),
        },
        total: Money { amount: line.total, currency: sale.currency }.to_string(),
    };
    sale.lines.iter().take(LINES_SHOWN).map(view).collect()
}

/// The reports of the sale, by the clocks of the shop and of this Worker.
fn history(shown: &Shown<'_>) -> Vec<(String, String)> {
    let (row, facts) = (shown.row, &shown.facts);
    let mut events: Vec<(i64, String)> = vec![
        (row.sold_at, "Sold".to_owned()),
        (row.received_at, "First reported to this service".to_owned()),
    ];
    if let Some(snapshot) = facts.snapshot() {
        let (sold_at, changed_at) = (snapshot.sale.sold_at, snapshot.sale.updated_at);
        if changed_at != sold_at {
            let event = format!("Last known change, {}", copy::proof(row.proof));
            events.push((changed_at.milliseconds(), event));
        }
    }
    for refund in facts.refunds().values() {
        let money = Money { amount: refund.amount, currency: refund.currency };
        events.push((refund.at.milliseconds(), format!("Refund of {money}")));
    }
    events.sort_by_key(|(at, _)| *at);
    let zone = shown.session.time_zone.as_str();
    let in_words = |at: i64| {
        let text = Timestamp::from_milliseconds(at).map(|at| at.to_string()).unwrap_or_default();
        minute_in_words(at, zone).unwrap_or(text)
    };
    let mut history: Vec<(String, String)> =
        events.into_iter().map(|(at, event)| (in_words(at), event)).collect();
    if facts.is_deleted() {
        history.push((String::new(), "Deleted in the shop".to_owned()));
    }
    history
}

impl<'a> OutcomeView<'a> {
    fn new(outcome: &'a Outcome) -> Self {
        Self {
            campaign: &outcome.campaign_name,
            version: outcome.campaign_version,
            trees: copy::trees(outcome.trees),
            reason: &outcome.reason,
            state: copy::state(outcome.order.as_ref().map(|(_, state)| *state)),
        }
    }
}
