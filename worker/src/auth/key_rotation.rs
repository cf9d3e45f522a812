//! Rotates a key: another that may do the same, and an end to the old one after an overlap.

use crate::auth::keys::{PreparedKey, prepare_successor, revoked};
use crate::platform::context::RequestContext;
use crate::platform::problem::Problem;
use crate::store::Statement;
use crate::store::api_keys::KeyRow;

/// Hours for which both keys work, at most.
pub(crate) const OVERLAP_HOURS_MAX: u32 = 720;

/// Default for the hours in which both keys work.
pub(crate) const OVERLAP_HOURS_DEFAULT: u32 = 24;

const HOUR: i64 = 60 * 60 * 1000;

/// A successor ready to be stored, and the statement that then lets the old key end.
pub(crate) struct Rotation {
    pub(crate) new: PreparedKey,
    pub(crate) end_old: Statement,
}

/// Makes the successor of `old` under this id; the old key goes on for so many hours.
pub(crate) fn prepare(
    context: &RequestContext,
    merchant: &str,
    id: String,
    old: &KeyRow,
    overlap_hours: u32,
) -> Result<Rotation, Problem> {
    if overlap_hours > OVERLAP_HOURS_MAX {
        let message = format!("overlap_hours: give a whole number from 0 to {OVERLAP_HOURS_MAX}.");
        return Err(Problem::unprocessable("overlap_hours", message));
    }
    if old.revoked_at.is_some() {
        return Err(revoked());
    }
    let overlap = i64::from(overlap_hours).saturating_mul(HOUR);
    let ends_at = context.now.milliseconds().saturating_add(overlap);
    let new = prepare_successor(context, merchant, id, old)?;
    let end_old = context.store.expire_key(merchant, &old.id, ends_at, &new.id)?;
    Ok(Rotation { new, end_old })
}
