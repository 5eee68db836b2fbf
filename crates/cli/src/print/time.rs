//! Times, as people read them.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// `2026-03-01 14:05 CET`, by the clock of this machine.
pub(crate) fn local(time: Timestamp) -> String {
    time.to_zoned_datetime(TimeZone::system()).strftime("%Y-%m-%d %H:%M %Z").to_string()
}

/// `3 hours`, of something that is that long ago or ahead; the largest unit alone.
pub(crate) fn ago(duration: SignedDuration) -> String {
    let seconds = duration.abs().as_secs();
    let (number, unit) = match seconds {
        0..=89 => (seconds, "second"),
        90..=5399 => ((seconds + 30) / 60, "minute"),
        5400..=129_599 => ((seconds + 1800) / 3600, "hour"),
        _ => ((seconds + 43_200) / 86_400, "day"),
    };
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_one_unit() {
        for (seconds, text) in [
            (0, "0 seconds"),
            (1, "1 second"),
            (89, "89 seconds"),
            (-90, "2 minutes"),
            (5_400, "2 hours"),
            (129_600, "2 days"),
            (604_800, "7 days"),
        ] {
            assert_eq!(ago(SignedDuration::from_secs(seconds)), text);
        }
    }
}
