//! How amounts are written for people.

use order_events::{Currency, Money};

/// An amount of minor units as people write it: `2.00 USD`.
pub(crate) fn money(amount: i64, currency: &str) -> String {
    match currency.parse::<Currency>() {
        Ok(currency) => Money { amount, currency }.to_string(),
        Err(_) => format!("{amount} {currency}"),
    }
}

/// A number of trees: `1 tree`, `12 trees`.
pub(crate) fn trees(count: i64) -> String {
    match count {
        1 => "1 tree".to_owned(),
        count => format!("{count} trees"),
    }
}

/// A count with commas between thousands: `2,914`.
pub(crate) fn grouped(count: i64) -> String {
    let digits = count.unsigned_abs().to_string();
    let groups: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|group| std::str::from_utf8(group).unwrap_or_default())
        .collect();
    let sign = if count < 0 { "-" } else { "" };
    format!("{sign}{}", groups.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_has_a_comma_before_each_three_digits() {
        let counts = [0, 7, 999, 1000, 1_234_567, -45_000];
        let texts = counts.map(grouped);
        assert_eq!(texts, ["0", "7", "999", "1,000", "1,234,567", "-45,000"]);
    }
}
