//! Rotates a key: another that may do the same, and an end to the old one after an overlap.

use crate::auth::keys::{KeyMade, prepare_successor, revoked};
use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;
use crate::store::api_keys::KeyRow;
use crate::store::resource::Prepared;

/// Hours for which both keys work, at most.
pub(crate) const OVERLAP_HOURS_MAX: u32 = 720;

/// Default for the hours in which both keys work.
pub(crate) const OVERLAP_HOURS_DEFAULT: u32 = 24;

const HOUR: i64 = 60 * 60 * 1000;

/// Makes the successor of `old` under this id; the old key ends after so many hours.
pub(crate) fn prepare(
    context: &RequestContext,
    merchant: &str,
    id: String,
    old: &KeyRow,
    overlap_hours: u32,
) -> Result<Prepared<KeyMade>, Problem> {
    if overlap_hours > OVERLAP_HOURS_MAX {
        let message = format!("overlap_hours: give a whole number from 0 to {OVERLAP_HOURS_MAX}.");
        return Err(Problem::unprocessable("overlap_hours", message));
    }
    if old.revoked_at.is_some() {
        return Err(revoked());
    }
    let overlap = i64::from(overlap_hours).saturating_mul(HOUR);
    let now = context.now.milliseconds();
    let ends_at = now.saturating_add(overlap);
    let mut new = prepare_successor(context, merchant, id, old)?;
    let end_old = context.store.expire_key((merchant, &old.id), ends_at, &new.id, now)?;
    new.statements.extend(end_old);
    Ok(new)
}
