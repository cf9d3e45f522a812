//! The overview, as a page.

use askama::Template;
use order_events::Timestamp;

use super::attention::{self, Entry};
use super::chart::{self, Chart};
use crate::domain::days::{Day, Sold, days};
use crate::domain::formatting::{grouped, money};
use crate::domain::local_time::{day_in_words, month_in_words};
use crate::domain::period::Period;
use crate::platform::problem::Problem;
use crate::store::overview::Overview;
use crate::store::purchase_order_quarters::QUARTER;
use crate::store::sessions::SessionRow;
use crate::web::settings::orders::view::SaleView;

#[derive(Template)]
#[template(path = "settings/overview.html")]
struct OverviewPage<'a> {
    session: &'a SessionRow,
    /// The path of this page.
    place: &'static str,
    month: String,
    /// The day on which the month is closed.
    last_day: String,
    /// The open purchase order of the month.
    open: Option<&'a str>,
    trees: String,
    trees_in_all: String,
    /// The amount and the currency.
    cost: (String, String),
    /// The cost by the end of the month if it goes on like this; `None` in its first day.
    forecast: Option<String>,
    budget: Option<BudgetView>,
    chart: Chart,
    days: Vec<DayView>,
    attention: Vec<Entry>,
    sales: Vec<SaleView<'a>>,
}

/// The monthly budget, and how much of it is ordered.
struct BudgetView {
    percent: i64,
    /// The width of the meter's bar, up to 100.
    width: i64,
    amount: String,
}

struct DayView {
    name: String,
    trees: String,
    cost: String,
}

/// Milliseconds of a day.
const DAY: i64 = 24 * 60 * 60 * 1000;

/// Writes the page as it is at the instant `now`.
pub(super) fn render(
    session: &SessionRow,
    overview: &Overview,
    now: Timestamp,
) -> Result<String, Problem> {
    let zone = session.time_zone.as_str();
    let period =
        Period::of(now, zone).ok_or_else(|| Problem::internal("A merchant has no time zone"))?;
    let merchant = overview.merchant.as_ref();
    let open = overview.open.as_ref();
    let currency = open.map(|order| order.currency.as_str());
    let currency = currency.or(merchant.map(|merchant| merchant.currency.as_str()));
    let money = |amount: i64| money(amount, currency.unwrap_or_default());
    let (starts_at, ends_at) = (period.starts_at.milliseconds(), period.ends_at.milliseconds());
    let sold = overview.quarters.iter().map(|row| Sold {
        at: row.quarter.saturating_mul(QUARTER),
        orders: row.orders,
        trees: row.trees,
        total: row.total,
    });
    let (days, _) = days((starts_at, ends_at), zone, sold);
    let now = now.milliseconds();
    let elapsed = now.saturating_sub(starts_at).max(1);
    let cost = open.map_or(0, |order| order.total);
    let of_month = days.iter().fold(0_i64, |sum, day| sum.saturating_add(day.total));
    let to_come = proportion(of_month, ends_at.saturating_sub(now), elapsed);
    let today = days_begun(&days, now, zone).saturating_sub(1);
    let average = proportion(days.iter().map(|day| day.trees).sum(), DAY, elapsed.max(DAY));
    let sales = overview.sales.iter().map(|sale| SaleView::new(sale, zone));
    let page = OverviewPage {
        session,
        place: "/settings",
        month: month_in_words(&period.label),
        last_day: day_in_words(ends_at.saturating_sub(1), zone).unwrap_or_default(),
        open: open.map(|order| order.id.as_str()),
        trees: grouped(open.map_or(0, |order| order.trees)),
        trees_in_all: grouped(overview.counts.trees),
        cost: parts(&money(cost)),
        forecast: (elapsed >= DAY).then(|| money(cost.saturating_add(to_come))),
        budget: merchant.and_then(|merchant| merchant.monthly_budget).map(|budget| {
            let percent = proportion(cost.max(0), 100, budget);
            BudgetView { percent, width: percent.min(100), amount: money(budget) }
        }),
        chart: chart::draw(&days, today, average),
        days: days
            .iter()
            .filter(|day| day.orders > 0)
            .map(|day| DayView {
                name: day.name.clone(),
                trees: grouped(day.trees),
                cost: money(day.total),
            })
            .collect(),
        attention: attention::list(session, overview, now),
        sales: sales.collect::<Result<_, _>>()?,
    };
    Ok(page.render()?)
}

/// An amount apart from its currency.
fn parts(money: &str) -> (String, String) {
    let (amount, currency) = money.rsplit_once(' ').unwrap_or((money, ""));
    (amount.to_owned(), currency.to_owned())
}

/// The number of the month's days that have begun.
fn days_begun(days: &[Day], now: i64, zone: &str) -> usize {
    let today = day_in_words(now, zone).unwrap_or_default();
    let place = days.iter().position(|day| day.name == today);
    place.map_or(days.len(), |place| place.saturating_add(1))
}

/// `amount` times `part` by `whole`, without overflow.
fn proportion(amount: i64, part: i64, whole: i64) -> i64 {
    let exact = i128::from(amount).saturating_mul(part.into()).div_euclid(whole.max(1).into());
    i64::try_from(exact).unwrap_or(i64::MAX)
}
