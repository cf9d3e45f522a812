//! Reads the body of a request up to its limit and in its time, and few large ones at once.

use std::cell::RefCell;
use std::pin::pin;
use std::time::Duration;

use axum::http::StatusCode;
use futures_util::StreamExt;
use worker::{Delay, Request};

use crate::platform::problem::Problem;
use crate::platform::timeout::within;

/// Bytes in the largest body that is read: a sale of 500 lines with the longest titles fits.
pub(crate) const BODY_BYTES_MAX: usize = 512 * 1024;

/// Bytes in the largest delivery of a webhook: shops write orders of 500 lines at length, and one
/// that is refused may never be sent again.
pub(crate) const DELIVERY_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Bodies above [`BODY_BYTES_MAX`] that one isolate handles at the same time, at most, each of
/// another network. An isolate has 128 MB for everything, and the signature of a body is known only
/// after it was read.
pub(crate) const LARGE_BODIES_MAX: usize = 4;

/// Bytes up to which a body needs no place: most sales and deliveries are smaller.
pub(crate) const PLACELESS_BYTES_MAX: usize = 64 * 1024;

/// Bytes of all bodies with a place that one isolate handles at the same time, at most.
pub(crate) const BYTES_AT_ONCE_MAX: usize = 48 * 1024 * 1024;

/// Bytes among them that come from one network, at most.
pub(crate) const BYTES_AT_ONCE_OF_NETWORK_MAX: usize = 16 * 1024 * 1024;

/// The time in which a body arrives, at most.
pub(crate) const ARRIVES_WITHIN: Duration = Duration::from_secs(30);

/// Milliseconds after which a place is free again, whatever became of its request: the runtime can
/// cancel a request without a word. No body is still read then.
const PLACE_LASTS: i64 = 60 * 1000;

const UNREADABLE: &str = "The request could not be read. Please send it again.";

thread_local! {
    static PLACES: RefCell<Places> = const { RefCell::new(Places { last: 0, taken: Vec::new() }) };
}

/// The network that a body comes from, and the instant at which its request arrived, in milliseconds
/// since 1970.
#[derive(Clone, Copy)]
pub(crate) struct Arrival<'a> {
    pub(crate) network: &'a str,
    pub(crate) now: i64,
}

/// The bodies above [`PLACELESS_BYTES_MAX`] that are handled now.
struct Places {
    last: u64,
    taken: Vec<TakenPlace>,
}

struct TakenPlace {
    number: u64,
    network: String,
    taken_at: i64,
    bytes: usize,
}

impl TakenPlace {
    fn is_large(&self) -> bool {
        self.bytes > BODY_BYTES_MAX
    }
}

impl Places {
    fn take(&mut self, arrival: Arrival<'_>, bytes: usize) -> Option<u64> {
        self.taken.retain(|place| arrival.now.saturating_sub(place.taken_at) < PLACE_LASTS);
        self.last = self.last.wrapping_add(1);
        let (number, network) = (self.last, arrival.network.to_owned());
        let place = TakenPlace { number, network, taken_at: arrival.now, bytes };
        let has_room = self.has_room_for(&place);
        has_room.then(|| self.taken.push(place)).map(|()| number)
    }

    /// Returns false if a body that became longer has no room any more.
    fn grow(&mut self, number: u64, bytes: usize) -> bool {
        let Some(index) = self.taken.iter().position(|place| place.number == number) else {
            return false;
        };
        let place = TakenPlace { bytes, ..self.taken.swap_remove(index) };
        let has_room = self.has_room_for(&place);
        self.taken.push(place);
        has_room
    }

    fn has_room_for(&self, new: &TakenPlace) -> bool {
        let of_network = || self.taken.iter().filter(|place| place.network == new.network);
        let sum = |sum: usize, place: &TakenPlace| sum.saturating_add(place.bytes);
        let has_place = !new.is_large()
            || (self.taken.iter().filter(|place| place.is_large()).count() < LARGE_BODIES_MAX
                && !of_network().any(TakenPlace::is_large));
        has_place
            && self.taken.iter().fold(new.bytes, sum) <= BYTES_AT_ONCE_MAX
            && of_network().fold(new.bytes, sum) <= BYTES_AT_ONCE_OF_NETWORK_MAX
    }

    fn free(&mut self, number: u64) {
        self.taken.retain(|place| place.number != number);
    }
}

/// The place of a body, which is free again when this is dropped.
struct Place(u64);

impl Place {
    fn take(arrival: Arrival<'_>, bytes: usize) -> Result<Self, Problem> {
        let taken = PLACES.with_borrow_mut(|places| places.take(arrival, bytes));
        taken.map(Self).ok_or_else(no_room)
    }

    fn grow(&self, bytes: usize) -> Result<(), Problem> {
        let has_room = PLACES.with_borrow_mut(|places| places.grow(self.0, bytes));
        has_room.then_some(()).ok_or_else(no_room)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        PLACES.with_borrow_mut(|places| places.free(self.0));
    }
}

fn no_room() -> Problem {
    let message = "Too many large bodies arrive at this moment. Nothing was stored of this one; \
        please send it again in a few seconds.";
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, message).with("retry_after", 5)
}

fn too_slow() -> Problem {
    let seconds = ARRIVES_WITHIN.as_secs();
    let message = format!(
        "The body did not arrive within {seconds} seconds. Nothing was stored of it; please send \
         it again."
    );
    Problem::new(StatusCode::REQUEST_TIMEOUT, message)
}

/// A body that was read. It keeps its place until it is dropped, after the response is made.
pub(crate) struct RequestBody {
    pub(crate) bytes: Vec<u8>,
    place: Option<Place>,
}

impl RequestBody {
    /// Reads the body of a request.
    ///
    /// # Errors
    /// 413 for a body of more bytes than `bytes_max`, 503 for a large one while others are handled
    /// that leave no room for it, and 408 for one that does not arrive in time.
    pub(crate) async fn read(
        request: &mut Request,
        bytes_max: usize,
        arrival: Arrival<'_>,
    ) -> Result<Self, Problem> {
        let mut body = Self { bytes: Vec::new(), place: None };
        if request.inner().body().is_none() {
            return Ok(body);
        }
        let read = within(
            pin!(body.read_all(request, bytes_max, arrival)),
            pin!(Delay::from(ARRIVES_WITHIN)),
        )
        .await;
        read.ok_or_else(too_slow)??;
        Ok(body)
    }

    async fn read_all(
        &mut self,
        request: &mut Request,
        bytes_max: usize,
        arrival: Arrival<'_>,
    ) -> Result<(), Problem> {
        let announced = request.headers().get("content-length").ok().flatten();
        let Some(announced) = announced.and_then(|length| length.parse::<usize>().ok()) else {
            return self.read_stream(request, bytes_max, arrival).await;
        };
        self.grow(announced, bytes_max, arrival)?;
        // The runtime reads no more than what was announced.
        self.bytes = request.bytes().await.map_err(|_| Problem::bad_request(UNREADABLE))?;
        Ok(())
    }

    /// Reads a body of unknown length, and stops as soon as it is longer than allowed.
    async fn read_stream(
        &mut self,
        request: &mut Request,
        bytes_max: usize,
        arrival: Arrival<'_>,
    ) -> Result<(), Problem> {
        let unreadable = |_| Problem::bad_request(UNREADABLE);
        let mut stream = request.stream().map_err(unreadable)?;
        while let Some(chunk) = stream.next().await {
            let chunk = chunk.map_err(unreadable)?;
            self.grow(self.bytes.len().saturating_add(chunk.len()), bytes_max, arrival)?;
            self.bytes.extend(chunk);
        }
        Ok(())
    }

    /// Refuses what is too long, and takes a place for what is not small.
    fn grow(
        &mut self,
        length: usize,
        bytes_max: usize,
        arrival: Arrival<'_>,
    ) -> Result<(), Problem> {
        if length > bytes_max {
            return Err(Problem::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                format!("The body is too large: send at most {bytes_max} bytes."),
            ));
        }
        match &self.place {
            Some(place) => place.grow(length),
            None if length > PLACELESS_BYTES_MAX => {
                self.place = Some(Place::take(arrival, length)?);
                Ok(())
            }
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LARGE: usize = BODY_BYTES_MAX + 1;

    fn take(network: &str, now: i64, bytes: usize) -> Result<Place, Problem> {
        Place::take(Arrival { network, now }, bytes)
    }

    fn is_refused(taken: Result<Place, Problem>) -> bool {
        taken.err().is_some_and(|problem| problem.status() == StatusCode::SERVICE_UNAVAILABLE)
    }

    #[test]
    fn few_large_bodies_are_handled_at_once_and_their_places_are_free_again() {
        let networks = (0..LARGE_BODIES_MAX).map(|number| number.to_string());
        let mut held: Vec<Place> =
            networks.map(|network| take(&network, 0, LARGE).ok().unwrap()).collect();
        assert!(is_refused(take("another", 0, LARGE)));
        assert!(take("another", 0, BODY_BYTES_MAX).is_ok(), "a usual body");
        held.pop();
        held.push(take("another", 1, LARGE).ok().unwrap());
        assert!(is_refused(take("one more", PLACE_LASTS - 1, LARGE)));
        // The first ones were never given back.
        std::mem::forget(held);
        assert!(take("one more", PLACE_LASTS, LARGE).is_ok());
    }

    #[test]
    fn a_network_has_one_large_body_and_leaves_the_other_places_to_others() {
        let held = take("one", 0, LARGE).ok().unwrap();
        assert!(is_refused(take("one", 0, LARGE)));
        assert!(take("another", 0, LARGE).is_ok());
        drop(held);
        assert!(take("one", 0, LARGE).is_ok());
    }

    #[test]
    fn bodies_that_are_not_small_are_bounded_together_for_each_network_and_for_all() {
        let fill = |network: &str| -> Vec<Place> {
            (0..1_000).map_while(|_| take(network, 0, BODY_BYTES_MAX).ok()).collect()
        };
        let one = fill("one");
        assert_eq!(one.len(), BYTES_AT_ONCE_OF_NETWORK_MAX / BODY_BYTES_MAX);
        assert!(is_refused(take("one", 0, PLACELESS_BYTES_MAX + 1)));
        let others: Vec<_> = ["two", "three", "four"].map(fill).into_iter().flatten().collect();
        assert_eq!(one.len() + others.len(), BYTES_AT_ONCE_MAX / BODY_BYTES_MAX);
        assert!(is_refused(take("five", 0, PLACELESS_BYTES_MAX + 1)));
        drop(one);
        assert!(take("five", 0, BODY_BYTES_MAX).is_ok());
    }

    #[test]
    fn a_body_of_unknown_length_counts_as_far_as_it_was_read() {
        let arrival = Arrival { network: "one", now: 0 };
        let grow = |body: &mut RequestBody, bytes| body.grow(bytes, DELIVERY_BYTES_MAX, arrival);
        let begun = || RequestBody { bytes: Vec::new(), place: None };
        let mut bodies: Vec<RequestBody> = (0..40).map(|_| begun()).collect();
        for body in &mut bodies {
            grow(body, BODY_BYTES_MAX / 2).ok().unwrap();
        }
        let grown = bodies.iter_mut().filter_map(|body| grow(body, BODY_BYTES_MAX).ok()).count();
        assert_eq!(grown, BYTES_AT_ONCE_OF_NETWORK_MAX / (BODY_BYTES_MAX / 2) - 40);
        drop(bodies);
        assert!(grow(&mut begun(), BODY_BYTES_MAX).is_ok(), "all is free again");
    }

    #[test]
    fn a_small_body_needs_no_place() {
        let arrival = Arrival { network: "one", now: 0 };
        let mut body = RequestBody { bytes: Vec::new(), place: None };
        body.grow(PLACELESS_BYTES_MAX, DELIVERY_BYTES_MAX, arrival).ok().unwrap();
        assert!(body.place.is_none());
        body.grow(PLACELESS_BYTES_MAX + 1, DELIVERY_BYTES_MAX, arrival).ok().unwrap();
        assert!(body.place.is_some());
        let refused = body.grow(DELIVERY_BYTES_MAX + 1, DELIVERY_BYTES_MAX, arrival).err().unwrap();
        assert_eq!(refused.status(), StatusCode::PAYLOAD_TOO_LARGE);
    }
}
