//! When a merchant is reminded of what is not paid, and when the campaigns pause.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use order_events::Timestamp;

use crate::domain::local_time::{self, local};
use crate::domain::retry_schedule::morning;
use crate::domain::states::Dunning;

/// The notices, and the days after the close on which they are due.
const NOTICES: [(Dunning, i64); 4] = [
    (Dunning::FirstReminder, 7),
    (Dunning::SecondReminder, 14),
    (Dunning::ThirdReminder, 21),
    (Dunning::LastNotice, 23),
];

/// Days after the close, and days after the last notice, on which the campaigns pause. Both must be
/// over, so that a merchant with a late notice is not paused early.
const PAUSE_AFTER_CLOSE: i64 = 30;
const PAUSE_AFTER_NOTICE: i64 = 7;

/// How far a purchase order has come.
pub(crate) struct SoFar {
    pub(crate) closed_at: Option<Timestamp>,
    /// The last step that was taken.
    pub(crate) dunning: Dunning,
    /// When that was.
    pub(crate) dunned_at: Option<Timestamp>,
}

/// How far it has come at an instant.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Step {
    /// The step to be taken; the one before, when nothing is due.
    pub(crate) to: Dunning,
    /// When to look again; `None` where nothing follows.
    pub(crate) next: Option<Timestamp>,
}

/// Returns the notice that is due at `now`, in this time zone. Of several notices that are due only
/// the latest is given; the pause always has a notice before it.
pub(crate) fn step(so_far: &SoFar, now: Timestamp, zone: &str) -> Step {
    let known = local_time::zone(zone).zip(so_far.closed_at);
    let dates = known
        .and_then(|(zone, closed_at)| Some(Dates { closed_on: date(closed_at, &zone)?, zone }));
    // Without a time zone there are no mornings, so nothing follows.
    dates.map_or(Step { to: so_far.dunning, next: None }, |dates| dates.step(so_far, now))
}

struct Dates {
    closed_on: Date,
    zone: TimeZone,
}

impl Dates {
    fn step(&self, so_far: &SoFar, now: Timestamp) -> Step {
        if so_far.dunning == Dunning::Paused {
            return Step { to: Dunning::Paused, next: None };
        }
        if so_far.dunning == Dunning::LastNotice {
            let pause = self.pause(so_far.dunned_at.unwrap_or(now));
            return match pause.filter(|pause| *pause > now) {
                Some(pause) => Step { to: Dunning::LastNotice, next: Some(pause) },
                None => Step { to: Dunning::Paused, next: None },
            };
        }
        let given = NOTICES.iter().position(|(notice, _)| *notice == so_far.dunning);
        let mut following = NOTICES.iter().skip(given.map_or(0, |index| index.saturating_add(1)));
        let mut step = Step { to: so_far.dunning, next: None };
        for (notice, days) in following.by_ref() {
            match morning(self.closed_on, *days, &self.zone) {
                Some(morning) if morning <= now => step.to = *notice,
                later => {
                    step.next = later;
                    return step;
                }
            }
        }
        step.next = self.pause(now);
        step
    }

    /// The pause after a last notice that was given at this instant.
    fn pause(&self, noticed_at: Timestamp) -> Option<Timestamp> {
        let noticed_on = date(noticed_at, &self.zone)?;
        let after_close = morning(self.closed_on, PAUSE_AFTER_CLOSE, &self.zone)?;
        let after_notice = morning(noticed_on, PAUSE_AFTER_NOTICE, &self.zone)?;
        Some(after_close.max(after_notice))
    }
}

fn date(instant: Timestamp, zone: &TimeZone) -> Option<Date> {
    Some(local(instant.milliseconds(), zone)?.date())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    const CLOSED_AT: &str = "2026-12-01T00:01:00Z";

    /// Returns the steps of hourly events, from the close to `until`, with their instants.
    fn steps(from: &str, until: &str, zone: &str) -> Vec<(Dunning, String)> {
        let hour = 60 * 60 * 1000;
        let until = at(until).milliseconds();
        let hours =
            std::iter::successors(Some(at(from).milliseconds()), |now| now.checked_add(hour));
        let (mut dunning, mut dunned_at, mut next) = (Dunning::None, None, Some(at(from)));
        let mut taken = Vec::new();
        for now in hours.take_while(|now| *now <= until) {
            let instant = Timestamp::from_milliseconds(now).unwrap();
            if next.is_some_and(|next| next <= instant) {
                let so_far = SoFar { closed_at: Some(at(CLOSED_AT)), dunning, dunned_at };
                let step = step(&so_far, instant, zone);
                if step.to != dunning {
                    taken.push((step.to, instant.to_string()));
                    (dunning, dunned_at) = (step.to, Some(instant));
                }
                next = step.next;
            }
        }
        taken
    }

    #[test]
    fn who_does_not_pay_is_reminded_three_times_then_warned_then_paused() {
        let taken = steps(CLOSED_AT, "2027-03-01T00:00:00Z", "UTC");
        let expected = [
            (Dunning::FirstReminder, "2026-12-08T09:01:00Z"),
            (Dunning::SecondReminder, "2026-12-15T09:01:00Z"),
            (Dunning::ThirdReminder, "2026-12-22T09:01:00Z"),
            (Dunning::LastNotice, "2026-12-24T09:01:00Z"),
            (Dunning::Paused, "2026-12-31T09:01:00Z"),
        ];
        assert_eq!(taken, expected.map(|(step, at)| (step, at.to_owned())));
    }

    #[test]
    fn nine_o_clock_is_where_the_merchant_is() {
        // In Auckland, thirteen hours ahead, the close was on the first of December too.
        let taken = steps(CLOSED_AT, "2026-12-09T00:00:00Z", "Pacific/Auckland");
        assert_eq!(taken, [(Dunning::FirstReminder, "2026-12-07T20:01:00Z".to_owned())]);
    }

    #[test]
    fn after_an_outage_only_the_latest_notice_is_given_and_the_pause_waits_a_week() {
        let taken = steps("2027-02-01T12:01:00Z", "2027-03-01T00:00:00Z", "UTC");
        let expected = [
            (Dunning::LastNotice, "2027-02-01T12:01:00Z"),
            (Dunning::Paused, "2027-02-08T09:01:00Z"),
        ];
        assert_eq!(taken, expected.map(|(step, at)| (step, at.to_owned())));
        let taken = steps("2026-12-16T12:01:00Z", "2026-12-17T00:00:00Z", "UTC");
        assert_eq!(taken, [(Dunning::SecondReminder, "2026-12-16T12:01:00Z".to_owned())]);
    }

    #[test]
    fn before_the_first_notice_nothing_is_due_and_its_morning_is_known() {
        let so_far =
            SoFar { closed_at: Some(at(CLOSED_AT)), dunning: Dunning::None, dunned_at: None };
        let step_at = |now: &str, zone: &str| step(&so_far, at(now), zone);
        let first = Some(at("2026-12-08T09:00:00Z"));
        assert_eq!(step_at(CLOSED_AT, "UTC"), Step { to: Dunning::None, next: first });
        assert_eq!(
            step_at("2026-12-08T08:59:59.999Z", "UTC"),
            Step { to: Dunning::None, next: first }
        );
        assert_eq!(step_at("2026-12-08T09:00:00Z", "UTC").to, Dunning::FirstReminder);
        assert_eq!(step_at(CLOSED_AT, "Mars/Olympus"), Step { to: Dunning::None, next: None });
    }
}
