//! The one source of chance of the reference set.
//!
//! Guarantees the same draws for the same seed and purpose on every machine and for ever: the generator is splitmix64,
//! written out here because a library may change its stream between versions, and real numbers use only the operations
//! that IEEE 754 defines exactly. Each part of the set draws under a purpose of its own, so that one more draw in one
//! part leaves the others as they are. Must never read entropy or a clock.

/// A stream of draws.
#[derive(Clone, Debug)]
pub(super) struct Random(u64);

impl Random {
    /// The stream of a seed for a purpose.
    pub(super) fn new(seed: u64, purpose: &str) -> Self {
        // FNV-1a, then one step, so that neighbouring seeds have nothing in common.
        let start = purpose.bytes().fold(seed ^ 0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        Self(mixed(start))
    }

    /// 64 bits.
    pub(super) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mixed(self.0)
    }

    /// A number from 0 to before `bound`.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        debug_assert!(bound > 0, "a draw from nothing");
        ((u128::from(self.bits()) * bound as u128) >> 64) as usize
    }

    /// A number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: i32, high: i32) -> i32 {
        low + self.below((high - low + 1) as usize) as i32
    }

    /// Whether something that happens `in_thousand` times out of 1,000 happens.
    pub(super) fn happens(&mut self, in_thousand: usize) -> bool {
        self.below(1_000) < in_thousand
    }

    /// One of some.
    pub(super) fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// The place of one of some, by their weights.
    pub(super) fn weighted(&mut self, weights: &[u32]) -> usize {
        let mut left = self.below(weights.iter().map(|weight| *weight as usize).sum());
        weights
            .iter()
            .position(|weight| {
                let here = left < *weight as usize;
                left = left.wrapping_sub(*weight as usize);
                here
            })
            .expect("the draw lies below the sum of the weights")
    }

    /// Puts them in any order.
    pub(super) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }

    /// A draw from about the normal distribution around 0 with deviation 1: twelve uniform draws together.
    pub(super) fn normal(&mut self) -> f64 {
        let sum: u64 = (0..12).map(|_| self.bits() >> 32).sum();
        sum as f64 / (1_u64 << 32) as f64 - 6.0
    }
}

/// The finaliser of splitmix64.
fn mixed(word: u64) -> u64 {
    let word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    word ^ (word >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_is_fixed() {
        let mut random = Random(0);
        // The published first outputs of splitmix64 from the state 0.
        assert_eq!(
            [random.bits(), random.bits(), random.bits()],
            [0xE220_A839_7B1D_CDAF, 0x6E78_9E6A_A1B9_65F4, 0x06C4_5D18_8009_454F]
        );
        assert_ne!(Random::new(1, "parks").bits(), Random::new(1, "units").bits());
    }

    #[test]
    fn draws_stay_within_their_bounds() {
        let mut random = Random::new(7, "bounds");
        let mut seen = [false; 5];
        for _ in 0..1_000 {
            seen[random.below(5)] = true;
            assert!((-3..=3).contains(&random.between(-3, 3)));
            assert_ne!(random.weighted(&[2, 0, 5]), 1);
            assert!(random.normal().abs() <= 6.0);
        }
        assert_eq!(seen, [true; 5]);
        let mut items: Vec<_> = (0..100).collect();
        random.shuffle(&mut items);
        assert_ne!(items, (0..100).collect::<Vec<_>>());
        items.sort_unstable();
        assert_eq!(items, (0..100).collect::<Vec<_>>());
    }
}
