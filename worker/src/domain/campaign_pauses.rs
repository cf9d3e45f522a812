//! Pauses of a campaign: time windows that its conditions leave out. A sale from within a pause
//! orders nothing, whenever it is reported; a sale from before it still counts.

use order_events::{Condition, Conditions, Timestamp};

/// Ended pauses that stay in the conditions, the latest ones.
pub(crate) const ENDED_MAX: usize = 10;

/// A time window that a campaign leaves out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pause {
    pub(crate) from: Timestamp,
    /// `None` while it lasts.
    pub(crate) until: Option<Timestamp>,
}

impl Pause {
    /// The pause that a condition is, if it is one.
    fn of(condition: &Condition) -> Option<Self> {
        let Condition::Not(inner) = condition else { return None };
        match **inner {
            Condition::SoldBetween { from: Some(from), until } => Some(Self { from, until }),
            _ => None,
        }
    }

    fn lasts(self, now: Timestamp) -> bool {
        self.from <= now && self.until.is_none_or(|until| now < until)
    }

    fn into_condition(self) -> Condition {
        let window = Condition::SoldBetween { from: Some(self.from), until: self.until };
        Condition::Not(Box::new(window))
    }
}

/// Splits conditions into those without pauses, and the pauses.
pub(crate) fn split(conditions: Conditions) -> (Conditions, Vec<Pause>) {
    let (when, pauses) = match conditions.when {
        Some(Condition::All(list)) => {
            let pauses: Vec<Pause> = list.iter().filter_map(Pause::of).collect();
            let mut others: Vec<Condition> =
                list.into_iter().filter(|each| Pause::of(each).is_none()).collect();
            let when = match (others.len(), pauses.is_empty()) {
                (0, false) => None,
                (1, false) => others.pop(),
                _ => Some(Condition::All(others)),
            };
            (when, pauses)
        }
        Some(other) => match Pause::of(&other) {
            Some(pause) => (None, vec![pause]),
            None => (Some(other), Vec::new()),
        },
        None => (None, Vec::new()),
    };
    (Conditions { when, ..conditions }, pauses)
}

/// Joins conditions without pauses with pauses.
pub(crate) fn join(conditions: Conditions, pauses: &[Pause]) -> Conditions {
    if pauses.is_empty() {
        return conditions;
    }
    let mut list = match conditions.when {
        Some(Condition::All(list)) => list,
        other => other.into_iter().collect(),
    };
    list.extend(pauses.iter().map(|pause| pause.into_condition()));
    Conditions { when: Some(Condition::All(list)), ..conditions }
}

/// The start of the pause that lasts at `now`.
pub(crate) fn paused_since(pauses: &[Pause], now: Timestamp) -> Option<Timestamp> {
    pauses.iter().filter(|pause| pause.lasts(now)).map(|pause| pause.from).min()
}

/// The conditions with a pause from `now` on, unless one lasts already.
pub(crate) fn pause(conditions: Conditions, now: Timestamp) -> Conditions {
    let (conditions, mut pauses) = split(conditions);
    if paused_since(&pauses, now).is_none() {
        pauses.push(Pause { from: now, until: None });
    }
    let excess = pauses.len().saturating_sub(ENDED_MAX.saturating_add(1));
    join(conditions, pauses.get(excess..).unwrap_or_default())
}

/// The conditions with the pause that lasts ended at `now`.
pub(crate) fn resume(conditions: Conditions, now: Timestamp) -> Conditions {
    let (conditions, pauses) = split(conditions);
    let ended = pauses.into_iter().filter_map(|pause| {
        if pause.lasts(now) {
            (pause.from < now).then_some(Pause { until: Some(now), ..pause })
        } else {
            Some(pause)
        }
    });
    join(conditions, &ended.collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use order_events::{Campaign, Sale, count_trees};

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        let start: Timestamp = "2026-11-01T00:00:00Z".parse().unwrap();
        let after = seconds.saturating_mul(1000);
        Timestamp::from_milliseconds(start.milliseconds().saturating_add(after)).unwrap()
    }

    fn conditions(when: &str) -> Conditions {
        let trees = "[{\"per_order\": {\"trees\": 1}}]";
        serde_json::from_str(&format!("{{\"when\": {when}, \"trees\": {trees}}}")).unwrap()
    }

    /// Returns whether a sale that was sold then orders a tree.
    fn counts(conditions: &Conditions, sold_at: Timestamp) -> bool {
        let sale = include_str!("../../../order-events/examples/sale.json");
        let sale: Sale = serde_json::from_str(sale).unwrap();
        let sale = Sale { sold_at, ..sale };
        let campaign = Campaign {
            id: "camp_1".to_owned(),
            version: 1,
            name: "A".to_owned(),
            starts_at: None,
            ends_at: None,
            conditions: conditions.clone(),
        };
        count_trees("shop_1", &sale, &campaign) > 0
    }

    const WHENS: [&str; 5] = [
        "null",
        "{\"coupon\": [\"TENOFF\"]}",
        "{\"all\": [{\"coupon\": [\"TENOFF\"]}, {\"not\": {\"shop\": [\"shop_2\"]}}]}",
        "{\"any\": [{\"coupon\": [\"TENOFF\"]}, \"opted_in\"]}",
        "{\"not\": {\"coupon\": [\"OTHER\"]}}",
    ];

    #[test]
    fn only_sales_from_within_a_pause_order_nothing() {
        for when in WHENS {
            let mut conditions = conditions(when);
            for (paused, resumed) in [(10, 20), (30, 40)] {
                conditions = resume(pause(conditions, at(paused)), at(resumed));
            }
            let conditions = pause(conditions, at(50));
            for (second, is_counted) in [
                (9, true),
                (10, false),
                (19, false),
                (20, true),
                (35, false),
                (45, true),
                (50, false),
            ] {
                assert_eq!(counts(&conditions, at(second)), is_counted, "{when} at {second}");
            }
            let (_, pauses) = split(conditions);
            assert_eq!((pauses.len(), paused_since(&pauses, at(50))), (3, Some(at(50))));
        }
    }

    #[test]
    fn pausing_twice_and_resuming_twice_change_nothing_more() {
        for when in WHENS {
            let paused = pause(conditions(when), at(10));
            assert_eq!(pause(paused.clone(), at(15)), paused);
            let resumed = resume(paused, at(20));
            assert_eq!(resume(resumed.clone(), at(25)), resumed);
            assert_eq!(
                resume(pause(conditions(when), at(10)), at(10)).when.is_some(),
                when != "null"
            );
        }
    }

    #[test]
    fn conditions_are_found_again_behind_their_pauses() {
        for when in WHENS {
            let (found, _) = split(pause(conditions(when), at(10)));
            assert_eq!(found, conditions(when));
        }
    }

    #[test]
    fn a_window_that_lies_ahead_is_no_pause_yet_and_resuming_leaves_it() {
        let ahead = Pause { from: at(100), until: Some(at(200)) };
        let planned = join(conditions("null"), &[ahead]);
        let (_, pauses) = split(planned.clone());
        assert_eq!(paused_since(&pauses, at(99)), None);
        assert_eq!(paused_since(&pauses, at(100)), Some(at(100)));
        assert_eq!(paused_since(&pauses, at(200)), None);
        assert_eq!(resume(planned.clone(), at(99)), planned);
        let resumed = resume(pause(planned, at(10)), at(20));
        assert_eq!(split(resumed).1, [ahead, Pause { from: at(10), until: Some(at(20)) }]);
    }

    #[test]
    fn only_the_latest_pauses_stay() {
        let mut conditions = conditions("null");
        for second in 0..50 {
            conditions = resume(pause(conditions, at(second * 10)), at(second * 10 + 5));
        }
        let (_, pauses) = split(pause(conditions, at(1000)));
        assert_eq!(pauses.len(), ENDED_MAX + 1);
        assert_eq!(pauses.first().unwrap().from, at(400));
    }
}
