//! Counts the reasons for which trees were ordered.

use order_events::reason::{ItemKind, Part};
use order_events::{Order, Sale, limits};

use super::Coverage;

impl Coverage {
    pub(super) fn see_order(&mut self, order: &Order, sale: &Sale) {
        let reason = &order.reason;
        self.see_if(reason.parts.len() > 1, "reason several parts");
        self.see(match reason.cap {
            None => "reason not capped",
            Some(limits::TREES_PER_ORDER) => "reason capped by the limit",
            Some(_) => "reason capped by the campaign",
        });
        for part in &reason.parts {
            match part {
                Part::PerOrder { .. } => self.see("reason each order"),
                Part::PerItem { kind, matched, .. } => {
                    let values = || matched.iter().map(|each| each.value.as_str());
                    self.see(match kind {
                        ItemKind::Every => "reason every",
                        ItemKind::Product => "reason product",
                        ItemKind::Variant => "reason variant",
                        ItemKind::Sku => "reason sku",
                        ItemKind::Collection => "reason collection",
                        ItemKind::TitleContains => "reason title",
                    });
                    let beyond = *kind == ItemKind::TitleContains && !values().all(str::is_ascii);
                    self.see_if(beyond, "reason title beyond ascii");
                    self.see_if(matched.len() > 3, "reason more than named");
                    let at_limit = |units| units >= u64::from(limits::QUANTITY);
                    let at_limit = matched.iter().any(|each| at_limit(each.units));
                    self.see_if(at_limit, "reason units at the limit");
                    let returned =
                        sale.lines.iter().any(|line| line.refunded > 0 && line.kept() > 0);
                    self.see_if(returned, "reason units net of refunds");
                }
                Part::PerAmount { spent, .. } => {
                    let digits = spent.currency.exponent();
                    self.see(&format!("reason amount with {digits} digits"));
                    self.see_if(spent.amount == limits::AMOUNT, "reason amount at the limit");
                    self.see_if(sale.refunded > 0, "reason amount net of refunds");
                }
            }
        }
    }
}
