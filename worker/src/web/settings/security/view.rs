//! Settings > Security, as a page.

use askama::Template;

use crate::domain::local_time::minute_in_words;
use crate::domain::states::SecurityEvent;
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
        what: what(event.kind),
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

fn what(kind: SecurityEvent) -> &'static str {
    match kind {
        SecurityEvent::SignedIn => "Signed in",
        SecurityEvent::SignInRefused => {
            "A sign-in link was refused: it was used before, or its digits were wrong"
        }
        SecurityEvent::SignedOut => "A session was ended",
        SecurityEvent::AddressChanged => "The mail address was changed",
        SecurityEvent::CardSaved => "A card was saved",
        SecurityEvent::CardRemoved => "The card was removed",
        SecurityEvent::WebhookSecretSet => "The secret of a webhook was set",
        SecurityEvent::WebhookSecretReplaced => "The secret of a webhook was replaced",
        SecurityEvent::WebhookSecretRemoved => "A webhook was removed",
        SecurityEvent::KeyCreated => "A key was created",
        SecurityEvent::KeyChanged => "A key was changed",
        SecurityEvent::KeyRotated => "A key was rotated",
        SecurityEvent::KeyRevoked => "A key was revoked",
        SecurityEvent::RequestRefused => "A key was refused what it may not do",
    }
}
