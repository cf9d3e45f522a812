//! A browser without a window: it keeps the cookie of the settings, and sends forms as browsers do.

use crate::Failure;
use crate::http::{self, Answer};

/// A browser that may be signed in to the settings.
#[derive(Clone, Debug, Default)]
pub struct Browser {
    worker: String,
    /// `session=…`, once signed in.
    pub cookie: Option<String>,
    /// The address that it calls from.
    pub address: String,
}

impl Browser {
    /// A browser that nobody has signed in with, at an address of its own.
    ///
    /// # Errors
    /// When there are no random bytes.
    pub fn new(worker: &str) -> Result<Self, Failure> {
        let mut bytes = [0_u8; 3];
        getrandom::fill(&mut bytes).map_err(|error| Failure(error.to_string()))?;
        let [a, b, c] = bytes;
        let address = format!("10.{a}.{b}.{c}");
        Ok(Self { worker: worker.to_owned(), cookie: None, address })
    }

    /// Opens a page of the Worker, by its path or its whole address.
    ///
    /// # Errors
    /// When nobody answers.
    pub fn open(&self, page: &str) -> Result<Answer, Failure> {
        self.call("GET", page, &[], "")
    }

    /// Sends a form as the Worker's own page does, and keeps the cookie that comes back.
    ///
    /// # Errors
    /// When nobody answers.
    pub fn send(&mut self, page: &str, form: &str) -> Result<Answer, Failure> {
        let worker = self.worker.clone();
        let own = [("origin", worker.as_str()), ("sec-fetch-site", "same-origin")];
        let answer = self.send_from(&own, page, form)?;
        if let Some(cookie) = answer.header("set-cookie").and_then(|all| all.split(';').next()) {
            self.cookie = Some(cookie.to_owned());
        }
        Ok(answer)
    }

    /// Sends a form with these headers about where it comes from.
    ///
    /// # Errors
    /// When nobody answers.
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
