//! Measures webhooks converted and qualified per second: natively, in Wasm, and in hand-written
//! JavaScript, which must give the same results before the measurement.

mod contenders;
mod node_side;
mod orders;

use contenders::{Contender, Contenders, Form};
use orders::Orders;

use crate::Failure;

/// Many short rounds, so that other load on the machine slows all contenders equally.
const ROUNDS: usize = 41;
const MILLISECONDS_PER_ROUND: u64 = 60;

/// Measures and prints.
///
/// # Errors
/// If the Wasm build is missing, or the contenders give different results.
pub fn print() -> Result<(), Failure> {
    let mut contenders = Contenders::start()?;
    let both = [Orders::woocommerce()?, Orders::shopify()?];
    let mut compared = 0_usize;
    for orders in &both {
        compared = compared.saturating_add(contenders.compare(orders)?);
    }
    println!(
        "Webhooks converted to a sale and qualified under 6 campaigns, per second: medians of \
         {ROUNDS} rounds of {MILLISECONDS_PER_ROUND} ms, alternating"
    );
    println!(
        "(All three gave the same trees for {compared} orders. Native code takes text as bytes.)"
    );
    println!(
        "| order | body | native | Wasm | JavaScript | native : JavaScript | Wasm : JavaScript |"
    );
    println!("|---|---|--:|--:|--:|--:|--:|");
    for orders in &both {
        for form in [Form::Bytes, Form::Text] {
            print_row(&mut contenders, orders, form)?;
        }
    }
    Ok(())
}

fn print_row(contenders: &mut Contenders, orders: &Orders, form: Form) -> Result<(), Failure> {
    let mut rounds = [const { Vec::new() }; Contender::ALL.len()];
    for _ in 0..ROUNDS {
        for (contender, rounds) in Contender::ALL.into_iter().zip(&mut rounds) {
            rounds.push(contenders.measure(contender, orders, form, MILLISECONDS_PER_ROUND)?);
        }
    }
    let [native, wasm, javascript] = rounds;
    println!(
        "| {}, {} bytes | {} | {} | {} | {} | {} | {} |",
        orders.name,
        orders.bytes(),
        form.name(),
        median(native.clone()),
        median(wasm.clone()),
        median(javascript.clone()),
        median_ratio(&native, &javascript),
        median_ratio(&wasm, &javascript)
    );
    Ok(())
}

/// Returns the median ratio of the rounds, with two decimals: `0.87`.
fn median_ratio(numbers: &[u64], bases: &[u64]) -> String {
    let rounds = numbers.iter().zip(bases);
    let hundredths =
        rounds.map(|(number, base)| number.saturating_mul(100).checked_div(*base).unwrap_or(0));
    let hundredths = median(hundredths.collect());
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

fn median(mut rounds: Vec<u64>) -> u64 {
    rounds.sort_unstable();
    rounds.get(rounds.len() / 2).copied().unwrap_or_default()
}
