//! Makes a sale of the rows of one order.

use order_events::{
    Currency, PaymentNote, Platform, Proof, Refund, Sale, SaleFacts, SaleStatus, Snapshot,
    Timestamp,
};

use super::columns::Column;
use super::{Detail, ImportedSale, RefusedOrder, Source};
use crate::browser_sale::claimed;
use crate::instant::instant;
use crate::items::{Item, Items};
use crate::webhook::ReportedSale;
use crate::{AdapterError, Field, Problem, decimal, shopify, text, woocommerce};

/// Characters of a date and a time without a zone.
const ZONELESS: usize = 19;

/// A row, by the meaning of its columns.
pub(super) struct Row(Vec<(Column, String)>);

/// The rows of one order.
pub(super) struct OrderRows {
    /// The number of the first one.
    pub(super) row: usize,
    /// How many there are.
    pub(super) rows: usize,
    first: Row,
    further: Vec<Row>,
}

impl Row {
    pub(super) fn new(columns: &[Option<(Column, &str)>], cells: &[String]) -> Self {
        let cells = columns.iter().zip(cells);
        let known = cells.filter_map(|(column, cell)| column.map(|column| (column, cell)));
        Self(known.map(|((column, zone), cell)| (column, format!("{cell}{zone}"))).collect())
    }

    fn text(&self, column: Column) -> &str {
        let found = self.0.iter().find(|(each, cell)| *each == column && !cell.trim().is_empty());
        found.map_or("", |(_, cell)| text::trimmed(cell))
    }

    /// Returns true if the row is of the same order. Shopify writes the id in the first row only.
    pub(super) fn continues(&self, order: &OrderRows) -> bool {
        let is_same = |column| self.text(column) == order.first.text(column);
        let is_empty = |column| self.text(column).is_empty();
        match (is_empty(Column::Id), is_empty(Column::Number)) {
            (false, _) => is_same(Column::Id),
            (true, false) => is_same(Column::Number),
            (true, true) => !is_empty(Column::ItemTitle) || !is_empty(Column::ItemSku),
        }
    }

    fn amount(&self, column: Column, currency: Currency) -> Option<i64> {
        decimal::amount(self.text(column), currency)
    }

    /// The money that the row returns: the report of `WooCommerce` has a row of its own for a refund,
    /// with negative amounts.
    fn returned(&self, currency: Currency) -> i64 {
        let amount = self.amount(Column::ItemsTotal, currency).unwrap_or(0);
        amount.min(0).saturating_neg()
    }

    fn add_items(&self, items: &mut Items, currency: Currency) {
        let quantity = decimal::Quantity::read(self.text(Column::ItemQuantity));
        let discount = self.amount(Column::ItemDiscount, currency).unwrap_or(0);
        let price =
            self.amount(Column::ItemPrice, currency).and_then(|price| quantity.times(price));
        let total = self.amount(Column::ItemTotal, currency);
        let item = Item {
            product: self.text(Column::ItemProduct),
            variant: self.text(Column::ItemVariant),
            sku: self.text(Column::ItemSku),
            title: self.text(Column::ItemTitle),
            quantity: self.text(Column::ItemQuantity),
            total: total.or_else(|| price.map(|price| price.saturating_sub(discount))),
            ..Item::default()
        };
        let is_tip = item.sku.is_empty() && item.title.eq_ignore_ascii_case("tip");
        let is_named = [item.title, item.sku, item.product].iter().any(|text| !text.is_empty());
        if is_named && !is_tip {
            items.add(item);
        }
        for (_, cell) in self.0.iter().filter(|(column, _)| *column == Column::PackedItem) {
            add_packed(items, cell, currency);
        }
        for (units, title) in listed(self.text(Column::ListedItems)) {
            items.add(Item { quantity: units, title: &title, ..Item::default() });
        }
    }
}

/// Adds the item of a cell such as `name:Blue mug|product_id:11|quantity:2|total:39.98`.
fn add_packed(items: &mut Items, cell: &str, currency: Currency) {
    let fields: Vec<(&str, &str)> =
        cell.split('|').filter_map(|part| part.split_once(':')).collect();
    let field = |name: &str| {
        fields.iter().find(|(field, _)| field.trim() == name).map_or("", |(_, value)| value.trim())
    };
    if !field("name").is_empty() || !field("product_id").is_empty() {
        items.add(Item {
            product: field("product_id"),
            variant: field("variation_id"),
            sku: field("sku"),
            title: field("name"),
            quantity: field("quantity"),
            total: decimal::amount(field("total"), currency),
            ..Item::default()
        });
    }
}

/// Returns units and title of each item of a cell such as `2× Blue mug, 1× Red mug`. A title may
/// have commas.
fn listed(cell: &str) -> Vec<(&str, String)> {
    let mut items: Vec<(&str, String)> = Vec::new();
    for part in cell.split(", ").filter(|part| !part.trim().is_empty()) {
        let item = part.split_once('×').filter(|(units, _)| {
            !units.trim().is_empty() && units.trim().bytes().all(|byte| byte.is_ascii_digit())
        });
        match (item, items.last_mut()) {
            (Some((units, title)), _) => items.push((units.trim(), title.trim().to_owned())),
            (None, Some((_, title))) => {
                title.push_str(", ");
                title.push_str(part);
            }
            (None, None) => {}
        }
    }
    items
}

impl OrderRows {
    pub(super) fn new(row: usize, first: Row) -> Self {
        Self { row, rows: 1, first, further: Vec::new() }
    }

    pub(super) fn add(&mut self, row: Row) {
        self.rows = self.rows.saturating_add(1);
        self.further.push(row);
    }

    fn all(&self) -> impl Iterator<Item = &Row> {
        std::iter::once(&self.first).chain(&self.further)
    }

    /// Returns the sale of the order, or why it is none.
    pub(super) fn into_sale(self, source: &Source<'_>) -> Result<ImportedSale, RefusedOrder> {
        let id = self.id(source.platform);
        let refused = |error: AdapterError, sale_id: Option<String>| {
            let problem = error.to_string();
            RefusedOrder { sale_id, problem }
        };
        let id = id.map_err(|error| refused(error, None))?;
        self.facts(id.clone(), source).map_err(|error| refused(error, Some(id)))
    }

    fn id(&self, platform: Platform) -> Result<String, AdapterError> {
        let id = self.first.text(Column::Id);
        match (id.is_empty(), platform) {
            (false, Platform::Shopify) => shopify::order_id(Field::at("Id"), id),
            (false, _) => Field::at("Id").id(id),
            (true, Platform::Shopify) => Err(Field::at("Id").error(Problem::Missing)),
            (true, _) => {
                let number = self.first.text(Column::Number).trim_start_matches('#');
                Field::at("Order #").id(number)
            }
        }
    }

    fn facts(&self, id: String, source: &Source<'_>) -> Result<ImportedSale, AdapterError> {
        let first = &self.first;
        let currency = text::known(first.text(Column::Currency))
            .map_or(source.currency, |code| text::currency_of_sale(&code));
        let at = |column| zoned(first.text(column), source);
        let date = if source.platform == Platform::Shopify { "Created at" } else { "Order date" };
        let sold_at = at(Column::SoldAt).ok_or(Field::at(date).error(Problem::NotADate))?;
        let number = text::known(first.text(Column::Number).trim_start_matches('#'));
        let detail = match first.text(Column::Id) {
            "" => Detail::WithoutId,
            _ => Detail::WithoutProducts,
        };
        let returned = self.all().map(|row| row.returned(currency)).fold(0, i64::saturating_add);
        let refund = SaleFacts::from_refund(
            "export".to_owned(),
            Refund {
                // The time is unknown. So early, the amount counts if no other report contains it.
                at: Timestamp::from_milliseconds(0).unwrap_or(sold_at),
                currency,
                amount: returned,
                lines: Vec::new(),
            },
        );
        let sale = if first.returned(currency) > 0 {
            ReportedSale { sale_id: id, number, facts: refund }
        } else {
            let snapshot = self.snapshot(&id, sold_at, currency, source)?;
            let facts = SaleFacts::from(snapshot);
            let facts = if returned > 0 { facts.merge(refund) } else { facts };
            ReportedSale { sale_id: id, number, facts }
        };
        Ok(ImportedSale { sale, detail })
    }

    fn snapshot(
        &self,
        id: &str,
        sold_at: Timestamp,
        currency: Currency,
        source: &Source<'_>,
    ) -> Result<Snapshot, AdapterError> {
        let first = &self.first;
        let at = |column| zoned(first.text(column), source);
        let (paid_at, cancelled_at) = (at(Column::PaidAt), at(Column::CancelledAt));
        let changes = [Some(sold_at), at(Column::UpdatedAt), paid_at, cancelled_at];
        let (status, payment) = self.status(source.platform, paid_at.is_some())?;
        let mut items = Items::new();
        for row in self.all().filter(|row| row.returned(currency) == 0) {
            row.add_items(&mut items, currency);
        }
        let (total, items_total) = self.totals(&items, currency)?;
        let coupons = first.text(Column::Coupons).split(',').map(str::to_owned).collect();
        let sale = items.into_sale(Sale {
            updated_at: changes.into_iter().flatten().max().unwrap_or(sold_at),
            status: if cancelled_at.is_some() { SaleStatus::Cancelled } else { status },
            total,
            items_total,
            refunded: first.amount(Column::Refunded, currency).unwrap_or(0).saturating_abs(),
            coupons: text::names(coupons),
            ..claimed(source.platform, id.to_owned(), sold_at, currency)
        });
        let sale = spread(sale);
        Ok(Snapshot { payment, units_unknown: true, ..Snapshot::new(Proof::Verified, sale) })
    }

    fn status(
        &self,
        platform: Platform,
        has_paid: bool,
    ) -> Result<(SaleStatus, PaymentNote), AdapterError> {
        let status = self.first.text(Column::Status);
        let status = Field::at("Status").required(text::known(status))?;
        if platform == Platform::Shopify {
            return Ok((shopify::order::financial(&status), PaymentNote::Clear));
        }
        // The report has the words of the admin: "On hold", "Pending payment".
        let slug = status.to_ascii_lowercase().replace(' ', "-");
        let slug = slug.strip_suffix("-payment").unwrap_or(&slug);
        let is_paid = has_paid || text::is(self.first.text(Column::PaymentMethod), "cod");
        Ok((woocommerce::status(slug, is_paid), woocommerce::payment_note(slug, is_paid)))
    }

    /// Returns what the buyer was charged, and the cost of the items.
    fn totals(&self, items: &Items, currency: Currency) -> Result<(i64, i64), AdapterError> {
        let amount = |column| self.first.amount(column, currency);
        let items_total = amount(Column::ItemsTotal);
        let tax = amount(Column::Tax).unwrap_or(0);
        let shipping = amount(Column::Shipping).unwrap_or(0);
        let cost = items.cost().filter(|cost| *cost > 0);
        let shown = cost.map(|cost| cost.saturating_add(tax).saturating_add(shipping));
        let total = self.first.text(Column::Total);
        let total = Field::at("Total").amount_or(items_total.or(shown), total, currency)?;
        let without = total.saturating_sub(shipping).saturating_sub(tax).max(0);
        let items_total = match (items_total, amount(Column::Subtotal)) {
            (Some(items_total), _) => items_total,
            // Prices of Shopify may include the tax.
            (None, Some(subtotal)) => match subtotal.saturating_add(shipping) {
                with_tax if tax > 0 && with_tax >= total => {
                    subtotal.saturating_sub(share(tax, subtotal, with_tax))
                }
                _ => subtotal,
            },
            (None, None) => cost.unwrap_or(without),
        };
        Ok((total, items_total))
    }
}

/// Spreads the cost of the items over the lines: by their prices, or by their units if the file has no
/// prices. So discounts on the whole order, and tax that prices include, are taken off each line.
fn spread(mut sale: Sale) -> Sale {
    let known = sale.lines.iter().map(|line| line.total).fold(0, i64::saturating_add);
    let units = sale.lines.iter().map(|line| i64::from(line.quantity)).fold(0, i64::saturating_add);
    if known != sale.items_total {
        for line in &mut sale.lines {
            let (part, whole) =
                if known > 0 { (line.total, known) } else { (i64::from(line.quantity), units) };
            line.total = share(sale.items_total, part, whole);
        }
    }
    sale
}

/// Returns the part of an amount that belongs to `part` of a whole.
fn share(amount: i64, part: i64, whole: i64) -> i64 {
    let share = i128::from(amount)
        .checked_mul(i128::from(part.max(0)))
        .and_then(|amount| amount.checked_div(i128::from(whole)));
    share.and_then(|share| i64::try_from(share).ok()).unwrap_or(0)
}

/// Returns an instant, by the clocks of the shop if it has no zone.
fn zoned(text: &str, source: &Source<'_>) -> Option<Timestamp> {
    let at = instant(text)?;
    let has_zone = text.len() > ZONELESS || text.ends_with('Z');
    Some(if has_zone { at } else { (source.in_zone)(at) })
}
