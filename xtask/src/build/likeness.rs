//! Orders the functions of a Wasm module so that functions with like code stand side by side, where
//! gzip finds what they have in common.

use std::collections::{BTreeSet, HashMap, HashSet};

use anyhow::Result;
use wasmparser::{Parser, Payload, TypeRef};

/// Bytes of the pieces by which code is compared.
const PIECE: usize = 6;

/// A piece that more functions have says nothing about any two of them.
const FUNCTIONS_MAX: usize = 1000;

/// Functions that the next one is compared with: gzip remembers about as many.
const REMEMBERED: usize = 30;

/// How little the length of a function matters, in bytes: the shortest would always be most alike.
const LENGTH_MIN: usize = 20;

/// The weight of the rarest piece in the latest function.
const WEIGHT: usize = 1 << 20;

/// The module with a name for each function, so that functions sorted by name stand in this order.
pub(crate) fn with_names(module: &[u8]) -> Result<Vec<u8>> {
    let (mut imports, mut codes) = (0_usize, Vec::new());
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    let is_function = matches!(import?.ty, TypeRef::Func(_));
                    imports = imports.saturating_add(usize::from(is_function));
                }
            }
            Payload::CodeSectionEntry(body) => codes.extend(module.get(body.range())),
            _ => {}
        }
    }
    let mut places: Vec<(usize, usize)> =
        by_likeness(&codes).into_iter().enumerate().map(|(place, index)| (index, place)).collect();
    places.sort_unstable();
    let mut names = number(places.len());
    for (index, place) in places {
        names.extend(number(index.saturating_add(imports)));
        names.extend(text(&format!("{place:06}")));
    }
    let mut section = text("name");
    // The subsection of functions.
    section.push(1);
    section.extend(number(names.len()));
    section.extend(names);
    // A section of its own kind.
    let header = [vec![0], number(section.len())].concat();
    Ok([module, &header, &section].concat())
}

/// The functions with these codes, by their indexes: each is followed by the one that is most like
/// those before it.
fn by_likeness(codes: &[&[u8]]) -> Vec<usize> {
    let mut likeness = Likeness::of(codes);
    let mut order = Vec::new();
    for first in 0..codes.len() {
        // Functions that are like no other one keep their places among themselves.
        let mut next = likeness.take(first);
        while let Some(function) = next {
            order.push(function);
            next = likeness.most_alike(&order).and_then(|function| likeness.take(function));
        }
    }
    order
}

/// The common parts of functions.
struct Likeness {
    /// The length of each function.
    lengths: Vec<usize>,
    /// The pieces of each function that others have too.
    pieces: Vec<Vec<usize>>,
    /// The functions that have each piece.
    functions: Vec<Vec<usize>>,
    /// `true` for each function that waits for its place.
    left: Vec<bool>,
    /// How much each function is like the latest ones; nothing between two calls.
    scores: Vec<usize>,
}

impl Likeness {
    fn of(codes: &[&[u8]]) -> Self {
        let mut numbers: HashMap<&[u8], usize> = HashMap::new();
        let mut pieces: Vec<Vec<usize>> = Vec::new();
        let mut functions: Vec<Vec<usize>> = Vec::new();
        for (function, code) in codes.iter().enumerate() {
            let found: BTreeSet<usize> = code
                .windows(PIECE)
                .map(|piece| {
                    let next = numbers.len();
                    *numbers.entry(piece).or_insert(next)
                })
                .collect();
            functions.resize(numbers.len(), Vec::new());
            for piece in &found {
                functions.get_mut(*piece).into_iter().for_each(|all| all.push(function));
            }
            pieces.push(found.into_iter().collect());
        }
        for list in &mut pieces {
            list.retain(|piece| {
                functions.get(*piece).is_some_and(|all| (2..=FUNCTIONS_MAX).contains(&all.len()))
            });
        }
        let lengths = codes.iter().map(|code| code.len()).collect();
        let (left, scores) = (vec![true; codes.len()], vec![0; codes.len()]);
        Self { lengths, pieces, functions, left, scores }
    }

    /// Takes a function out of those that are left.
    fn take(&mut self, function: usize) -> Option<usize> {
        std::mem::take(self.left.get_mut(function)?).then_some(function)
    }

    /// The function of those that are left which is most like the latest ones of the order.
    fn most_alike(&mut self, order: &[usize]) -> Option<usize> {
        let (mut seen, mut scored) = (HashSet::new(), Vec::new());
        for (age, latest) in order.iter().rev().take(REMEMBERED).enumerate() {
            for piece in self.pieces.get(*latest).into_iter().flatten() {
                if !seen.insert(*piece) {
                    continue;
                }
                let functions = self.functions.get(*piece).map_or(&[][..], Vec::as_slice);
                let weight = weight(functions.len(), age);
                for function in functions {
                    let is_left = self.left.get(*function) == Some(&true);
                    if let Some(score) = self.scores.get_mut(*function).filter(|_| is_left) {
                        if *score == 0 {
                            scored.push(*function);
                        }
                        *score = score.saturating_add(weight);
                    }
                }
            }
        }
        let mut best = None;
        for function in scored {
            let score = self.scores.get_mut(function).map_or(0, std::mem::take);
            let length =
                self.lengths.get(function).map_or(0, |length| length.saturating_add(LENGTH_MIN));
            let likeness = score.checked_div(length).unwrap_or_default();
            if best.is_none_or(|(most, _)| likeness > most) {
                best = Some((likeness, function));
            }
        }
        best.map(|(_, function)| function)
    }
}

/// The weight of a piece that so many functions have, in a function so many places before the next.
fn weight(functions: usize, age: usize) -> usize {
    let rarity = functions.checked_ilog2().unwrap_or_default();
    let rarity = usize::try_from(rarity).unwrap_or(usize::MAX).saturating_add(2);
    let age = age.saturating_add(10);
    WEIGHT.checked_div(rarity.saturating_mul(age)).unwrap_or_default()
}

/// A number as Wasm writes it: LEB128.
fn number(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = u8::try_from(number & 0x7f).unwrap_or_default();
        number >>= 7;
        if number == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

/// A text as Wasm writes it: after its length.
fn text(text: &str) -> Vec<u8> {
    [number(text.len()), text.as_bytes().to_vec()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_with_like_code_stand_side_by_side() {
        let codes: [&[u8]; 5] =
            [b"reads a row", b"writes a page", b"no other", b"reads a shop", b"writes a mail"];
        assert_eq!(by_likeness(&codes), [0, 3, 1, 4, 2]);
    }

    #[test]
    fn numbers_are_written_as_wasm_reads_them() {
        assert_eq!(number(5), [5]);
        assert_eq!(number(624_485), [0xe5, 0x8e, 0x26]);
    }
}
