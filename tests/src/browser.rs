//! A browser without a window: it stores the cookie of the settings, and sends forms as browsers
//! do.

use crate::Failure;
use crate::http::{self, Answer};

/// A browser that may be signed in to the settings.
#[derive(Clone, Debug, Default)]
pub struct Browser {
    worker: String,
    /// `session=…` after signing in.
    pub cookie: Option<String>,
    /// The client address of its requests.
    pub address: String,
}

impl Browser {
    /// Returns a browser that is not signed in, with its own client address.
    ///
    /// # Errors
    /// If the machine has no random bytes.
    pub fn new(worker: &str) -> Result<Self, Failure> {
        let mut bytes = [0_u8; 3];
        getrandom::fill(&mut bytes).map_err(|error| Failure(error.to_string()))?;
        let [a, b, c] = bytes;
        let address = format!("10.{a}.{b}.{c}");
        Ok(Self { worker: worker.to_owned(), cookie: None, address })
    }

    /// Opens a page of the Worker, by its path or its full address.
    ///
    /// # Errors
    /// If no response arrives.
    pub fn open(&self, page: &str) -> Result<Answer, Failure> {
        self.call("GET", page, &[], "")
    }

    /// Opens a page as if it were `now` in RFC 3339.
    ///
    /// # Errors
    /// If no response arrives.
    pub fn open_at(&self, now: &str, page: &str) -> Result<Answer, Failure> {
        self.call("GET", page, &[("play-it-green-now", now)], "")
    }

    /// Sends a form as the Worker's own page does, and stores the returned cookie.
    ///
    /// # Errors
    /// If no response arrives.
    pub fn send(&mut self, page: &str, form: &str) -> Result<Answer, Failure> {
        let worker = self.worker.clone();
        let own = [("origin", worker.as_str()), ("sec-fetch-site", "same-origin")];
        let answer = self.send_from(&own, page, form)?;
        if let Some(cookie) = answer.header("set-cookie").and_then(|all| all.split(';').next()) {
            self.cookie = Some(cookie.to_owned());
        }
        Ok(answer)
    }

    /// Sends a form with these headers about its origin.
    ///
    /// # Errors
    /// If no response arrives.
    pub fn send_from(
        &self,
        from: &[(&str, &str)],
        page: &str,
        form: &str,
    ) -> Result<Answer, Failure> {
        let content = ("content-type", "application/x-www-form-urlencoded");
        self.call("POST", page, &[from, &[content]].concat(), form)
    }

    fn call(
        &self,
        method: &str,
        page: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Result<Answer, Failure> {
        let path = page.strip_prefix(&self.worker).unwrap_or(page);
        let mut headers = headers.to_vec();
        headers.push(("cf-connecting-ip", &self.address));
        headers.extend(self.cookie.as_deref().map(|cookie| ("cookie", cookie)));
        http::call(method, &format!("{}{path}", self.worker), &headers, body.as_bytes())
    }
}
