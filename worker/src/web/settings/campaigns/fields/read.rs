//! Reads a campaign from the fields of the form.

use order_events::{
    Campaign, Condition, Conditions, Currency, ItemMatch, Money, Timestamp, TreeRule,
};

use super::write::local_text;
use crate::domain::campaign_pauses::{join, split};
use crate::domain::local_time::{instant, local, zone};
use crate::platform::problem::Problem;
use crate::sales::campaigns::CampaignBody;
use crate::web::form::Form;

/// The campaign that the form describes. `old` is the stored campaign that it changes: the pauses
/// and the dates that were not edited stay as they are.
pub(in crate::web::settings::campaigns) fn read(
    form: &Form,
    zone: &str,
    old: Option<&Campaign>,
) -> Result<CampaignBody, Problem> {
    let conditions = if form.is_chosen("as", "json") {
        let text = form.text("conditions");
        serde_json::from_str(text).map_err(|error| refused("conditions", &format!("{error}.")))?
    } else {
        let pauses = old.map(|old| split(old.conditions.clone()).1).unwrap_or_default();
        join(conditions(form)?, &pauses)
    };
    Ok(CampaignBody {
        name: form.text("name").to_owned(),
        starts_at: date(form, "starts_at", zone, old.and_then(|old| old.starts_at))?,
        ends_at: date(form, "ends_at", zone, old.and_then(|old| old.ends_at))?,
        conditions,
    })
}

fn refused(field: &str, why: &str) -> Problem {
    Problem::unprocessable(field, format!("{field}: {why}"))
}

fn conditions(form: &Form) -> Result<Conditions, Problem> {
    let mut all = Vec::new();
    if !form.text("minimum").is_empty() {
        let Money { amount, currency } = amount(form, "minimum")?;
        all.push(Condition::MinimumAmount { amount, currency });
    }
    let coupons = list(form, "coupon", "coupons");
    if !coupons.is_empty() {
        all.push(Condition::Coupon(coupons));
    }
    if form.is_chosen("opted_in", "yes") {
        all.push(Condition::OptedIn);
    }
    let shops: Vec<String> = form.texts("shop").map(str::to_owned).collect();
    if !shops.is_empty() {
        all.push(Condition::Shop(shops));
    }
    let when = if all.len() > 1 { Some(Condition::All(all)) } else { all.pop() };
    let cap_per_order = number(form, "cap_per_order")?;
    let cap_per_month = number(form, "cap_per_month")?;
    Ok(Conditions { when, trees: vec![rule(form)?], cap_per_order, cap_per_month })
}

fn rule(form: &Form) -> Result<TreeRule, Problem> {
    let trees = number(form, "trees")?;
    let trees = trees.ok_or_else(|| refused("trees", "write a number of trees, such as 1."))?;
    match form.text("kind") {
        "order" => Ok(TreeRule::PerOrder { trees }),
        "item" => Ok(TreeRule::PerItem { items: items(form)?, trees }),
        "amount" => {
            let Money { amount: each, currency } = amount(form, "each")?;
            Ok(TreeRule::PerAmount { each, currency, trees })
        }
        _ => Err(refused("kind", "choose one of the rules.")),
    }
}

fn items(form: &Form) -> Result<ItemMatch, Problem> {
    let values = list(form, "value", "values");
    let code = form.text("match");
    if values.is_empty() && code != "every" {
        return Err(refused("value", "write at least one, or choose items of any kind."));
    }
    match code {
        "every" => Ok(ItemMatch::Every),
        "product" => Ok(ItemMatch::Product(values)),
        "variant" => Ok(ItemMatch::Variant(values)),
        "sku" => Ok(ItemMatch::Sku(values)),
        "collection" => Ok(ItemMatch::Collection(values)),
        "title" => Ok(ItemMatch::TitleContains(values)),
        _ => Err(refused("match", "choose one of the list.")),
    }
}

/// The values of the single fields and of the lines, each once.
fn list(form: &Form, one: &str, rest: &str) -> Vec<String> {
    let mut values = Vec::new();
    let lines = form.text(rest).lines().map(str::trim);
    for value in form.texts(one).chain(lines).filter(|value| !value.is_empty()) {
        if !values.iter().any(|known| known == value) {
            values.push(value.to_owned());
        }
    }
    values
}

/// A whole number; `None` for an empty field.
fn number(form: &Form, field: &str) -> Result<Option<u32>, Problem> {
    match form.text(field) {
        "" => Ok(None),
        text => {
            text.parse().map(Some).map_err(|_| refused(field, "write a whole number, such as 10."))
        }
    }
}

fn amount(form: &Form, field: &str) -> Result<Money, Problem> {
    let currency: Currency = form
        .text("currency")
        .to_ascii_uppercase()
        .parse()
        .map_err(|_| refused("currency", "write a code of three letters, such as EUR."))?;
    let text = form.text(field);
    if text.is_empty() {
        return Err(refused(field, "write an amount, such as 10.00."));
    }
    Money::parse(text, currency)
        .map_err(|error| refused(field, &format!("{error}. Write an amount such as 10.00.")))
}

/// An instant by the merchant's clock; `None` for an empty field. A text that still shows the old
/// instant is the old instant, also in the hour that clocks show twice.
fn date(
    form: &Form,
    field: &str,
    zone_name: &str,
    old: Option<Timestamp>,
) -> Result<Option<Timestamp>, Problem> {
    let text = form.text(field);
    if text.is_empty() {
        return Ok(None);
    }
    if old.and_then(|old| local_text(old, zone_name)).as_deref() == Some(text) {
        return Ok(old);
    }
    let seconds = if text.len() > 16 { "" } else { ":00" };
    let shown: Option<Timestamp> = format!("{text}{seconds}Z").parse().ok();
    let at = shown.and_then(|shown| {
        let clock = local(shown.milliseconds(), &zone("UTC")?)?;
        instant(clock, &zone(zone_name)?)
    });
    at.map(Some).ok_or_else(|| refused(field, "write date and time, such as 2026-11-30T09:00."))
}
