//! The Worker's log: one line of JSON for each event, without secrets and personal data.

#[cfg(test)]
mod documentation;
mod event;
mod invocation;

use std::fmt;

#[cfg(target_family = "wasm")]
use self::event::Level;
pub(crate) use self::event::LogEvent;
pub(crate) use self::invocation::{Invocation, set_merchant, within};

/// Writes a line. Each field is a name and a value, which holds nothing that a caller sent.
///
/// The line also names the request or the run that it belongs to, and the merchant as far as known.
pub(crate) fn write(event: LogEvent, fields: &[(&str, &str)]) {
    let line = line(event, &invocation::fields(), fields);
    #[cfg(target_family = "wasm")]
    match event.level() {
        Level::Info => worker::console_log!("{line}"),
        Level::Warning => worker::console_warn!("{line}"),
        Level::Error => worker::console_error!("{line}"),
    }
    #[cfg(not(target_family = "wasm"))]
    eprintln!("{line}");
}

/// Writes a line whose only field is the reason.
pub(crate) fn reason(event: LogEvent, reason: &dyn fmt::Display) {
    write(event, &[("message", &reason.to_string())]);
}

/// A field of the event replaces one of the invocation that has the same name. Empty fields are left
/// out.
fn line(event: LogEvent, invocation: &[(&str, String)], fields: &[(&str, &str)]) -> String {
    let outer = invocation.iter().map(|(name, value)| (*name, value.as_str()));
    let outer = outer.filter(|(name, _)| !fields.iter().any(|(own, _)| own == name));
    let first = [("level", event.level().name()), ("event", event.name())];
    let mut line = String::new();
    let all = first.into_iter().chain(outer).chain(fields.iter().copied());
    for (name, value) in all.filter(|(_, value)| !value.is_empty()) {
        line.push_str(if line.is_empty() { "{\"" } else { ",\"" });
        line.push_str(name);
        line.push_str("\":");
        line.push_str(&serde_json::to_string(value).unwrap_or_default());
    }
    line.push('}');
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_json_and_names_a_field_once() {
        let invocation = [("request", "ray".to_owned()), ("merchant", "mer_1".to_owned())];
        let fields =
            [("merchant", "mer_2"), ("shop", ""), ("message", "It said \"no\"\nand left.")];
        let line = line(LogEvent::PaymentDeclined, &invocation, &fields);
        assert!(!line.contains('\n'), "{line}");
        let read: serde_json::Value = serde_json::from_str(&line).unwrap();
        let expected = serde_json::json!({
            "level": "warning", "event": "payment.declined", "request": "ray",
            "merchant": "mer_2", "message": "It said \"no\"\nand left.",
        });
        assert_eq!(read, expected);
        assert_eq!(line.matches("\"merchant\"").count(), 1);
    }
}
