//! The last step of every conversion: the sale keeps to the limits.

use order_events::{Sale, limits};

use crate::{AdapterError, Field, Problem};

fn is_short(text: Option<&String>) -> bool {
    text.is_none_or(|text| text.len() <= limits::ID_BYTES)
}

/// The sale without lines of no units, when each id, list and amount keeps to [`limits`].
pub(crate) fn checked(mut sale: Sale) -> Result<Sale, AdapterError> {
    sale.lines.retain(|line| line.quantity > 0);
    let too_many = |path| Err(Field::at(path).error(Problem::TooMany));
    let too_long = |path, index| Err(Field::within(path, index).error(Problem::TooLong));
    if sale.lines.len() > limits::LINES_PER_SALE {
        return too_many("lines");
    }
    if sale.coupons.len() > limits::NAMES_PER_LIST {
        return too_many("coupons");
    }
    if sale.id.is_empty() {
        return Err(Field::at("id").error(Problem::Missing));
    }
    if sale.id.len() > limits::ID_BYTES {
        return Err(Field::at("id").error(Problem::TooLong));
    }
    for (index, coupon) in sale.coupons.iter().enumerate() {
        if !is_short(Some(coupon)) {
            return too_long("coupons[]", index);
        }
    }
    for (index, line) in sale.lines.iter().enumerate() {
        if !is_short(line.product.as_ref()) {
            return too_long("lines[].product", index);
        }
        if !is_short(line.variant.as_ref()) {
            return too_long("lines[].variant", index);
        }
        if !is_short(line.sku.as_ref()) {
            return too_long("lines[].sku", index);
        }
        if line.collections.len() > limits::NAMES_PER_LIST {
            return Err(Field::within("lines[].collections", index).error(Problem::TooMany));
        }
        if line.collections.iter().any(|name| !is_short(Some(name))) {
            return too_long("lines[].collections", index);
        }
    }
    Field::at("total").zero_or_more(sale.total)?;
    Field::at("items_total").zero_or_more(sale.items_total)?;
    Field::at("refunded").zero_or_more(sale.refunded)?;
    Ok(sale)
}
