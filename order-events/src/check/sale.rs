//! Checks that a sale and its facts are within the limits and can be true.

use super::path::Path;
use super::{CheckError, id, length, number};
use crate::{Line, Refund, Sale, SaleFacts, limits};

impl Sale {
    /// Rejects a sale that cannot be true or exceeds [`limits`].
    ///
    /// Odd things that shops do are accepted, because a rejected sale plants no tree: a change
    /// before the sale (a clock set back), more money returned than charged (a courtesy), a sum of
    /// the lines that differs from `items_total` (fees, rounding), the same item on two lines, no
    /// lines at all (some platforms omit them).
    ///
    /// # Errors
    /// The first invalid field, such as `lines[2].quantity: must be at least 1`.
    pub fn check(&self) -> Result<(), CheckError> {
        check_sale(Path::Root, self)
    }
}

impl SaleFacts {
    /// Rejects facts that cannot be true or exceed [`limits`]; see [`Sale::check`]. Check facts
    /// before merging them: then the merged facts need no check.
    ///
    /// # Errors
    /// The first invalid field, such as `snapshot.sale.id: is empty: …`.
    pub fn check(&self) -> Result<(), CheckError> {
        if let Some(snapshot) = self.snapshot() {
            check_sale(Path::Root.field("snapshot").field("sale"), &snapshot.sale)?;
        }
        for (refund_id, refund) in self.refunds() {
            let refunds = Path::Root.field("refunds");
            id(refunds, refund_id)?;
            check_refund(refunds.field(refund_id), refund)?;
        }
        Ok(())
    }
}

fn check_sale(path: Path<'_>, sale: &Sale) -> Result<(), CheckError> {
    id(path.field("id"), &sale.id)?;
    for (name, amount) in
        [("total", sale.total), ("items_total", sale.items_total), ("refunded", sale.refunded)]
    {
        number(path.field(name), amount, 0, limits::AMOUNT)?;
    }
    ids(path.field("coupons"), &sale.coupons)?;
    let lines = path.field("lines");
    length(lines, sale.lines.len(), limits::LINES_PER_SALE)?;
    sale.lines.iter().enumerate().try_for_each(|(index, line)| check_line(lines.entry(index), line))
}

fn check_line(path: Path<'_>, line: &Line) -> Result<(), CheckError> {
    item_ids(path, [&line.product, &line.variant, &line.sku])?;
    let title = path.field("title");
    if line.title.len() > limits::TITLE_BYTES {
        return Err(title.error(format!("must be at most {} bytes long", limits::TITLE_BYTES)));
    }
    number(path.field("quantity"), line.quantity, 1, limits::QUANTITY)?;
    if line.refunded > line.quantity {
        let message = format!("is {}, more than the {} bought", line.refunded, line.quantity);
        return Err(path.field("refunded").error(message));
    }
    number(path.field("total"), line.total, 0, limits::AMOUNT)?;
    ids(path.field("collections"), &line.collections)
}

fn check_refund(path: Path<'_>, refund: &Refund) -> Result<(), CheckError> {
    number(path.field("amount"), refund.amount, 0, limits::AMOUNT)?;
    let lines = path.field("lines");
    length(lines, refund.lines.len(), limits::LINES_PER_SALE)?;
    refund.lines.iter().enumerate().try_for_each(|(index, line)| {
        let path = lines.entry(index);
        item_ids(path, [&line.product, &line.variant, &line.sku])?;
        number(path.field("quantity"), line.quantity, 1, limits::QUANTITY)
    })
}

fn item_ids(path: Path<'_>, values: [&Option<String>; 3]) -> Result<(), CheckError> {
    ["product", "variant", "sku"]
        .into_iter()
        .zip(values)
        .filter_map(|(name, value)| value.as_ref().map(|value| (name, value)))
        .try_for_each(|(name, value)| id(path.field(name), value))
}

fn ids(path: Path<'_>, values: &[String]) -> Result<(), CheckError> {
    length(path, values.len(), limits::NAMES_PER_LIST)?;
    values.iter().enumerate().try_for_each(|(index, value)| id(path.entry(index), value))
}
