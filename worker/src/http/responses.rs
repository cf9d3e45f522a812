//! The refusals that operations have in common, for `OpenAPI`.

use utoipa::IntoResponses;

pub(crate) use crate::platform::problem::Envelope;

/// The errors of any call with a key.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) enum Refused {
    /// The query of the address cannot be read; the message says what to write.
    #[response(status = 400)]
    BadRequest(Envelope),
    /// There is no valid key in the request.
    #[response(status = 401)]
    Unauthorized(Envelope),
    /// The key may not do this; the message says which scope or origin it lacks.
    #[response(status = 403)]
    Forbidden(Envelope),
    /// There is no such thing, or it is another merchant's.
    #[response(status = 404)]
    NotFound(Envelope),
    /// So many requests that others would suffer: wait as many seconds as `Retry-After` says.
    #[response(status = 429, headers(("Retry-After" = u32, description = "Seconds to wait.")))]
    TooManyRequests(Envelope),
    /// Our fault. Nothing was lost; please try again.
    #[response(status = 500)]
    InternalServerError(Envelope),
}

/// The further error of an order.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) enum Ordered {
    /// The settings were changed at this very moment, and nothing was ordered: send it again.
    #[response(status = 503, headers(("Retry-After" = u32, description = "Seconds to wait.")))]
    ServiceUnavailable(Envelope),
}

/// The errors of a call with a body.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) enum Changed {
    /// The body is not JSON; the message says where.
    #[response(status = 400)]
    BadRequest(Envelope),
    /// There is no valid key in the request.
    #[response(status = 401)]
    Unauthorized(Envelope),
    /// The key may not do this; the message says which scope or origin it lacks.
    #[response(status = 403)]
    Forbidden(Envelope),
    /// There is no such thing, or it is another merchant's.
    #[response(status = 404)]
    NotFound(Envelope),
    /// The request conflicts with stored data; the message says what to do first.
    #[response(status = 409)]
    Conflict(Envelope),
    /// The body is too large.
    #[response(status = 413)]
    PayloadTooLarge(Envelope),
    /// A field cannot be true: `data` names it as `field`, the message says why.
    #[response(status = 422)]
    UnprocessableEntity(Envelope),
    /// So many requests that others would suffer: wait as many seconds as `Retry-After` says.
    #[response(status = 429, headers(("Retry-After" = u32, description = "Seconds to wait.")))]
    TooManyRequests(Envelope),
    /// Our fault. Nothing was lost; please try again.
    #[response(status = 500)]
    InternalServerError(Envelope),
}
