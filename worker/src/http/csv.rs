//! Lists as tables that spreadsheets open (CSV, RFC 4180).

use std::fmt;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt, future, stream};
use serde::{Deserialize, Serialize};

use worker::send::SendFuture;

use crate::platform::problem::Problem;

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
    /// The format of the query, or else of the header `Accept`, or else JSON.
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
        self.0.push(harmless_row(cells));
    }

    /// The table as a file to save under this name.
    pub(crate) fn into_response(self, name: &str) -> Result<Response, Problem> {
        file(name, self.into_csv().into())
    }

    /// Returns the table as a file whose further rows are read while it is sent: `read` returns the
    /// rows after an entry. A failure breaks off the file, so that a client does not accept an
    /// incomplete one.
    pub(crate) fn into_stream<R>(
        self,
        name: &str,
        next: Option<String>,
        read: impl Fn(String) -> R + Clone + Send + 'static,
    ) -> Result<Response, Problem>
    where
        R: Future<Output = Result<Rows, Problem>> + 'static,
    {
        let first = self.into_csv();
        let rest = stream::try_unfold(next, move |next| {
            let read = read.clone();
            SendFuture::new(async move {
                let Some(after) = next else { return Ok(None) };
                let rows = read(after).await.map_err(Interrupted::from)?;
                let table = Self(rows.cells.into_iter().map(harmless_row).collect());
                let bytes = table.into_csv();
                Ok::<_, Interrupted>(Some((bytes, rows.next)))
            })
        });
        let first = stream::once(future::ready(Ok(first)));
        file(name, Body::from_stream(first.chain(rest)))
    }

    /// The rows as RFC 4180 writes them, with every cell in quotes. The crate csv would bring
    /// tables to read floats, which decide what needs no quotes: 15 KB.
    fn into_csv(self) -> Vec<u8> {
        let mut written = String::new();
        for row in &self.0 {
            let cells: Vec<String> =
                row.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
            written.push_str(&cells.join(","));
            written.push_str("\r\n");
        }
        written.into_bytes()
    }
}

/// Some rows of a table, and the entry behind which the next ones are, if there are any.
pub(crate) struct Rows {
    pub(crate) cells: Vec<Vec<String>>,
    pub(crate) next: Option<String>,
}

/// Why a table was cut off.
#[derive(Debug)]
struct Interrupted(String);

impl From<Problem> for Interrupted {
    fn from(problem: Problem) -> Self {
        Self(problem.message().to_owned())
    }
}

impl fmt::Display for Interrupted {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Interrupted {}

fn unwritable() -> Problem {
    Problem::internal("A table could not be written")
}

fn file(name: &str, body: Body) -> Result<Response, Problem> {
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

fn harmless_row(cells: Vec<String>) -> Vec<String> {
    cells.into_iter().map(harmless).collect()
}

/// Characters that begin a formula, also in the full width in which some keyboards type them, and
/// in the small form that reads the same.
const FORMULA_STARTS: [char; 12] =
    ['=', '+', '-', '@', '＝', '＋', '－', '＠', '﹦', '﹢', '﹣', '﹫'];

/// Characters at which some spreadsheet, in some country, begins a new cell.
const SEPARATORS: [char; 8] = [';', ',', '\t', '|', ':', '\r', '\n', '"'];

/// A spreadsheet runs a cell that begins like a formula. Text comes from buyers' baskets, so an
/// apostrophe before the formula makes it text. A spreadsheet that separates cells by `;` begins a
/// new one within a text, so the same holds behind each separator. Source:
/// owasp.org/www-community/attacks/CSV_Injection.
fn harmless(cell: String) -> String {
    if is_number(&cell) {
        return cell;
    }
    let mut written = String::with_capacity(cell.len());
    let mut begins_a_cell = true;
    for character in cell.chars() {
        let is_first_control = written.is_empty() && character.is_control();
        if is_first_control || (begins_a_cell && FORMULA_STARTS.contains(&character)) {
            written.push('\'');
        }
        begins_a_cell = SEPARATORS.contains(&character) || (begins_a_cell && is_skipped(character));
        written.push(character);
    }
    written
}

/// An integer as we write one, which is to be added up.
fn is_number(cell: &str) -> bool {
    let digits = cell.strip_prefix('-').unwrap_or(cell);
    !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit())
}

/// Characters that a spreadsheet may drop from the beginning of a cell: spaces, controls, no width.
fn is_skipped(character: char) -> bool {
    character.is_whitespace()
        || character.is_control()
        || matches!(character, '\'' | '\u{ad}' | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

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
        for (text, expected) in [
            ("a;=cmd|' /C calc'!A0", "a;'=cmd|' /C calc'!A0"),
            ("a; +1", "a; '+1"),
            ("a|@SUM(A1)", "a|'@SUM(A1)"),
            ("a\n=1", "a\n'=1"),
            ("＝1+1", "'＝1+1"),
            ("a,\u{ff0b}1", "a,'\u{ff0b}1"),
            ("\t=1", "'\t'=1"),
            (" =1", " '=1"),
            ("+5", "'+5"),
            ("--5", "'--5"),
            ("\u{feff}=1", "\u{feff}'=1"),
            ("a;\0=1", "a;\0'=1"),
            ("﹦1", "'﹦1"),
            ("T-shirt, size 3-4", "T-shirt, size 3-4"),
        ] {
            assert_eq!(harmless(text.to_owned()), expected);
        }
    }

    #[test]
    fn every_text_is_quoted_whatever_it_holds() {
        let mut table = Table::new(&["sale"]);
        table.push(vec!["a;\"b\"".to_owned()]);
        let body = table.into_csv();
        assert_eq!(String::from_utf8(body).unwrap(), "\"sale\"\r\n\"a;\"\"b\"\"\"\r\n");
    }

    proptest! {
        #[test]
        fn no_separator_begins_a_formula_within_a_text_and_nothing_of_the_text_is_lost(
            text in "[=+\\-@＝＋－＠﹦﹢﹣﹫;,|:\"'\t\r\n\0 \u{a0}\u{200b}\u{feff}a1]{0,12}"
        ) {
            let written = harmless(text.clone());
            let mut rest = written.chars();
            prop_assert!(text.chars().all(|one| rest.any(|other| other == one)), "{written:?}");
            let cells = written.split(SEPARATORS);
            for cell in cells.filter(|_| !is_number(&text)) {
                // As a spreadsheet reads it, which takes the apostrophe for a mark of text.
                let read = cell.trim_start_matches(|one| one != '\'' && is_skipped(one));
                prop_assert!(!read.starts_with(FORMULA_STARTS), "{written:?}");
            }
        }

        #[test]
        fn a_reader_of_csv_reads_what_was_written(
            rows in vec(vec("[\"a,;\\r\\n é]{0,8}", 3), 0..5)
        ) {
            let written = Table(rows.clone()).into_csv();
            let mut reader =
                csv::ReaderBuilder::new().has_headers(false).from_reader(written.as_slice());
            let read: Result<Vec<Vec<String>>, _> = reader.deserialize().collect();
            prop_assert_eq!(read.unwrap(), rows);
        }
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
