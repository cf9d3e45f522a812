//! Settings > Campaigns: each campaign as a sentence, with its state.

use std::collections::BTreeMap;

use askama::Template;
use order_events::{Campaign, Conditions, Names, Timestamp};

use crate::domain::campaign_pauses::{Pause, paused_since, split};
use crate::domain::local_time::minute_in_words;
use crate::store::sessions::SessionRow;
use crate::store::shops::ShopRow;

#[derive(Template)]
#[template(path = "settings/campaigns.html")]
struct CampaignsPage<'a> {
    session: &'a SessionRow,
    /// The path of this page.
    place: &'static str,
    notice: Option<&'a str>,
    campaigns: Vec<CampaignView>,
}

/// A campaign, in words.
struct CampaignView {
    id: String,
    name: String,
    sentence: String,
    state: State,
    dates: String,
    trees: String,
}

/// The state of a campaign at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// It starts later.
    Planned,
    Running,
    Paused,
    /// Its end is over.
    Ended,
}

impl State {
    fn of(campaign: &Campaign, now: Timestamp) -> Self {
        let (_, pauses) = split(campaign.conditions.clone());
        if campaign.ends_at.is_some_and(|ends_at| ends_at <= now) {
            Self::Ended
        } else if paused_since(&pauses, now).is_some() {
            Self::Paused
        } else if campaign.starts_at.is_some_and(|starts_at| starts_at > now) {
            Self::Planned
        } else {
            Self::Running
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Ended => "ended",
        }
    }
}

/// The content of the page.
pub(crate) struct Shown<'a> {
    pub(crate) session: &'a SessionRow,
    pub(crate) notice: Option<&'a str>,
    pub(crate) campaigns: Vec<Campaign>,
    pub(crate) shops: Vec<ShopRow>,
    /// Trees so far, by the campaign's id.
    pub(crate) trees: BTreeMap<String, i64>,
    pub(crate) now: Timestamp,
}

/// Writes the page.
pub(crate) fn render(shown: &Shown<'_>) -> askama::Result<String> {
    let session = shown.session;
    let view = |campaign: &Campaign| CampaignView {
        id: campaign.id.clone(),
        name: campaign.name.clone(),
        sentence: sentence(&campaign.conditions, &shown.shops, &session.time_zone),
        state: State::of(campaign, shown.now),
        dates: dates(campaign, &session.time_zone, shown.now),
        trees: match shown.trees.get(&campaign.id).copied().unwrap_or_default() {
            1 => "1 tree so far".to_owned(),
            trees => format!("{trees} trees so far"),
        },
    };
    CampaignsPage {
        session,
        place: "/settings/campaigns",
        notice: shown.notice,
        campaigns: shown.campaigns.iter().map(view).collect(),
    }
    .render()
}

/// The conditions as a sentence with a full stop. Pauses are no part of it.
pub(super) fn sentence(conditions: &Conditions, shops: &[ShopRow], zone: &str) -> String {
    let shop = |id: &str| {
        let found = shops.iter().find(|shop| shop.id == id);
        found.map_or_else(|| id.to_owned(), |shop| shop.name.clone())
    };
    let instant = |at: Timestamp| in_words(at, zone);
    let (conditions, _) = split(conditions.clone());
    format!("{}.", conditions.describe(Names { shop: &shop, instant: &instant }))
}

fn in_words(at: Timestamp, zone: &str) -> String {
    minute_in_words(at.milliseconds(), zone).unwrap_or_else(|| at.to_string())
}

/// When the campaign runs, and all its pauses.
fn dates(campaign: &Campaign, zone: &str, now: Timestamp) -> String {
    let bound =
        |word: &str, at: Option<Timestamp>| at.map(|at| format!("{word} {}", in_words(at, zone)));
    let (_, pauses) = split(campaign.conditions.clone());
    let mut all = vec![bound("From", campaign.starts_at), bound("until", campaign.ends_at)];
    for Pause { from, until } in pauses {
        all.push(match until {
            None if from <= now => bound("paused since", Some(from)),
            None => bound("paused from", Some(from)),
            Some(until) => bound("paused from", Some(from))
                .zip(bound("until", Some(until)))
                .map(|(from, until)| format!("{from} {until}")),
        });
    }
    all.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::campaign_pauses::{pause, resume};

    #[test]
    fn a_campaign_is_planned_then_runs_or_is_paused_and_then_has_ended() {
        let at = |day: u8| format!("2026-11-{day:02}T00:00:00Z").parse::<Timestamp>().unwrap();
        let conditions = "{\"trees\": [{\"per_order\": {\"trees\": 1}}]}";
        let running = Campaign {
            id: "camp_1".to_owned(),
            version: 1,
            name: "A".to_owned(),
            starts_at: Some(at(10)),
            ends_at: Some(at(20)),
            conditions: serde_json::from_str(conditions).unwrap(),
        };
        let mut paused = running.clone();
        paused.conditions = pause(paused.conditions, at(12));
        for (day, state, of_paused) in [
            (9, State::Planned, State::Planned),
            (10, State::Running, State::Running),
            (12, State::Running, State::Paused),
            (19, State::Running, State::Paused),
            (20, State::Ended, State::Ended),
        ] {
            assert_eq!(State::of(&running, at(day)), state, "{day}");
            assert_eq!(State::of(&paused, at(day)), of_paused, "{day}");
        }
        assert_eq!(sentence(&paused.conditions, &[], "UTC"), "1 tree for every order.");
        let words = dates(&paused, "UTC", at(12));
        assert!(words.ends_with("paused since 12 November 2026, 00:00"), "{words}");
        paused.conditions = resume(paused.conditions, at(13));
        let words = dates(&paused, "UTC", at(14));
        let pause = "paused from 12 November 2026, 00:00 until 13 November 2026, 00:00";
        assert!(words.ends_with(pause), "{words}");
        assert_eq!(State::of(&paused, at(14)), State::Running);
    }
}
