//! Finds conditions that no sale could ever meet.
//!
//! A condition is split into demands: plain conditions that must be true or false. If it leaves a
//! choice (`any`, or `not` of `all`), the search tries each option in turn. It is impossible if
//! every way ends in demands that exclude each other.

use super::exclusion::{self, Exclusion};
use super::{CheckError, path::Path};
use crate::{Condition, Conditions, TreeRule, limits};

/// A condition that must be true or must be false.
#[derive(Clone)]
pub(super) struct Demand<'a> {
    /// The path of the condition.
    pub(super) path: String,
    pub(super) condition: &'a Condition,
    pub(super) is_true: bool,
}

impl<'a> Demand<'a> {
    pub(super) fn new(path: impl Into<String>, condition: &'a Condition) -> Self {
        Self { path: path.into(), condition, is_true: true }
    }

    fn within(&self, step: &str, condition: &'a Condition, is_true: bool) -> Self {
        Self { path: format!("{}.{step}", self.path), condition, is_true }
    }

    /// Returns one demand for each condition of a list, the first one last: it is taken next.
    fn each(&self, name: &str, list: &'a [Condition]) -> Vec<Self> {
        let demand =
            |(index, condition)| self.within(&format!("{name}[{index}]"), condition, self.is_true);
        list.iter().enumerate().rev().map(demand).collect()
    }

    fn choice(&self, name: &str, list: &'a [Condition]) -> Choice<'a> {
        Choice { path: format!("{}.{name}", self.path), demands: self.each(name, list) }
    }
}

/// Rejects a `when` that no sale can meet, and a tree rule that can never count.
pub(super) fn check(
    path: Path<'_>,
    conditions: &Conditions,
    dates: Option<&Demand<'_>>,
) -> Result<(), CheckError> {
    let mut work = limits::CONTRADICTION_WORK;
    let when = conditions.when.as_ref();
    let when = when.map(|when| Demand::new(path.field("when").to_string(), when));
    let asked: Vec<Demand<'_>> = when.into_iter().chain(dates.cloned()).collect();
    if let Err(exclusion) = search(asked.clone(), &mut work) {
        return Err(exclusion.error("can never be true"));
    }
    let trees = path.field("trees");
    for (index, rule) in conditions.trees.iter().enumerate() {
        let (name, condition) = match rule {
            TreeRule::PerOrder { .. } => continue,
            TreeRule::PerItem { items, .. } => ("per_item", Condition::Item(items.clone())),
            TreeRule::PerAmount { each, currency, .. } => {
                ("per_amount", Condition::MinimumAmount { amount: *each, currency: *currency })
            }
        };
        let place = trees.entry(index).field(name).to_string();
        let mut demands = asked.clone();
        demands.push(Demand::new(place.clone(), &condition));
        if let Err(exclusion) = search(demands, &mut work) {
            return Err(exclusion.error_at(place, "can never count a tree"));
        }
    }
    Ok(())
}

fn search(demands: Vec<Demand<'_>>, work: &mut u32) -> Result<(), Exclusion> {
    Way { pending: demands, choices: Vec::new(), met: Vec::new() }.search(work)
}

/// Demands of which one must be met.
#[derive(Clone)]
struct Choice<'a> {
    path: String,
    demands: Vec<Demand<'a>>,
}

/// One way of meeting all demands.
#[derive(Clone)]
struct Way<'a> {
    /// Demands that are not split yet; the last one is next.
    pending: Vec<Demand<'a>>,
    /// Choices, tried after all other demands because each option costs work.
    choices: Vec<Choice<'a>>,
    /// Plain demands that do not exclude each other.
    met: Vec<Demand<'a>>,
}

impl Way<'_> {
    /// Returns an error with the first exclusion if the demands cannot be met. If `work` runs out,
    /// the demands count as possible.
    fn search(mut self, work: &mut u32) -> Result<(), Exclusion> {
        while let Some(demand) = self.pending.pop() {
            match (demand.condition, demand.is_true) {
                (Condition::Not(inner), is_true) => {
                    self.pending.push(demand.within("not", inner, !is_true));
                }
                (Condition::All(list), true) => self.pending.extend(demand.each("all", list)),
                (Condition::Any(list), false) => self.pending.extend(demand.each("any", list)),
                (Condition::All(list), false) => self.choices.push(demand.choice("all", list)),
                (Condition::Any(list), true) => self.choices.push(demand.choice("any", list)),
                _ => {
                    self.met.push(demand);
                    exclusion::find(&self.met, work)?;
                }
            }
        }
        let Some(choice) = self.choices.pop() else { return Ok(()) };
        let is_forced = choice.demands.len() == 1;
        let mut found = Ok(());
        for demand in choice.demands {
            if !exclusion::spend(work, self.size()) {
                return Ok(());
            }
            let way = Way { pending: vec![demand], ..self.clone() };
            match way.search(work) {
                Ok(()) => return Ok(()),
                Err(exclusion) if is_forced => found = Err(exclusion),
                Err(exclusion) => found = Err(exclusion.whichever(&choice.path)),
            }
        }
        found
    }

    /// Returns the number of demands that a copy with one more holds.
    fn size(&self) -> usize {
        let choices = self.choices.iter().map(|choice| choice.demands.len());
        choices.fold(self.met.len().saturating_add(1), usize::saturating_add)
    }
}
