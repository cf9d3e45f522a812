//! Reads the rows of a CSV file, and groups those of one order.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::columns::{Column, column};
use super::order::{OrderRows, Row};
use super::{Import, ImportError, ImportedOrder, Source};

/// The characters that separate the cells of a row, by what programs write.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// Reads one row after the other.
struct Rows<'a> {
    reader: Reader,
    rest: &'a [u8],
    /// Bytes that were read.
    at: usize,
    is_last: bool,
    cells: Vec<u8>,
    ends: Vec<usize>,
}

impl<'a> Rows<'a> {
    fn new(piece: &'a [u8], is_last: bool) -> Self {
        let first = piece.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let count = |delimiter: u8| first.split(|byte| *byte == delimiter).count();
        let delimiter = DELIMITERS.into_iter().max_by_key(|delimiter| count(*delimiter));
        let reader = ReaderBuilder::new().delimiter(delimiter.unwrap_or(b',')).build();
        let (cells, ends) = (vec![0; piece.len()], vec![0; piece.len().saturating_add(1)]);
        Self { reader, rest: piece, at: 0, is_last, cells, ends }
    }

    /// Returns the cells of the next row that is complete. Cells beyond the last column are left out.
    fn next(&mut self) -> Option<Vec<String>> {
        let (mut written, mut ended) = (0_usize, 0_usize);
        loop {
            // The reader takes an empty input for the end of the file.
            if self.rest.is_empty() && !self.is_last {
                return None;
            }
            let cells = self.cells.get_mut(written..)?;
            let ends = self.ends.get_mut(ended..)?;
            let (result, read, wrote, cell_ends) = self.reader.read_record(self.rest, cells, ends);
            self.rest = self.rest.get(read..).unwrap_or_default();
            self.at = self.at.saturating_add(read);
            written = written.saturating_add(wrote);
            ended = ended.saturating_add(cell_ends);
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::Record => return Some(self.texts(ended)),
                // There is room for every byte and every cell of the piece.
                ReadRecordResult::End
                | ReadRecordResult::OutputFull
                | ReadRecordResult::OutputEndsFull => return None,
            }
        }
    }

    fn texts(&self, count: usize) -> Vec<String> {
        let mut begin = 0;
        let ends = self.ends.iter().take(count);
        ends.map(|end| {
            let cell = self.cells.get(begin..*end).unwrap_or_default();
            begin = *end;
            String::from_utf8_lossy(cell).into_owned()
        })
        .collect()
    }
}

/// Reads the orders of a piece.
pub(super) fn read(piece: &[u8], source: &Source<'_>) -> Result<Import, ImportError> {
    let mut rows = Rows::new(piece, source.is_last);
    let names = rows.next().ok_or(ImportError::TooLong)?;
    let columns: Vec<Option<(Column, &str)>> = names.iter().map(|name| column(name)).collect();
    check(&columns)?;
    let header_bytes = rows.at;
    let (mut orders, mut number, mut end) = (Vec::new(), 1_usize, header_bytes);
    let mut group: Option<OrderRows> = None;
    while let Some(cells) = rows.next() {
        number = number.saturating_add(1);
        let row = Row::new(&columns, &cells);
        match &mut group {
            Some(open) if row.continues(open) => open.add(row),
            _ => {
                if let Some(whole) = group.take() {
                    orders.push(order(whole, end, source));
                    if orders.len() >= source.orders_max {
                        return Ok(Import { header_bytes, orders, is_read: false });
                    }
                }
                group = Some(OrderRows::new(number, row));
            }
        }
        end = rows.at;
    }
    let rest = piece.get(end..).unwrap_or_default();
    let is_read = source.is_last || (group.is_none() && rest.iter().all(u8::is_ascii_whitespace));
    // The next piece may have further rows of the last order.
    if let Some(whole) = group.filter(|_| source.is_last) {
        orders.push(order(whole, end, source));
    }
    Ok(Import { header_bytes, orders, is_read })
}

fn order(rows: OrderRows, end: usize, source: &Source<'_>) -> ImportedOrder {
    ImportedOrder { row: rows.row, rows: rows.rows, end, sale: rows.into_sale(source) }
}

/// Refuses a file in which orders cannot be recognised.
fn check(columns: &[Option<(Column, &str)>]) -> Result<(), ImportError> {
    let has = |column| columns.iter().flatten().any(|(each, _)| *each == column);
    if !has(Column::Status) && !has(Column::SoldAt) {
        return Err(ImportError::NoOrders);
    }
    if !has(Column::Id) && (!has(Column::Number) || has(Column::Subtotal)) {
        // Shopify's names of orders are no ids, and its export has both.
        return Err(ImportError::NoColumn("Id"));
    }
    if !has(Column::Status) {
        return Err(ImportError::NoColumn("Status"));
    }
    if !has(Column::SoldAt) {
        return Err(ImportError::NoColumn("Created at"));
    }
    Ok(())
}
