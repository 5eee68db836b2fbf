//! A day, as people write it.

use jiff::{SignedDuration, civil::Date};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A day of the calendar, `2026-12-31`. It begins at midnight UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day(Date);

/// The text is no day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a day: expected year, month and day, as in 2026-12-31")]
pub struct NotADay;

impl Day {
    /// The day's first moment, in unix milliseconds.
    pub fn begins(self) -> i64 {
        let since = self.0.duration_since(EPOCH).as_millis();
        i64::try_from(since).expect("a day of four-digit years is not far away")
    }

    /// The day that this moment belongs to; the last or the first one of the calendar if it lies beyond.
    pub fn of(ms: i64) -> Self {
        let day = EPOCH.saturating_add(SignedDuration::from_millis(ms));
        Self(day)
    }
}

impl FromStr for Day {
    type Err = NotADay;

    fn from_str(text: &str) -> Result<Self, NotADay> {
        let bytes = text.as_bytes();
        let is_plain = bytes.len() == 10
            && bytes.iter().enumerate().all(|(place, byte)| match place {
                4 | 7 => *byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        if !is_plain || text.starts_with("0000") {
            return Err(NotADay);
        }
        text.parse().map(Self).map_err(|_| NotADay)
    }
}

impl TryFrom<String> for Day {
    type Error = NotADay;

    fn try_from(text: String) -> Result<Self, NotADay> {
        text.parse()
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.to_string()
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Day {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Date)))
            .into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Day {}

const EPOCH: Date = Date::constant(1970, 1, 1);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_in_one_way_and_begins_at_midnight() {
        for (text, begins) in [("1970-01-02", 86_400_000), ("2026-06-01", 1_780_272_000_000)] {
            let day: Day = text.parse().unwrap();
            assert_eq!((day.begins(), day.to_string().as_str()), (begins, text));
            assert_eq!(Day::of(begins), day);
            assert_eq!(Day::of(begins + 86_399_999), day);
        }
        for bad in [
            "",
            "2026-6-1",
            "2026-13-01",
            "2026-02-30",
            "20260601",
            "2026-06-01T00",
            "0000-01-01",
            "1.1.2026",
        ] {
            assert_eq!(bad.parse::<Day>(), Err(NotADay), "{bad}");
        }
        assert_eq!("9999-12-31".parse().map(Day::begins), Ok(253_402_214_400_000));
        assert_eq!(Day::of(i64::MAX).to_string(), "9999-12-31");
    }
}
