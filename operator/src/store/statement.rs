//! SQL with its values written into it, because `wrangler d1 execute` binds no values.

/// Returns a text as SQL. The text is encoded as bytes. So neither a quotation mark in it nor text
/// that wrangler would read as the end of a statement has an effect.
pub(crate) fn text(value: &str) -> String {
    let digits: Vec<String> = value.bytes().map(|byte| format!("{byte:02x}")).collect();
    format!("CAST(X'{}' AS TEXT)", digits.concat())
}

/// Returns an optional text as SQL.
pub(crate) fn optional_text(value: Option<&str>) -> String {
    value.map_or_else(|| "NULL".to_owned(), text)
}

/// Replaces `?1`, `?2`, … by values.
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
    fn no_character_of_a_text_has_a_meaning_in_sql() {
        assert_eq!(text("O'B;"), "CAST(X'4f27423b' AS TEXT)");
        assert_eq!(text(""), "CAST(X'' AS TEXT)");
    }

    #[test]
    fn values_take_the_place_of_their_numbers() {
        let bound = bind("SELECT ?2, ?1 WHERE a = ?2;", &["'?2'".to_owned(), "7".to_owned()]);
        assert_eq!(bound, "SELECT 7, '?2' WHERE a = 7;");
        assert_eq!(bind("SELECT ?3", &[]), "SELECT NULL");
    }
}
