//! Computes the digests of closed purchase orders from pages of their orders, within the statements
//! of an invocation.

use std::collections::HashMap;

use purchase_orders::{Digest, Head, Item, Line, number};

use crate::billing::invocation_limits::Budget;
use crate::platform::context::RequestContext;
use crate::store::StoreError;
use crate::store::closes::UnfinalizedRow;
use crate::store::purchase_order_items::ItemRow;
use crate::store::purchase_order_lines::LineRow;

/// Orders and credits that one statement reads: about 4 MB of the isolate's 128.
pub(crate) const ITEMS_PER_PAGE: i64 = 10_000;

/// Statements for one page: it is read, and how far the digest has come is stored.
pub(super) const QUERIES_PER_PAGE: usize = 2;

/// Statements that finalize what was computed.
const QUERIES_KEPT: usize = 4;

/// Returns the purchase orders with their digests. Those that the invocation's statements do not
/// reach are left out; of a large one, the next invocation goes on from the last page.
pub(super) async fn compute(
    context: &RequestContext,
    rows: Vec<UnfinalizedRow>,
) -> Result<Vec<(UnfinalizedRow, String)>, StoreError> {
    let budget = Budget::begin();
    let ids: Vec<String> = rows.iter().map(|row| row.id.clone()).collect();
    let mut lines: HashMap<String, Vec<LineRow>> = HashMap::new();
    for row in context.store.frozen_lines_of(&ids).await? {
        lines.entry(row.purchase_order_id).or_default().push(row.line);
    }
    let begun = rows.into_iter().map(|row| {
        let digest = begin(&row, lines.remove(&row.id).unwrap_or_default());
        (row, digest)
    });
    let mut computed = Vec::new();
    for mut group in groups(begun) {
        if !budget.allows(context, QUERIES_PER_PAGE.saturating_add(QUERIES_KEPT)) {
            break;
        }
        let is_done = match group.as_mut_slice() {
            [(row, digest)] if row.items > ITEMS_PER_PAGE => {
                add_pages(context, &budget, row, digest).await?
            }
            group => add_all(context, group).await?,
        };
        if is_done {
            computed.extend(group.into_iter().map(|(row, digest)| (row, digest.into_string())));
        }
    }
    Ok(computed)
}

/// The digest before the first item, or the one that was stored with the last page.
fn begin(row: &UnfinalizedRow, lines: Vec<LineRow>) -> Digest {
    if let Some(digest) = &row.digest_so_far {
        return Digest::resume(digest.clone());
    }
    let mut digest = Digest::begin(&Head {
        number: number(&row.period, row.sequence),
        period: row.period.clone(),
        currency: row.currency.clone(),
        trees: row.trees,
        total: row.total,
    });
    for line in lines {
        digest.add_line(&line.into());
    }
    digest
}

/// Cuts purchase orders into groups whose items one statement reads. One with more is alone.
fn groups<T>(rows: impl Iterator<Item = (UnfinalizedRow, T)>) -> Vec<Vec<(UnfinalizedRow, T)>> {
    let mut groups: Vec<Vec<(UnfinalizedRow, T)>> = Vec::new();
    let mut room = 0_i64;
    for (row, digest) in rows {
        let items = row.items.max(1);
        match groups.last_mut() {
            Some(group) if items <= room => {
                room = room.saturating_sub(items);
                group.push((row, digest));
            }
            _ => {
                room = ITEMS_PER_PAGE.saturating_sub(items);
                groups.push(vec![(row, digest)]);
            }
        }
    }
    groups
}

/// Adds the items of a group.
async fn add_all(
    context: &RequestContext,
    group: &mut [(UnfinalizedRow, Digest)],
) -> Result<bool, StoreError> {
    let ids: Vec<String> = group.iter().map(|(row, _)| row.id.clone()).collect();
    let places = ids.iter().cloned().zip(0_usize..).collect::<HashMap<_, _>>();
    for item in context.store.items_of_closed(&ids).await? {
        let place = places.get(&item.purchase_order_id);
        if let Some((_, digest)) = place.and_then(|place| group.get_mut(*place)) {
            digest.add_item(&item.into());
        }
    }
    Ok(true)
}

/// Adds the items of a large purchase order, page by page. Returns true after the last page.
async fn add_pages(
    context: &RequestContext,
    budget: &Budget,
    row: &mut UnfinalizedRow,
    digest: &mut Digest,
) -> Result<bool, StoreError> {
    while budget.allows(context, QUERIES_PER_PAGE.saturating_add(QUERIES_KEPT)) {
        let after = row.digest_after.as_deref();
        let items = context.store.items(&row.id, after, ITEMS_PER_PAGE).await?;
        let Some(last) = items.last().map(|item| item.id.clone()) else { return Ok(true) };
        for item in items {
            digest.add_item(&item.into());
        }
        context.store.store_digest_so_far(&row.id, digest.as_str(), &last).await?;
        row.digest_after = Some(last);
    }
    Ok(false)
}

impl From<LineRow> for Line {
    fn from(row: LineRow) -> Self {
        let id = |id: String| Some(id).filter(|id| !id.is_empty());
        Self {
            kind: row.kind.as_str().to_owned(),
            campaign: id(row.campaign_id),
            campaign_name: row.campaign,
            shop: id(row.shop_id),
            shop_name: row.shop,
            orders: row.orders,
            trees: row.trees,
            unit_price: row.unit_price,
            total: row.total,
        }
    }
}

impl From<ItemRow> for Item {
    fn from(row: ItemRow) -> Self {
        Self {
            kind: row.kind.as_str().to_owned(),
            id: row.id,
            order: row.order_id,
            shop: row.shop_id,
            sale: row.sale,
            reference: row.reference,
            campaign: row.campaign_id,
            campaign_version: row.campaign_version,
            trees: row.trees,
            unit_price: row.unit_price,
            total: row.total,
            reason: row.reason,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(items: i64) -> (UnfinalizedRow, ()) {
        let row = UnfinalizedRow {
            id: String::new(),
            period: String::new(),
            sequence: 1,
            currency: String::new(),
            trees: 0,
            total: 0,
            items,
            digest_so_far: None,
            digest_after: None,
        };
        (row, ())
    }

    #[test]
    fn groups_hold_no_more_items_than_a_page_and_a_large_purchase_order_is_alone() {
        let sizes = [6_000, 4_000, 1, 20_000, 0, 9_999, 1];
        let groups = groups(sizes.into_iter().map(row));
        let sizes: Vec<Vec<i64>> =
            groups.iter().map(|group| group.iter().map(|(row, ())| row.items).collect()).collect();
        assert_eq!(sizes, [vec![6_000, 4_000], vec![1], vec![20_000], vec![0, 9_999], vec![1]]);
    }
}
