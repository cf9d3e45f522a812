//! The request or the run that a log line belongs to.

use std::cell::{OnceCell, RefCell};
use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;

thread_local! {
    /// The invocation whose code runs now. An isolate works on several at once.
    static CURRENT: RefCell<Option<Rc<Invocation>>> = const { RefCell::new(None) };
}

/// One invocation of the Worker.
pub(crate) struct Invocation {
    /// `request` or `run`.
    kind: &'static str,
    id: String,
    /// The merchant, once it is known.
    merchant: OnceCell<String>,
}

impl Invocation {
    /// A request, with Cloudflare's id of it.
    pub(crate) fn of_request(id: String) -> Rc<Self> {
        Rc::new(Self { kind: "request", id, merchant: OnceCell::new() })
    }

    /// A month end run, or a message of one.
    pub(crate) fn of_run(id: i64) -> Rc<Self> {
        Rc::new(Self { kind: "run", id: id.to_string(), merchant: OnceCell::new() })
    }
}

/// Runs this work, whose log lines name the invocation.
pub(crate) async fn within<T>(invocation: Rc<Invocation>, work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    poll_fn(|context| {
        let outer = CURRENT.replace(Some(Rc::clone(&invocation)));
        let polled = work.as_mut().poll(context);
        CURRENT.set(outer);
        polled
    })
    .await
}

/// Notes the merchant that the invocation works for.
pub(crate) fn set_merchant(id: &str) {
    CURRENT.with_borrow(|current| {
        if let Some(current) = current {
            current.merchant.get_or_init(|| id.to_owned());
        }
    });
}

/// The fields of the current invocation.
pub(super) fn fields() -> Vec<(&'static str, String)> {
    CURRENT.with_borrow(|current| {
        let Some(current) = current else { return Vec::new() };
        let merchant = current.merchant.get().map(|merchant| ("merchant", merchant.clone()));
        [(current.kind, current.id.clone())].into_iter().chain(merchant).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_of_two_invocations_at_once_has_its_own_fields() {
        let work = |merchant: &'static str| async move {
            set_merchant(merchant);
            tokio::task::yield_now().await;
            fields()
        };
        let one = within(Invocation::of_request("ray".to_owned()), work("mer_1"));
        let other = within(Invocation::of_run(7), work("mer_2"));
        let (one, other) = futures_util::future::join(one, other).await;
        assert_eq!(one, [("request", "ray".to_owned()), ("merchant", "mer_1".to_owned())]);
        assert_eq!(other, [("run", "7".to_owned()), ("merchant", "mer_2".to_owned())]);
        assert!(fields().is_empty());
    }
}
