//! Reads the body of a request up to its limit, and few large ones at the same time.

use std::cell::RefCell;

use axum::http::StatusCode;
use futures_util::StreamExt;
use worker::Request;

use crate::platform::problem::Problem;

/// Bytes in the largest body that is read: a sale of 500 lines with the longest titles fits.
pub(crate) const BODY_BYTES_MAX: usize = 512 * 1024;

/// Bytes in the largest delivery of a webhook: shops write orders of 500 lines at length, and one
/// that is refused may never be sent again.
pub(crate) const DELIVERY_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Bodies above [`BODY_BYTES_MAX`] that one isolate handles at the same time, at most. An isolate
/// has 128 MB for everything, and the signature of a body is known only after it was read.
pub(crate) const LARGE_BODIES_MAX: usize = 4;

/// Milliseconds after which a place of a large body is free again, whatever became of its request:
/// the runtime can cancel a request without a word.
const PLACE_LASTS: i64 = 60 * 1000;

const UNREADABLE: &str = "The request could not be read. Please send it again.";

thread_local! {
    static PLACES: RefCell<Places> = const { RefCell::new(Places { last: 0, taken: Vec::new() }) };
}

/// The large bodies that are handled now: the number of each and the instant at which it arrived.
struct Places {
    last: u64,
    taken: Vec<(u64, i64)>,
}

impl Places {
    fn take(&mut self, now: i64) -> Option<u64> {
        self.taken.retain(|(_, taken_at)| now.saturating_sub(*taken_at) < PLACE_LASTS);
        if self.taken.len() >= LARGE_BODIES_MAX {
            return None;
        }
        self.last = self.last.wrapping_add(1);
        self.taken.push((self.last, now));
        Some(self.last)
    }

    fn free(&mut self, place: u64) {
        self.taken.retain(|(taken, _)| *taken != place);
    }
}

/// The place of a large body, which is free again when this is dropped.
struct Place(u64);

impl Place {
    fn take(now: i64) -> Result<Self, Problem> {
        PLACES.with_borrow_mut(|places| places.take(now)).map(Self).ok_or_else(|| {
            let message = "Too many large bodies arrive at this moment. Nothing was stored of this \
                one; please send it again in a few seconds.";
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, message).with("retry_after", 5)
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        PLACES.with_borrow_mut(|places| places.free(self.0));
    }
}

/// A body that was read. It keeps its place until it is dropped, after the response is made.
pub(crate) struct RequestBody {
    pub(crate) bytes: Vec<u8>,
    place: Option<Place>,
}

impl RequestBody {
    /// Reads the body of a request that arrived at this instant, in milliseconds since 1970.
    ///
    /// # Errors
    /// 413 for a body of more bytes than `bytes_max`, and 503 for a large one while several others
    /// are handled.
    pub(crate) async fn read(
        request: &mut Request,
        bytes_max: usize,
        now: i64,
    ) -> Result<Self, Problem> {
        let mut body = Self { bytes: Vec::new(), place: None };
        if request.inner().body().is_none() {
            return Ok(body);
        }
        let announced = request.headers().get("content-length").ok().flatten();
        let Some(announced) = announced.and_then(|length| length.parse::<usize>().ok()) else {
            body.read_stream(request, bytes_max, now).await?;
            return Ok(body);
        };
        body.grow(announced, bytes_max, now)?;
        // The runtime reads no more than what was announced.
        body.bytes = request.bytes().await.map_err(|_| Problem::bad_request(UNREADABLE))?;
        Ok(body)
    }

    /// Reads a body of unknown length, and stops as soon as it is longer than allowed.
    async fn read_stream(
        &mut self,
        request: &mut Request,
        bytes_max: usize,
        now: i64,
    ) -> Result<(), Problem> {
        let unreadable = |_| Problem::bad_request(UNREADABLE);
        let mut stream = request.stream().map_err(unreadable)?;
        while let Some(chunk) = stream.next().await {
            let chunk = chunk.map_err(unreadable)?;
            self.grow(self.bytes.len().saturating_add(chunk.len()), bytes_max, now)?;
            self.bytes.extend(chunk);
        }
        Ok(())
    }

    /// Refuses what is too long, and takes a place for what is large.
    fn grow(&mut self, length: usize, bytes_max: usize, now: i64) -> Result<(), Problem> {
        if length > bytes_max {
            return Err(Problem::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                format!("The body is too large: send at most {bytes_max} bytes."),
            ));
        }
        if length > BODY_BYTES_MAX && self.place.is_none() {
            self.place = Some(Place::take(now)?);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_large_bodies_are_handled_at_once_and_their_places_are_free_again() {
        let mut held: Vec<Place> =
            (0..LARGE_BODIES_MAX).map(|_| Place::take(0).ok().unwrap()).collect();
        assert_eq!(Place::take(0).err().unwrap().status(), StatusCode::SERVICE_UNAVAILABLE);
        held.pop();
        held.push(Place::take(1).ok().unwrap());
        assert!(Place::take(PLACE_LASTS - 1).is_err());
        // The first ones were never given back.
        std::mem::forget(held);
        assert!(Place::take(PLACE_LASTS).is_ok());
    }

    #[test]
    fn a_usual_body_needs_no_place() {
        let mut body = RequestBody { bytes: Vec::new(), place: None };
        body.grow(BODY_BYTES_MAX, DELIVERY_BYTES_MAX, 0).ok().unwrap();
        assert!(body.place.is_none());
        body.grow(BODY_BYTES_MAX + 1, DELIVERY_BYTES_MAX, 0).ok().unwrap();
        assert!(body.place.is_some());
        let refused = body.grow(DELIVERY_BYTES_MAX + 1, DELIVERY_BYTES_MAX, 0).err().unwrap();
        assert_eq!(refused.status(), StatusCode::PAYLOAD_TOO_LARGE);
    }
}
