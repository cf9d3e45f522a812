//! Pseudorandom numbers that are the same on every machine: the `SplitMix64` generator, after
//! Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.

/// A source of numbers; equal seeds give equal numbers.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Returns a number from 0 up to, not including, `end`.
    pub(crate) fn below(&mut self, end: u32) -> u32 {
        u32::try_from(self.next() % u64::from(end)).unwrap()
    }

    /// Returns true once in this many times, on average.
    pub(crate) fn one_in(&mut self, times: u32) -> bool {
        self.below(times) == 0
    }

    /// Returns one of these with equal probability.
    pub(crate) fn pick<T: Clone>(&mut self, choices: &[T]) -> T {
        let index = self.below(u32::try_from(choices.len()).unwrap());
        choices[usize::try_from(index).unwrap()].clone()
    }

    /// Returns `None` once in this many times, on average.
    pub(crate) fn known<T>(&mut self, times: u32, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.one_in(times) { None } else { Some(make(self)) }
    }

    /// Returns up to `most` values of `make`.
    pub(crate) fn list<T>(&mut self, most: u32, mut make: impl FnMut(&mut Self) -> T) -> Vec<T> {
        (0..self.below(most + 1)).map(|_| make(self)).collect()
    }
}
