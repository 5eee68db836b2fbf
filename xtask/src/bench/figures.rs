//! From single measurements to figures.

use std::time::Duration;

use super::load::Done;

/// What one run of requests cost.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Figures {
    /// Microseconds of processor time for each request.
    pub(crate) processor: f64,
    /// Requests answered in a second.
    pub(crate) rate: f64,
    /// Milliseconds within which half of them are answered …
    pub(crate) p50: f64,
    /// … and 99 of 100.
    pub(crate) p99: f64,
}

impl Figures {
    pub(crate) fn of(mut done: Done, spent: Duration) -> Self {
        done.latencies.sort_unstable();
        let requests = count(done.latencies.len().max(1));
        Self {
            processor: spent.as_secs_f64() * 1e6 / requests,
            rate: requests / done.took.as_secs_f64().max(1e-9),
            p50: millis(percentile(&done.latencies, 50)),
            p99: millis(percentile(&done.latencies, 99)),
        }
    }

    /// Each figure is the median of its own.
    pub(crate) fn median(runs: &[Self]) -> Self {
        let of = |figure: fn(&Self) -> f64| median(runs.iter().map(figure).collect());
        Self {
            processor: of(|run| run.processor),
            rate: of(|run| run.rate),
            p50: of(|run| run.p50),
            p99: of(|run| run.p99),
        }
    }
}

/// The middle one, or the mean of the two in the middle; 0 of none.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => 0.0,
        odd if odd % 2 == 1 => values[middle],
        _even => f64::midpoint(values[middle - 1], values[middle]),
    }
}

/// The smallest one that at least `percent` of 100 do not exceed (nearest rank); `sorted` is.
fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or_default()
}

pub(crate) fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_does_not_care_about_outliers_or_order() {
        assert!((median(vec![900.0, 1.0, 3.0]) - 3.0).abs() < 1e-9);
        assert!((median(vec![4.0, 1.0, 2.0, 100.0]) - 3.0).abs() < 1e-9);
        assert!(median(Vec::new()).abs() < 1e-9);
    }

    #[test]
    fn a_percentile_is_a_time_that_was_measured() {
        let sorted: Vec<_> = (1..=200).map(Duration::from_millis).collect();
        assert_eq!(percentile(&sorted, 50), Duration::from_millis(100));
        assert_eq!(percentile(&sorted, 99), Duration::from_millis(198));
        assert_eq!(percentile(&sorted[..1], 99), Duration::from_millis(1));
        assert_eq!(percentile(&[], 99), Duration::ZERO);
    }

    #[test]
    fn processor_time_is_told_for_one_request() {
        let latencies = vec![Duration::from_millis(2); 1000];
        let done = Done { latencies, took: Duration::from_secs(2) };
        let figures = Figures::of(done, Duration::from_millis(150));
        let expected = Figures { processor: 150.0, rate: 500.0, p50: 2.0, p99: 2.0 };
        assert!((figures.processor - expected.processor).abs() < 1e-6, "{figures:?}");
        assert!((figures.rate - expected.rate).abs() < 1e-6, "{figures:?}");
        assert!((figures.p99 - expected.p99).abs() < 1e-6, "{figures:?}");
    }
}
