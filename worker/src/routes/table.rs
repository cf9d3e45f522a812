//! Lists as tables that spreadsheets open (CSV, RFC 4180).

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use crate::problem::Problem;

/// How a list is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum Format {
    Json,
    Csv,
}

/// A table with a row of names above it.
pub(crate) struct Table(Vec<Vec<String>>);

impl Format {
    /// What the query asks for, or else the header `Accept`, or else JSON.
    pub(crate) fn wanted(asked: Option<Self>, headers: &HeaderMap) -> Self {
        let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
        match (asked, accept) {
            (Some(format), _) => format,
            (None, Some(accept)) if accept.trim_start().starts_with("text/csv") => Self::Csv,
            _ => Self::Json,
        }
    }
}

impl Table {
    /// A table without rows yet.
    pub(crate) fn new(names: &[&str]) -> Self {
        Self(vec![names.iter().map(|name| (*name).to_owned()).collect()])
    }

    /// Adds a row.
    pub(crate) fn push(&mut self, cells: Vec<String>) {
        self.0.push(cells.into_iter().map(harmless).collect());
    }

    /// The table as a file to save under this name.
    pub(crate) fn into_response(self, name: &str) -> Result<Response, Problem> {
        let unwritable = || Problem::internal("A table could not be written");
        let mut writer =
            csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(vec![]);
        for row in &self.0 {
            writer.write_record(row).map_err(|_| unwritable())?;
        }
        let body = writer.into_inner().map_err(|_| unwritable())?;
        let disposition = format!("attachment; filename=\"{name}.csv\"");
        let headers = [
            (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
            (
                header::CONTENT_DISPOSITION,
                HeaderValue::from_str(&disposition).map_err(|_| unwritable())?,
            ),
        ];
        Ok((StatusCode::OK, headers, body).into_response())
    }
}

/// A spreadsheet takes a cell that starts like this for a formula, and runs it. Text comes from
/// buyers' baskets, so such a cell gets an apostrophe, which spreadsheets show as text.
/// Source: owasp.org/www-community/attacks/CSV_Injection.
fn harmless(cell: String) -> String {
    if cell.parse::<i64>().is_ok() {
        return cell;
    }
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_never_a_formula() {
        assert_eq!(
            harmless("=HYPERLINK(\"https://example.com\")".to_owned()).chars().next(),
            Some('\'')
        );
        assert_eq!(harmless("-200".to_owned()), "-200", "a number is to be added up");
        assert_eq!(harmless("-2+3".to_owned()), "'-2+3");
        assert_eq!(harmless("2 × SKU MUG: 2 trees".to_owned()), "2 × SKU MUG: 2 trees");
    }

    #[test]
    fn the_query_wins_over_the_header() {
        let mut headers = HeaderMap::new();
        assert_eq!(Format::wanted(None, &headers), Format::Json);
        headers.insert(header::ACCEPT, HeaderValue::from_static("text/csv, */*"));
        assert_eq!(Format::wanted(None, &headers), Format::Csv);
        assert_eq!(Format::wanted(Some(Format::Json), &headers), Format::Json);
    }
}
