//! SQL with its values written into it, because `wrangler d1 execute` binds none.

/// A value as SQL. A text is written as the bytes it is made of, so that nothing in it, neither a
/// quotation mark nor what wrangler takes for the end of a statement, can mean anything.
pub(crate) fn text(value: &str) -> String {
    let digits: Vec<String> = value.bytes().map(|byte| format!("{byte:02x}")).collect();
    format!("CAST(X'{}' AS TEXT)", digits.concat())
}

/// Puts values in the place of `?1`, `?2`, …
pub(crate) fn bind(sql: &str, values: &[String]) -> String {
    let mut parts = sql.split('?');
    let mut bound = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = part.split_at_checked(digits).unwrap_or_default();
        let value = number.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        bound.push_str(value.and_then(|index| values.get(index)).map_or("NULL", String::as_str));
        bound.push_str(rest);
    }
    bound
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_can_mean_nothing_but_itself() {
        assert_eq!(text("O'B;"), "CAST(X'4f27423b' AS TEXT)");
        assert_eq!(text(""), "CAST(X'' AS TEXT)");
    }

    #[test]
    fn values_stand_where_their_numbers_were() {
        let bound = bind("SELECT ?2, ?1 WHERE a = ?2;", &["'?2'".to_owned(), "7".to_owned()]);
        assert_eq!(bound, "SELECT 7, '?2' WHERE a = 7;");
        assert_eq!(bind("SELECT ?3", &[]), "SELECT NULL");
    }
}
