//! The chart of trees by day: bars of an SVG, whose numbers also stand in a table.

use crate::domain::days::Day;

/// The width and the height of the picture, and of the part below and beside its bars.
const WIDTH: i64 = 720;
const HEIGHT: i64 = 240;
const LEFT: i64 = 44;
const BOTTOM: i64 = 28;
const TOP: i64 = 20;

/// The line on which bars stand, and the room above it.
const GROUND: i64 = HEIGHT - BOTTOM;
const ROOM: i64 = GROUND - TOP;

/// The width of all bars.
const BROAD: i64 = WIDTH - LEFT;

/// The chart of a month.
pub(super) struct Chart {
    pub(super) width: i64,
    pub(super) height: i64,
    /// The right end of the lines.
    pub(super) left: i64,
    pub(super) bars: Vec<Bar>,
    /// Lines across the chart, each with its number of trees.
    pub(super) lines: Vec<Mark>,
    /// Numbers of days below the bars.
    pub(super) days: Vec<Mark>,
}

/// The bar of a day.
pub(super) struct Bar {
    pub(super) x: i64,
    pub(super) y: i64,
    pub(super) width: i64,
    pub(super) height: i64,
    /// `27 November 2026: 5 trees`.
    pub(super) title: String,
    /// True for a day that is not over, or has not begun.
    pub(super) is_guess: bool,
}

/// A number at a place.
pub(super) struct Mark {
    pub(super) at: i64,
    pub(super) text: String,
}

/// Draws the days of a month. Those from `today` on that have fewer trees than `average` are drawn
/// with the average.
pub(super) fn draw(days: &[Day], today: usize, average: i64) -> Chart {
    let count = i64::try_from(days.len()).unwrap_or(31).max(1);
    let top = days.iter().map(|day| day.trees).chain([average, 1]).max().unwrap_or(1);
    let step = round_step(top);
    let lines = top.div_euclid(step).saturating_add(i64::from(top.rem_euclid(step) > 0));
    let top = lines.saturating_mul(step);
    let height_of = |trees: i64| scale(trees.max(0), top);
    let pitch = BROAD.div_euclid(count);
    let (mut bars, mut marks) = (Vec::new(), Vec::new());
    let mut x = LEFT;
    for (index, day) in days.iter().enumerate() {
        let is_guess = index >= today && day.trees < average;
        let trees = if is_guess { average } else { day.trees };
        let height = height_of(trees);
        let about = if is_guess { "about " } else { "" };
        let unit = if trees == 1 { "tree" } else { "trees" };
        bars.push(Bar {
            x: x.saturating_add(3),
            y: GROUND.saturating_sub(height),
            width: pitch.saturating_sub(6).max(2),
            height,
            title: format!("{}: {about}{trees} {unit}", day.name),
            is_guess,
        });
        if day.number == 1 || day.number % 5 == 0 {
            let middle = x.saturating_add(pitch.div_euclid(2));
            marks.push(Mark { at: middle, text: day.number.to_string() });
        }
        x = x.saturating_add(pitch);
    }
    let lines = (0..=lines).map(|line| {
        let trees = line.saturating_mul(step);
        Mark { at: GROUND.saturating_sub(height_of(trees)), text: trees.to_string() }
    });
    Chart { width: WIDTH, height: HEIGHT, left: LEFT, bars, lines: lines.collect(), days: marks }
}

/// The distance of the lines: 1, 2 or 5 with zeros behind it, so that there are at most five.
fn round_step(top: i64) -> i64 {
    let mut unit = 1_i64;
    loop {
        for factor in [1, 2, 5] {
            let step = unit.saturating_mul(factor);
            if top.div_euclid(step) < 5 || unit >= i64::MAX.div_euclid(10) {
                return step;
            }
        }
        unit = unit.saturating_mul(10);
    }
}

/// `part` of `whole`, in pixels of the chart; anything at all has two pixels.
fn scale(part: i64, whole: i64) -> i64 {
    let exact = i128::from(part).saturating_mul(ROOM.into()).div_euclid(i128::from(whole.max(1)));
    let pixels = i64::try_from(exact).unwrap_or(ROOM);
    if part > 0 { pixels.max(2) } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(trees: &[i64]) -> Vec<Day> {
        let day = |(trees, number): (&i64, i8)| Day {
            number,
            name: format!("{number} November 2026"),
            orders: 1,
            trees: *trees,
            total: 0,
        };
        trees.iter().zip(1..).map(day).collect()
    }

    #[test]
    fn the_highest_bar_fills_the_chart_and_others_are_in_proportion() {
        let chart = draw(&days(&[10, 5, 0, 1]), 4, 0);
        let heights: Vec<i64> = chart.bars.iter().map(|bar| bar.height).collect();
        assert_eq!(heights, [192, 96, 0, 19]);
        let lines: Vec<&str> = chart.lines.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(lines, ["0", "5", "10"]);
        assert!(chart.bars.iter().all(|bar| !bar.is_guess && bar.x + bar.width <= WIDTH));
        assert_eq!(chart.bars[3].title, "4 November 2026: 1 tree");
    }

    #[test]
    fn days_to_come_are_drawn_with_the_average_unless_today_has_more() {
        let chart = draw(&days(&[4, 9, 0]), 1, 6);
        let guesses: Vec<bool> = chart.bars.iter().map(|bar| bar.is_guess).collect();
        assert_eq!(guesses, [false, false, true]);
        assert_eq!(chart.bars[2].title, "3 November 2026: about 6 trees");
    }

    #[test]
    fn lines_are_at_most_six_and_have_round_numbers() {
        for top in [1, 4, 5, 9, 10, 37, 99, 100, 12_345, 1_000_000, order_events::limits::AMOUNT] {
            let chart = draw(&days(&[top]), 1, 0);
            assert!((2..=6).contains(&chart.lines.len()), "{top}: {}", chart.lines.len());
            assert!(chart.bars[0].y >= TOP - 1 && chart.bars[0].height <= HEIGHT, "{top}");
        }
    }
}
