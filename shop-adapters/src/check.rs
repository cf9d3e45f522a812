//! The last step of every conversion: the sale keeps to the limits.
//!
//! It refuses what `Sale::check` refuses of a sale from an adapter; a property test holds one against
//! the other. It is written again, with fixed sentences, because those of `Sale::check` would cost the
//! storefront 3 KB of compressed Wasm.

use order_events::{Line, Sale, limits};

use crate::{AdapterError, Field, Problem};

/// The sale without lines of no units, when each id, list and amount keeps to [`limits`].
pub(crate) fn checked(mut sale: Sale) -> Result<Sale, AdapterError> {
    sale.lines.retain(|line| line.quantity > 0);
    if sale.lines.len() > limits::LINES_PER_SALE {
        return Err(Field::at("lines").error(Problem::TooMany));
    }
    id(Field::at("id"), &sale.id)?;
    Field::at("total").zero_or_more(sale.total)?;
    Field::at("items_total").zero_or_more(sale.items_total)?;
    Field::at("refunded").zero_or_more(sale.refunded)?;
    names(Field::at("coupons"), &sale.coupons)?;
    for (index, line) in sale.lines.iter().enumerate() {
        check_line(line, index)?;
    }
    Ok(sale)
}

fn check_line(line: &Line, index: usize) -> Result<(), AdapterError> {
    item_ids(index, [&line.product, &line.variant, &line.sku])?;
    names(Field::within("lines[].collections", index), &line.collections)
}

/// The ids of a line's product, variant and SKU.
pub(crate) fn item_ids(index: usize, ids: [&Option<String>; 3]) -> Result<(), AdapterError> {
    let paths = ["lines[].product", "lines[].variant", "lines[].sku"];
    paths
        .into_iter()
        .zip(ids)
        .filter_map(|(path, text)| Some((path, text.as_deref()?)))
        .try_for_each(|(path, text)| id(Field::within(path, index), text))
}

fn names(field: Field, names: &[String]) -> Result<(), AdapterError> {
    if names.len() > limits::NAMES_PER_LIST {
        return Err(field.error(Problem::TooMany));
    }
    names.iter().try_for_each(|name| id(field, name))
}

/// An id that is short and plain.
pub(crate) fn id(field: Field, id: &str) -> Result<(), AdapterError> {
    if id.len() > limits::ID_BYTES {
        return Err(field.error(Problem::TooLong));
    }
    if id.chars().any(char::is_control) {
        return Err(field.error(Problem::ControlCharacter));
    }
    Ok(())
}
