//! Sends requests over several connections for a fixed time, and measures their latencies.

use std::thread;
use std::time::{Duration, Instant};

use ureq::Agent;
use ureq::http::Request;

use super::served::Served;
use crate::{Failure, While};

/// The measurements of one round of one kind of request.
pub struct Round {
    /// Responses per second.
    pub requests_per_second: u64,
    /// The latencies, in ascending order.
    pub latencies: Vec<Duration>,
    /// Processor time of workerd per request, in microseconds; `None` if it cannot be measured.
    pub busy_microseconds: Option<u64>,
}

/// A request and its expected status.
pub type Expected = (Request<Vec<u8>>, u16);

impl Round {
    /// Sends the requests that `request` creates from the number of the connection and of the
    /// request.
    ///
    /// # Errors
    /// If a response has another status.
    pub fn measure(
        served: &Served,
        connections: usize,
        length: Duration,
        request: impl Fn(usize, usize) -> Result<Expected, Failure> + Sync,
    ) -> Result<Self, Failure> {
        let busy_before = served.busy_milliseconds();
        let started = Instant::now();
        let mut latencies = thread::scope(|scope| {
            let request = &request;
            let clients: Vec<_> = (0..connections)
                .map(|client| scope.spawn(move || one_connection(started, length, client, request)))
                .collect();
            let joined = clients.into_iter().map(|client| {
                client.join().unwrap_or_else(|_| Err(Failure("A client stopped".to_owned())))
            });
            joined.collect::<Result<Vec<_>, _>>()
        })?
        .concat();
        let milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let busy = served.busy_milliseconds().zip(busy_before);
        let count = u64::try_from(latencies.len()).unwrap_or(u64::MAX);
        latencies.sort_unstable();
        Ok(Self {
            requests_per_second: per(count, 1000, milliseconds),
            latencies,
            busy_microseconds: busy
                .map(|(after, before)| per(after.saturating_sub(before), 1000, count)),
        })
    }

    /// Returns the latency at this percentile, in milliseconds.
    #[must_use]
    pub fn percentile(&self, hundredths: usize) -> String {
        let index = self.latencies.len().saturating_mul(hundredths) / 100;
        let latency = self.latencies.get(index).copied().unwrap_or_default();
        let tenths = latency.as_micros() / 100;
        format!("{}.{}", tenths / 10, tenths % 10)
    }
}

/// Returns `count × factor / divisor`, in whole numbers.
fn per(count: u64, factor: u64, divisor: u64) -> u64 {
    count.saturating_mul(factor).checked_div(divisor).unwrap_or_default()
}

fn one_connection(
    started: Instant,
    length: Duration,
    client: usize,
    request: impl Fn(usize, usize) -> Result<Expected, Failure>,
) -> Result<Vec<Duration>, Failure> {
    let agent: Agent = Agent::config_builder()
        .http_status_as_error(false)
        .allow_non_standard_methods(true)
        .build()
        .into();
    let mut latencies = Vec::new();
    while started.elapsed() < length {
        let (request, expected) = request(client, latencies.len())?;
        let sent = Instant::now();
        let mut response = agent.run(request).when("A request")?;
        let status = response.status().as_u16();
        let body = response.body_mut().read_to_string().when("An answer")?;
        latencies.push(sent.elapsed());
        if status != expected {
            return Err(Failure(format!("{status} instead of {expected}: {body}")));
        }
    }
    Ok(latencies)
}
