//! Generates the input lines of both builds: sales under campaigns.

mod campaigns;
mod misspelled;
mod sales;
mod values;

use play_it_green_evaluate::Case;

use crate::random::Random;

/// One line in this many is misspelled.
const MISSPELLED: u32 = 25;

/// One case in this many has the most lines, and another one has the most campaigns.
const HUGE: u32 = 500;

/// Returns the line of this seed: the JSON of a [`Case`], or almost one.
pub(crate) fn line(seed: u64) -> String {
    let random = &mut Random::new(seed);
    let shop = random.pick(&values::SHOPS).to_owned();
    let sale = if random.one_in(HUGE) { sales::huge(random) } else { sales::sale(random) };
    let campaigns = if random.one_in(HUGE) {
        campaigns::huge(random)
    } else {
        random.list(5, campaigns::campaign)
    };
    let line = serde_json::to_string(&Case { shop, sale, campaigns }).unwrap();
    if random.one_in(MISSPELLED) { misspelled::misspelled(&line, random) } else { line }
}
