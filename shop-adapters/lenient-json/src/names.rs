//! Names of the fields that are wanted.

use std::collections::BTreeSet;

/// Names of fields, at any level.
#[derive(Debug, Default)]
pub struct Names(BTreeSet<&'static str>);

impl Names {
    /// Returns true if it is one of them, or the number of an entry: PHP writes a list with gaps
    /// as an object.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        name.starts_with(|first: char| first.is_ascii_digit()) || self.0.contains(name)
    }
}

impl Extend<&'static str> for Names {
    fn extend<I: IntoIterator<Item = &'static str>>(&mut self, names: I) {
        self.0.extend(names);
    }
}

impl IntoIterator for Names {
    type Item = &'static str;
    type IntoIter = std::collections::btree_set::IntoIter<&'static str>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
