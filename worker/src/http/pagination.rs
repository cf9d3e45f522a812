//! Queries: filters, the page of a list, and the link to the next one.

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::Response;
use form_urlencoded::Serializer;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::platform::problem::{Problem, json};
use crate::store::{self, Store};

/// The query of a request, read strictly: a misspelled filter must not answer everything.
pub(crate) struct Search<T>(pub(crate) T);

/// The query of an address that has no filters.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoFilters {}

impl Page {
    /// The entry behind which the page begins, and how many entries it has at most.
    pub(crate) fn bounds(&self) -> (Option<&str>, u32) {
        (self.after.as_deref(), self.limit)
    }
}

/// Which page of a list is wanted.
#[derive(Deserialize)]
#[cfg_attr(test, derive(utoipa::IntoParams))]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, into_params(parameter_in = Query))]
pub(crate) struct Page {
    /// The id of the last entry of the page before.
    pub(crate) after: Option<String>,
    /// Entries on a page, at most.
    #[serde(default = "limit_default")]
    #[cfg_attr(test, param(minimum = 1, maximum = 100, default = 100))]
    pub(crate) limit: u32,
}

/// Rows that a table reads at once.
pub(crate) const ROWS_AT_ONCE: i64 = 2000;

/// The entry behind which the next rows are, where as many were read as could be.
pub(crate) fn next_rows<T>(rows: &[T], id_of: impl Fn(&T) -> &str) -> Option<String> {
    let is_full = i64::try_from(rows.len()).unwrap_or(i64::MAX) >= ROWS_AT_ONCE;
    rows.last().filter(|_| is_full).map(|row| id_of(row).to_owned())
}

/// Parameters without a name, and the key, which only the access check reads.
pub(crate) const NOT_FILTERS: [&str; 2] = ["", "api_key"];

/// Entries on the largest page.
pub(crate) const LIMIT_MAX: u32 = 100;

pub(crate) fn limit_default() -> u32 {
    LIMIT_MAX
}

/// Refuses a page that is empty or too large.
pub(crate) fn check_limit(limit: u32) -> Result<i64, Problem> {
    if (1..=LIMIT_MAX).contains(&limit) {
        return Ok(i64::from(limit));
    }
    Err(Problem::bad_request(format!("limit: give a whole number from 1 to {LIMIT_MAX}.")))
}

/// The error for a page after an entry that is not in the list.
pub(crate) const NO_SUCH_ENTRY: &str =
    "after: there is no such entry; give the id of the last entry of the page before.";

/// The page of a merchant's rows in a table that follows `after`, as JSON. `read` returns the entries
/// from behind a row on, at most so many.
pub(crate) async fn list<T: Serialize>(
    (store, uri): (&Store, &Uri),
    (table, merchant): (store::Table, &str),
    (after, limit): (Option<&str>, u32),
    id_of: impl Fn(&T) -> &str,
    read: impl AsyncFnOnce(Option<&str>, i64) -> Result<Vec<T>, Problem>,
) -> Result<Response, Problem> {
    let limit = check_limit(limit)?;
    check_after(store, table, merchant, after).await?;
    // The row more says that there is a next page.
    let entries = read(after, limit.saturating_add(1)).await?;
    Ok(page(uri, limit, entries, id_of).into_json())
}

/// Refuses a page behind an entry that the merchant does not have.
pub(crate) async fn check_after(
    store: &Store,
    table: store::Table,
    merchant: &str,
    after: Option<&str>,
) -> Result<(), Problem> {
    match after {
        Some(id) if !store.exists(table, merchant, id).await? => {
            Err(Problem::bad_request(NO_SUCH_ENTRY))
        }
        _ => Ok(()),
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Search<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        read(parts.uri.query().unwrap_or_default()).map(Self)
    }
}

fn read<T: DeserializeOwned>(query: &str) -> Result<T, Problem> {
    let uri = format!("/?{}", without(query, &NOT_FILTERS).finish()).parse::<Uri>().ok();
    let uri =
        uri.ok_or_else(|| Problem::bad_request("The query of the address is not readable."))?;
    let read = Query::try_from_uri(&uri).map_err(|rejection| {
        let text = rejection.body_text();
        let (_, reason) = text.split_once(": ").unwrap_or(("", &text));
        Problem::bad_request(format!("In the query of the address: {reason}."))
    })?;
    Ok(read.0)
}

/// The query without parameters of these names. Written without a parser of addresses, which is
/// 17 KB.
fn without(query: &str, left_out: &[&str]) -> Serializer<'static, String> {
    let mut kept = Serializer::new(String::new());
    let pairs = form_urlencoded::parse(query.as_bytes());
    kept.extend_pairs(pairs.filter(|(name, _)| !left_out.contains(&name.as_ref())));
    kept
}

/// One page of a list, and the link to the next one.
pub(crate) struct Listing<T> {
    entries: Vec<T>,
    next: Option<HeaderValue>,
}

/// Cuts a page out of `entries`, which hold one more than the page where there is a next one.
pub(crate) fn page<T>(
    uri: &Uri,
    limit: i64,
    mut entries: Vec<T>,
    id_of: impl Fn(&T) -> &str,
) -> Listing<T> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = entries.len() > limit;
    entries.truncate(limit);
    let next = entries.last().filter(|_| more).and_then(|last| next_page(uri, id_of(last)));
    Listing { entries, next }
}

impl<T: Serialize> Listing<T> {
    /// The page as an array of JSON, with a `Link` to the next one if there is one.
    pub(crate) fn into_json(self) -> Response {
        let response = json(StatusCode::OK, &self.entries);
        self.with_link(response)
    }

    fn with_link(self, mut response: Response) -> Response {
        if let Some(next) = self.next {
            response.headers_mut().insert(header::LINK, next);
            let exposed = HeaderValue::from_static("link");
            response.headers_mut().insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
        }
        response
    }
}

/// `</api/orders/?limit=10&after=ord_1>; rel="next"`, with the filters and without the key.
fn next_page(uri: &Uri, after: &str) -> Option<HeaderValue> {
    let mut query =
        without(uri.query().unwrap_or_default(), &[&NOT_FILTERS[..], &["after"]].concat());
    query.append_pair("after", after);
    let link = format!("<{}?{}>; rel=\"next\"", uri.path(), query.finish());
    HeaderValue::from_str(&link).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_read_strictly_and_without_the_key() {
        let page: Page = read("after=ord_1&api_key=secret&limit=5").unwrap();
        assert_eq!((page.after.as_deref(), page.limit), (Some("ord_1"), 5));
        for query in ["limit=five", "limit=-1", "limit=", "limit=5&limit=6", "mouth=2026-11"] {
            let problem = read::<Page>(query).err().expect(query);
            assert_eq!(problem.status(), StatusCode::BAD_REQUEST);
            assert!(problem.message().contains(query.split('=').next().unwrap()), "{problem}");
        }
        assert_eq!(read::<Page>("").unwrap().limit, 100);
    }

    #[test]
    fn the_next_page_keeps_the_filters_and_leaves_out_the_key() {
        let uri = "/api/orders/?month=2026-11&after=ord_1&api_key=secret".parse().unwrap();
        let link = next_page(&uri, "ord_2").unwrap();
        assert_eq!(link, "</api/orders/?month=2026-11&after=ord_2>; rel=\"next\"");
    }
}
