//! Settings > Security, as a page.

use askama::Template;

use crate::domain::local_time::minute_in_words;
use crate::store::security_events::SecurityEventRow;
use crate::store::sessions::{ListedSession, SessionRow};

#[derive(Template)]
#[template(path = "settings/security.html")]
struct SecurityPage<'a> {
    session: &'a SessionRow,
    /// The path of this page.
    place: &'static str,
    notice: Option<&'a str>,
    sessions: Vec<SessionView>,
    events: Vec<EventView<'a>>,
}

struct SessionView {
    is_this: bool,
    began: String,
    last_used: String,
}

struct EventView<'a> {
    what: &'static str,
    subject: Option<&'a str>,
    at: String,
}

/// The content of the page.
pub(crate) struct Shown<'a> {
    pub(crate) session: &'a SessionRow,
    pub(crate) notice: Option<&'a str>,
    pub(crate) sessions: Vec<ListedSession>,
    pub(crate) events: Vec<SecurityEventRow>,
}

/// Writes the page.
pub(crate) fn render(shown: &Shown<'_>) -> askama::Result<String> {
    let session = shown.session;
    let at = |instant: i64| minute_in_words(instant, &session.time_zone).unwrap_or_default();
    let sessions = shown.sessions.iter().map(|listed| SessionView {
        is_this: listed.hash == session.hash,
        began: at(listed.created_at),
        last_used: at(listed.last_seen_at),
    });
    let events = shown.events.iter().map(|event| EventView {
        what: what(&event.kind),
        subject: event.subject.as_deref(),
        at: at(event.created_at),
    });
    SecurityPage {
        session,
        place: "/settings/security",
        notice: shown.notice,
        sessions: sessions.collect(),
        events: events.collect(),
    }
    .render()
}

fn what(kind: &str) -> &'static str {
    match kind {
        "signed in" => "Signed in",
        "sign-in refused" => {
            "A sign-in link was refused: it was used before, or its digits were wrong"
        }
        "signed out" => "A session was ended",
        "address changed" => "The mail address was changed",
        "card saved" => "A card was saved",
        "card removed" => "The card was removed",
        "webhook secret set" => "The secret of a webhook was set",
        "webhook secret replaced" => "The secret of a webhook was replaced",
        "webhook secret removed" => "A webhook was removed",
        "key created" => "A key was created",
        "key changed" => "A key was changed",
        "key rotated" => "A key was rotated",
        "key revoked" => "A key was revoked",
        "request refused" => "A key was refused what it may not do",
        _ => "Something else happened",
    }
}
