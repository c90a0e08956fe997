//! Dividing whole numbers so that the parts add up: largest remainders, and the weights that they are used with.
//!
//! Guarantees: the parts of a division sum to the whole, to the last cent, and follow their weights as closely as
//! whole numbers can. Weights are whole numbers too, so that every machine divides alike.

use super::random::Random;

/// Divides `whole` in proportion to the weights: each part gets its share rounded down, and what is left goes to the
/// largest remainders, one each; of equal ones the earlier gets it.
pub(super) fn largest_remainder(whole: u64, weights: &[u64]) -> Vec<u64> {
    let sum: u128 = weights.iter().map(|weight| u128::from(*weight)).sum();
    assert!(sum > 0, "a division by no weight");
    let exact = |weight: &u64| u128::from(whole) * u128::from(*weight);
    let mut parts: Vec<u64> = weights.iter().map(|weight| (exact(weight) / sum) as u64).collect();
    let left = whole - parts.iter().sum::<u64>();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|index| (std::cmp::Reverse(exact(&weights[*index]) % sum), *index));
    for index in order.into_iter().take(left as usize) {
        parts[index] += 1;
    }
    parts
}

/// Divides `whole` like [`largest_remainder`], with at least `least` for each part.
pub(super) fn at_least(least: u64, whole: u64, weights: &[u64]) -> Vec<u64> {
    let rest = largest_remainder(whole - least * weights.len() as u64, weights);
    rest.into_iter().map(|part| part + least).collect()
}

/// Divides `whole` in so many uneven parts of at least 1.
pub(super) fn uneven(random: &mut Random, whole: u64, parts: usize) -> Vec<u64> {
    let parts = parts.clamp(1, whole.max(1) as usize);
    let weights: Vec<u64> = (0..parts).map(|_| random.between(15, 185) as u64).collect();
    at_least(1, whole, &weights)
}

/// The weights of Zipf's law with the exponent 0.8 for the ranks from 1.
pub(super) fn zipf(ranks: usize) -> Vec<u64> {
    (1..=ranks).map(|rank| ((1_u64 << 48) as f64 / four_fifths(rank as f64)) as u64).collect()
}

/// `x` to the power of 4/5, for `x` from 1: the fifth root of its fourth power, which Newton's steps reach from above.
fn four_fifths(x: f64) -> f64 {
    let fourth = x * x * x * x;
    let mut root = x;
    loop {
        let cube = root * root * root * root;
        let next = root - (cube * root - fourth) / (5.0 * cube);
        if next >= root {
            return root;
        }
        root = next;
    }
}

/// The weight of a draw from the lognormal distribution with that deviation of the logarithm.
pub(super) fn lognormal(random: &mut Random, deviation: f64) -> u64 {
    ((1_u64 << 32) as f64 * exponential(deviation * random.normal())) as u64
}

/// e to the power of `x`, for `x` near 0: the series of a thousandth of it, squared ten times.
fn exponential(x: f64) -> f64 {
    let part = x / 1024.0;
    let series = 1.0 + part * (1.0 + part / 2.0 * (1.0 + part / 3.0 * (1.0 + part / 4.0)));
    (0..10).fold(series, |power, _| power * power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remainders_go_to_the_largest_and_then_to_the_first() {
        assert_eq!(largest_remainder(10, &[1, 1, 1]), [4, 3, 3]);
        assert_eq!(largest_remainder(7, &[3, 3, 1]), [3, 3, 1]);
        assert_eq!(largest_remainder(1, &[1, 2, 0]), [0, 1, 0]);
        assert_eq!(at_least(2, 10, &[0, 1, 1]), [2, 4, 4]);
    }

    #[test]
    fn parts_sum_to_the_whole() {
        let mut random = Random::new(3, "parts");
        for _ in 0..500 {
            let whole = random.below(10_000_000) as u64 + 1;
            let count = random.below(60) + 1;
            let parts = uneven(&mut random, whole, count);
            assert_eq!(parts.iter().sum::<u64>(), whole);
            assert!(parts.iter().all(|part| *part > 0));
        }
    }

    #[test]
    fn the_weights_follow_their_laws() {
        let weights = zipf(1_100);
        for (rank, weight) in (1..).zip(&weights) {
            let expected = (1_u64 << 48) as f64 * f64::from(rank).powf(-0.8);
            assert!((*weight as f64 / expected - 1.0).abs() < 1e-9, "rank {rank}");
        }
        for x in [-7.2, -1.0, 0.0, 0.5, 7.2] {
            assert!((exponential(x) / x.exp() - 1.0).abs() < 1e-6, "{x}");
        }
        let mut random = Random::new(5, "sizes");
        let mean = (0..4_000).map(|_| lognormal(&mut random, 1.2) as f64).sum::<f64>() / 4_000.0;
        let expected = (1_u64 << 32) as f64 * (1.2_f64 * 1.2 / 2.0).exp();
        assert!((mean / expected - 1.0).abs() < 0.2);
    }
}
