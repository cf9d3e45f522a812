//! Fills the fields of the form from a campaign.

use order_events::{Campaign, Condition, Conditions, Currency, Money, Timestamp, TreeRule};

use super::{OWN_FIELDS, match_of};
use crate::domain::campaign_pauses::split;
use crate::domain::local_time::{local, zone};
use crate::web::form::Form;

/// Names and values of the fields.
#[derive(Default)]
struct Fields {
    named: Vec<(&'static str, String)>,
    /// The currency of all amounts.
    currency: Option<Currency>,
}

impl Fields {
    fn add(&mut self, name: &'static str, value: impl Into<String>) {
        self.named.push((name, value.into()));
    }

    /// Adds the values of a list: the first ones as a field each, the others as lines. Returns
    /// `None` if a field cannot hold one of them.
    fn add_list(
        &mut self,
        (one, rest): (&'static str, &'static str),
        values: &[String],
    ) -> Option<()> {
        if values.iter().any(|value| value.trim() != value) {
            return None;
        }
        let (own, others) = values.split_at(values.len().min(OWN_FIELDS));
        for value in own {
            self.add(one, value.as_str());
        }
        self.add(rest, others.join("\n"));
        Some(())
    }

    /// Adds an amount. Returns `None` if another amount is in another currency.
    fn add_amount(&mut self, name: &'static str, amount: i64, currency: Currency) -> Option<()> {
        if self.currency.is_some_and(|other| other != currency) {
            return None;
        }
        self.currency = Some(currency);
        self.add(name, Money { amount, currency }.to_decimal());
        Some(())
    }

    fn add_rule(&mut self, rule: &TreeRule) -> Option<()> {
        let (kind, trees) = match rule {
            TreeRule::PerOrder { trees } => ("order", trees),
            TreeRule::PerItem { items, trees } => {
                let (code, values) = match_of(items);
                self.add("match", code);
                self.add_list(("value", "values"), values)?;
                ("item", trees)
            }
            TreeRule::PerAmount { each, currency, trees } => {
                self.add_amount("each", *each, *currency)?;
                ("amount", trees)
            }
        };
        self.add("kind", kind);
        self.add("trees", trees.to_string());
        Some(())
    }

    /// Adds a condition. Returns `None` for one that has no field.
    fn add_condition(&mut self, condition: &Condition) -> Option<()> {
        match condition {
            Condition::MinimumAmount { amount, currency } => {
                self.add_amount("minimum", *amount, *currency)
            }
            Condition::Coupon(codes) => self.add_list(("coupon", "coupons"), codes),
            Condition::OptedIn => {
                self.add("opted_in", "yes");
                Some(())
            }
            Condition::Shop(ids) => {
                for id in ids {
                    self.add("shop", id.as_str());
                }
                Some(())
            }
            _ => None,
        }
    }

    /// Adds the conditions. Returns `None` if they are beyond what the fields can express.
    fn add_conditions(&mut self, conditions: &Conditions) -> Option<()> {
        let [rule] = conditions.trees.as_slice() else { return None };
        self.add_rule(rule)?;
        let all = match &conditions.when {
            None => &[],
            Some(Condition::All(list)) => list.as_slice(),
            Some(other) => std::slice::from_ref(other),
        };
        for (index, condition) in all.iter().enumerate() {
            let kind = std::mem::discriminant(condition);
            let earlier = all.iter().take(index);
            if earlier.map(std::mem::discriminant).any(|other| other == kind) {
                return None;
            }
            self.add_condition(condition)?;
        }
        for (name, cap) in [
            ("cap_per_order", conditions.cap_per_order),
            ("cap_per_month", conditions.cap_per_month),
        ] {
            self.add(name, cap.map(|cap| cap.to_string()).unwrap_or_default());
        }
        Some(())
    }

    /// Adds what every form has: name, version and dates.
    fn of(campaign: &Campaign, zone: &str) -> Self {
        let mut fields = Self::default();
        fields.add("name", campaign.name.as_str());
        fields.add("version", campaign.version.to_string());
        for (name, at) in [("starts_at", campaign.starts_at), ("ends_at", campaign.ends_at)] {
            fields.add(name, at.and_then(|at| local_text(at, zone)).unwrap_or_default());
        }
        fields
    }

    fn into_form(self) -> Form {
        Form::new(self.named.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }
}

/// The form with a campaign in it. It shows amounts in `currency` if the campaign names none.
/// Returns `None` if the conditions are beyond what the fields can express.
pub(in crate::web::settings::campaigns) fn form_of(
    campaign: &Campaign,
    zone: &str,
    currency: &str,
) -> Option<Form> {
    let mut fields = Fields::of(campaign, zone);
    fields.add_conditions(&split(campaign.conditions.clone()).0)?;
    let currency = fields.currency.map_or_else(|| currency.to_owned(), |known| known.to_string());
    fields.add("currency", currency);
    Some(fields.into_form())
}

/// The form with a campaign in it, whose conditions are JSON in a text area.
pub(in crate::web::settings::campaigns) fn as_json(campaign: &Campaign, zone: &str) -> Form {
    let mut fields = Fields::of(campaign, zone);
    let json = serde_json::to_string_pretty(&campaign.conditions).unwrap_or_default();
    fields.add("conditions", json);
    fields.add("as", "json");
    fields.into_form()
}

/// An instant as a field for date and time holds it: `2026-11-30T09:05`, with seconds if it has
/// any.
pub(super) fn local_text(at: Timestamp, zone_name: &str) -> Option<String> {
    let local = local(at.milliseconds(), &zone(zone_name)?)?;
    let (date, time) = (local.date(), local.time());
    let minutes = format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}",
        date.year(),
        date.month(),
        date.day(),
        time.hour(),
        time.minute()
    );
    Some(match (time.second(), time.millisecond()) {
        (0, 0) => minutes,
        (second, 0) => format!("{minutes}:{second:02}"),
        (second, millisecond) => format!("{minutes}:{second:02}.{millisecond:03}"),
    })
}
