//! Counts the outcomes of the cases, so that the test notices if it stops covering one.

mod conditions;
mod orders;

use std::collections::{BTreeMap, BTreeSet};

use order_events::{Conditions, ItemMatch, Sale, SaleStatus, TreeRule, limits, qualify};
use play_it_green_evaluate::Case;

/// The minimum number of each outcome.
const TIMES: u32 = 10;

/// The minimum number of different error messages.
const REFUSALS: usize = 20;

/// At least one case in this many orders trees.
const ORDERING: u64 = 3;

/// The required outcomes.
const WANTED: &str = "
    sale bigcommerce, sale custom, sale ga4, sale magento, sale shopify, sale squarespace,
    sale wix, sale woocommerce, sale placed, sale paid, sale cancelled, sale refunded,
    sale void by its refunds, sale test, sale opted in none, sale opted in true,
    sale opted in false, sale no coupons, sale no lines, sale no campaigns,
    sale as many lines as there may be, sale as many campaigns as there may be,
    sale begins with the campaign, sale begins with the end of the campaign,
    condition all true, condition all false, condition any true, condition any false,
    condition not true, condition not false, condition minimum amount true,
    condition minimum amount false, condition minimum amount met exactly,
    condition coupon true, condition coupon false,
    condition opted in true, condition opted in false, condition shop true,
    condition shop false, condition sold between true, condition sold between false,
    condition item every true, condition item every false, condition item product true,
    condition item product false, condition item variant true, condition item variant false,
    condition item sku true, condition item sku false, condition item collection true,
    condition item collection false, condition item title true, condition item title false,
    condition all of none, condition any of none, condition more than 100 deep,
    rule none, rule per item of no values,
    reason each order, reason every, reason product, reason variant, reason sku,
    reason collection, reason title, reason title beyond ascii, reason more than named,
    reason units at the limit, reason amount with 0 digits, reason amount with 2 digits,
    reason amount with 3 digits, reason amount with 4 digits, reason amount at the limit,
    reason amount net of refunds, reason units net of refunds, reason several parts,
    reason capped by the campaign, reason capped by the limit, reason not capped,
    orders two of one sale, orders of a test sale, orders of a placed sale";

/// The outcomes and their counts.
#[derive(Default)]
pub(crate) struct Coverage {
    seen: BTreeMap<String, u32>,
    ordering: u64,
    refusals: BTreeSet<String>,
}

impl Coverage {
    /// Counts the outcomes of a line.
    pub(crate) fn see_line(&mut self, line: &str) {
        match serde_json::from_str(line) {
            Ok(case) => self.see_case(&case),
            Err(error) => {
                let error = error.to_string();
                let words = error.split(" at line").next().unwrap_or_default();
                self.refusals.insert(words.to_owned());
            }
        }
    }

    /// Fails with every outcome that was too rare.
    pub(crate) fn assert_complete(&self, seed: u64, cases: u64) {
        let seldom: Vec<String> = WANTED
            .split(',')
            .map(|name| (name.trim(), self.seen.get(name.trim()).copied().unwrap_or_default()))
            .filter(|(_, times)| *times < TIMES)
            .map(|(name, times)| format!("{name}: {times}"))
            .collect();
        assert!(seldom.is_empty(), "Of seed {seed}, fewer than {TIMES} times:\n{seldom:#?}");
        let (ordering, refusals) = (self.ordering, &self.refusals);
        assert!(ordering * ORDERING >= cases, "Of seed {seed}, only {ordering} cases order trees");
        assert!(refusals.len() >= REFUSALS, "Of seed {seed}, only these refusals: {refusals:#?}");
    }

    fn see(&mut self, name: &str) {
        *self.seen.entry(name.to_owned()).or_default() += 1;
    }

    fn see_if(&mut self, happens: bool, name: &str) {
        if happens {
            self.see(name);
        }
    }

    fn see_case(&mut self, case: &Case) {
        self.see_sale(&case.sale);
        self.see_if(case.campaigns.is_empty(), "sale no campaigns");
        let many = case.campaigns.len() >= limits::CAMPAIGNS_PER_MERCHANT;
        self.see_if(many, "sale as many campaigns as there may be");
        for campaign in &case.campaigns {
            let Conditions { when, trees, .. } = &campaign.conditions;
            let sold_at = Some(case.sale.sold_at);
            self.see_if(campaign.starts_at == sold_at, "sale begins with the campaign");
            self.see_if(campaign.ends_at == sold_at, "sale begins with the end of the campaign");
            self.see_if(trees.is_empty(), "rule none");
            let has_no_values = trees.iter().any(is_of_no_values);
            self.see_if(has_no_values, "rule per item of no values");
            if let Some(when) = when {
                self.see_condition(when, case, 1);
            }
        }
        let orders = qualify(&case.shop, &case.sale, &case.campaigns);
        self.ordering += u64::from(!orders.is_empty());
        self.see_if(orders.len() > 1, "orders two of one sale");
        for order in &orders {
            self.see_if(case.sale.test, "orders of a test sale");
            self.see_if(case.sale.status == SaleStatus::Placed, "orders of a placed sale");
            self.see_order(order, &case.sale);
        }
    }

    fn see_sale(&mut self, sale: &Sale) {
        self.see(&format!("sale {:?}", sale.platform).to_lowercase());
        self.see(&format!("sale {:?}", sale.status).to_lowercase());
        let is_kept = matches!(sale.status, SaleStatus::Placed | SaleStatus::Paid);
        self.see_if(is_kept && sale.is_void(), "sale void by its refunds");
        self.see_if(sale.test, "sale test");
        self.see(match sale.opted_in {
            None => "sale opted in none",
            Some(true) => "sale opted in true",
            Some(false) => "sale opted in false",
        });
        self.see_if(sale.coupons.is_empty(), "sale no coupons");
        self.see_if(sale.lines.is_empty(), "sale no lines");
        let many = sale.lines.len() >= limits::LINES_PER_SALE;
        self.see_if(many, "sale as many lines as there may be");
    }
}

fn is_of_no_values(rule: &TreeRule) -> bool {
    let TreeRule::PerItem { items, .. } = rule else { return false };
    match items {
        ItemMatch::Every => false,
        ItemMatch::Product(values)
        | ItemMatch::Variant(values)
        | ItemMatch::Sku(values)
        | ItemMatch::Collection(values)
        | ItemMatch::TitleContains(values) => values.is_empty(),
    }
}
