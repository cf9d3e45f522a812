//! Errors of the API: one envelope, an honest status, and words that say what to do.

use std::fmt;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::crypto::encryption::NotEncrypted;
use crate::crypto::signature::Unchecked;
use crate::platform::log::{self, LogEvent};

/// The reason why a request failed.
#[derive(Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    message: String,
    data: Map<String, Value>,
    /// The reason of an internal problem whose fault lies in a stored row.
    fault_of_row: Option<Box<str>>,
    /// The missing setting; it names settings, so only the operator sees it.
    for_operator: Option<Box<str>>,
}

/// The envelope of every error, and of responses without a resource.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct Envelope {
    /// The reason, in words.
    pub(crate) message: String,
    /// True if the request succeeded.
    pub(crate) success: bool,
    /// Further facts: an escaped string of JSON, `{}` where there are none.
    pub(crate) data: String,
}

const NOT_SET_UP: &str = "This Worker is not set up. Its log says what its operator has to do, and \
    so does /health with an operator's key.";

impl Problem {
    /// A problem with any status.
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            data: Map::new(),
            fault_of_row: None,
            for_operator: None,
        }
    }

    /// 400: the request cannot be read.
    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// 401: no key, or one that we do not know.
    pub(crate) fn unauthorized(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, message)
    }

    /// 403: a key that may not do this.
    pub(crate) fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, message)
    }

    /// 404: there is no such thing, or it belongs to another merchant, which looks the same.
    pub(crate) fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("There is no such {what}."))
    }

    /// 422: the request can be read, and a field of it cannot be true.
    pub(crate) fn unprocessable(field: &str, message: impl Into<String>) -> Self {
        let problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, message);
        if field.is_empty() { problem } else { problem.with("field", field) }
    }

    /// 429: so many requests that others would suffer.
    pub(crate) fn too_many(message: &str, retry_after: u32) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, message).with("retry_after", retry_after)
    }

    /// 500: the operator has to set something. The log says what.
    pub(crate) fn misconfigured(message: &str) -> Self {
        log::write(LogEvent::ConfigurationInvalid, &[("message", message)]);
        let problem = Self::new(StatusCode::INTERNAL_SERVER_ERROR, NOT_SET_UP);
        Self { for_operator: Some(message.into()), ..problem }
    }

    /// 500: our fault. `what` is logged and must hold nothing that a caller sent.
    pub(crate) fn internal(what: &str) -> Self {
        log::write(LogEvent::Internal, &[("message", what)]);
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "Something went wrong on our side. Nothing was lost; please try again.",
        )
    }

    /// The field that a [`Problem::unprocessable`] is about, or the empty name.
    pub(crate) fn field(&self) -> &str {
        self.data.get("field").and_then(Value::as_str).unwrap_or_default()
    }

    /// Seconds after which a [`Problem::too_many`] is over.
    pub(crate) fn retry_after(&self) -> Option<String> {
        self.data.get("retry_after").map(Value::to_string)
    }

    /// Returns the reason if the fault lies in a stored row, so that a later attempt meets it
    /// again.
    pub(crate) fn fault_of_row(&self) -> Option<&str> {
        self.fault_of_row.as_deref()
    }

    /// Notes whether the fault lies in a stored row.
    pub(crate) fn with_fault_of_row(self, fault_of_row: Option<String>) -> Self {
        Self { fault_of_row: fault_of_row.map(String::into_boxed_str), ..self }
    }

    /// The same, with what the operator has to set in its message.
    pub(crate) fn shown_to_operator(mut self) -> Self {
        self.message = self.to_string();
        self
    }

    /// Adds a fact to `data`.
    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.data.insert(name.to_owned(), value.into());
        self
    }

    /// The reason, in words.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// The status of the answer.
    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }
}

impl From<getrandom::Error> for Problem {
    fn from(_: getrandom::Error) -> Self {
        Self::internal("No random bytes could be had")
    }
}

impl From<Unchecked> for Problem {
    fn from(_: Unchecked) -> Self {
        Self::internal("The runtime cannot check a signature")
    }
}

impl From<NotEncrypted> for Problem {
    fn from(_: NotEncrypted) -> Self {
        Self::internal("A text could not be encrypted")
    }
}

/// As the operator reads it, in the log and in the report of a month end.
impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.for_operator {
            Some(message) => write!(formatter, "This Worker is not set up: {message}"),
            None => formatter.write_str(&self.message),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let retry_after = self.retry_after();
        let data = Value::Object(self.data).to_string();
        let envelope = Envelope { message: self.message, success: false, data };
        let mut response = json(self.status, &envelope);
        if let Some(retry_after) = retry_after.and_then(|seconds| seconds.parse().ok()) {
            response.headers_mut().insert(header::RETRY_AFTER, retry_after);
        }
        response
    }
}

/// An answer of JSON.
pub(crate) fn json(status: StatusCode, value: &impl Serialize) -> Response {
    match serde_json::to_string(value) {
        Ok(body) => json_text(status, body),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// An answer of JSON that is already written.
pub(crate) fn json_text(status: StatusCode, body: String) -> Response {
    let content_type = HeaderValue::from_static("application/json");
    (status, [(header::CONTENT_TYPE, content_type)], body).into_response()
}

/// The answer to an action that has no resource to show: 200 in the envelope.
pub(crate) fn done(message: &str, data: &impl Serialize) -> Response {
    let data = serde_json::to_string(data).unwrap_or_else(|_| "{}".to_owned());
    let envelope = Envelope { message: message.to_owned(), success: true, data };
    json(StatusCode::OK, &envelope)
}
