//! The Gregorian calendar, as days since 1970-01-01.
//!
//! Years have four digits, so nothing overflows here. The arithmetic wraps, because checked
//! arithmetic would make the storefront's download larger.

/// Returns the days from 1970-01-01 to a date of the Gregorian calendar; `None` for an invalid
/// date. The year has at most four digits.
pub(super) fn days_from_date(year: i32, month: i32, day: i32) -> Option<i32> {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        _ => return None,
    };
    if !(1..=length).contains(&day) {
        return None;
    }
    // Years are counted from March, so that a leap day is the last day of its year. They begin 400
    // years early, so that none is negative.
    let (year, month) = if month > 2 {
        (year.wrapping_add(400), month.wrapping_sub(3))
    } else {
        (year.wrapping_add(399), month.wrapping_add(9))
    };
    let day_of_year = (month.wrapping_mul(153).wrapping_add(2) / 5).wrapping_add(day);
    let leap_days = (year / 4).wrapping_sub(year / 100).wrapping_add(year / 400);
    let days = year.wrapping_mul(365).wrapping_add(leap_days).wrapping_add(day_of_year);
    Some(days.wrapping_sub(719_469 + DAYS_OF_400_YEARS))
}

/// The calendar repeats after this many days.
const DAYS_OF_400_YEARS: i32 = 146_097;

/// Returns the year, month and day of a number of days since 1970-01-01, which must not be
/// negative.
pub(super) fn date_from_days(days: i32) -> (i32, i32, i32) {
    let era_day = days.wrapping_add(719_468);
    let era = era_day / DAYS_OF_400_YEARS;
    let day_of_era = era_day % DAYS_OF_400_YEARS;
    let year_of_era = day_of_era
        .wrapping_sub(day_of_era / 1_460)
        .wrapping_add(day_of_era / 36_524)
        .wrapping_sub(day_of_era / 146_096)
        / 365;
    let before =
        year_of_era.wrapping_mul(365).wrapping_add(year_of_era / 4).wrapping_sub(year_of_era / 100);
    let day_of_year = day_of_era.wrapping_sub(before);
    let shifted_month = day_of_year.wrapping_mul(5).wrapping_add(2) / 153;
    let first = shifted_month.wrapping_mul(153).wrapping_add(2) / 5;
    let month = if shifted_month < 10 {
        shifted_month.wrapping_add(3)
    } else {
        shifted_month.wrapping_sub(9)
    };
    let year = year_of_era.wrapping_add(era.wrapping_mul(400)).wrapping_add(i32::from(month <= 2));
    (year, month, day_of_year.wrapping_sub(first).wrapping_add(1))
}
