//! Waits for something that may never come.

use std::pin::Pin;
use std::task::Poll;

/// Returns the value, or an error after the wait.
pub(crate) async fn within<T>(
    mut value: Pin<&mut impl Future<Output = T>>,
    mut wait: Pin<&mut impl Future<Output = ()>>,
) -> Option<T> {
    std::future::poll_fn(|context| match value.as_mut().poll(context) {
        Poll::Ready(value) => Poll::Ready(Some(value)),
        Poll::Pending => wait.as_mut().poll(context).map(|()| None),
    })
    .await
}
