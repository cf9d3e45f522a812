//! Errors as the API answers them: one envelope, an honest status, and words that say what to do.

use std::fmt;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value};

/// Why a request could not be answered as asked.
#[derive(Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    message: String,
    data: Map<String, Value>,
}

/// The envelope of every error, and of answers that have no resource to show.
#[derive(Serialize)]
pub(crate) struct Envelope {
    /// What happened, in words.
    pub(crate) message: String,
    /// Whether the request did what was asked.
    pub(crate) success: bool,
    /// Further facts: an escaped string of JSON, `{}` where there are none.
    pub(crate) data: String,
}

impl Problem {
    /// A problem with any status.
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), data: Map::new() }
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

    /// 500: the deployer has to set something.
    pub(crate) fn misconfigured(message: &str) -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            format!("This Worker is not set up: {message}"),
        )
    }

    /// 500: our fault. `what` is logged and must hold nothing that a caller sent.
    pub(crate) fn internal(what: &str) -> Self {
        worker::console_error!("{what}");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "Something went wrong on our side. Nothing was lost; please try again.",
        )
    }

    /// Adds a fact to `data`.
    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.data.insert(name.to_owned(), value.into());
        self
    }

    /// What happened, in words.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// The status of the answer.
    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let data = Value::Object(self.data).to_string();
        let envelope = Envelope { message: self.message, success: false, data };
        json(self.status, &envelope)
    }
}

/// An answer of JSON.
pub(crate) fn json(status: StatusCode, value: &impl Serialize) -> Response {
    let Ok(body) = serde_json::to_vec(value) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let content_type = HeaderValue::from_static("application/json");
    (status, [(header::CONTENT_TYPE, content_type)], body).into_response()
}
