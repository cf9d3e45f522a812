//! Adds to a known sale what a file without the ids of products reports of it.

use order_events::{PaymentNote, SaleFacts, SaleStatus, Snapshot, Timestamp};

/// Returns the report of a file as a later report of a sale that its shop has reported in full: the
/// known items with the progress and the money returned of the file. `None` if the file has nothing
/// new. A file without the time of the last change cannot take anything back.
#[must_use]
pub fn supplement(known: &SaleFacts, file: &Snapshot, now: Timestamp) -> Option<SaleFacts> {
    let (snapshot, current) = (known.snapshot()?, known.sale()?);
    let is_later = file.sale.updated_at > current.updated_at;
    let is_further = progress(file.sale.status) > progress(current.status);
    let is_known_status = file.payment != PaymentNote::OwnStatus;
    let status =
        if is_known_status && (is_later || is_further) { file.sale.status } else { current.status };
    let refunded = current.refunded.max(file.sale.refunded);
    if status == current.status && refunded == current.refunded {
        return None;
    }
    // So that the report which it supplements does not win when the shop repeats it.
    let after = current.updated_at.milliseconds().saturating_add(1);
    let after = Timestamp::from_milliseconds(after).unwrap_or(current.updated_at);
    let mut sale = current;
    (sale.status, sale.refunded) = (status, refunded);
    sale.updated_at = file.sale.updated_at.max(after);
    Some(SaleFacts::from(Snapshot {
        sale,
        received_at: Some(now),
        payment: PaymentNote::Clear,
        ..snapshot.clone()
    }))
}

fn progress(status: SaleStatus) -> u8 {
    match status {
        SaleStatus::Placed => 0,
        SaleStatus::Paid => 1,
        SaleStatus::Cancelled => 2,
        SaleStatus::Refunded => 3,
    }
}
