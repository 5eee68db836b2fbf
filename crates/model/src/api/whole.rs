//! Whole numbers as JSON Schema has them: `7.0` is one.

use serde::{Deserialize, Deserializer, de::Error, de::Visitor};
use std::fmt;

/// A whole number from 0 to 4,294,967,295.
pub(crate) fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    // Asked for as an integer, JSON gives what it has, and forms need no reader of fractions.
    deserializer.deserialize_u32(Whole)
}

/// A whole number from 1 to 4,294,967,295.
pub(crate) fn positive<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    match number(deserializer)? {
        0 => Err(D::Error::custom("zero, where counting begins at one")),
        number => Ok(number),
    }
}

/// A [`number`] where none need be given.
pub(crate) fn optional<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<u32>, D::Error> {
    #[derive(Deserialize)]
    struct Number(#[serde(deserialize_with = "number")] u32);
    Ok(Option::<Number>::deserialize(deserializer)?.map(|Number(number)| number))
}

struct Whole;

impl Visitor<'_> for Whole {
    type Value = u32;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number")
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<u32, E> {
        u32::try_from(number).map_err(|_| E::custom("not a whole number"))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<u32, E> {
        let is_whole = number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it was just checked"
        )]
        if is_whole { Ok(number as u32) } else { Err(E::custom("not a whole number")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_read_however_they_are_written() {
        #[derive(Debug, PartialEq, Deserialize)]
        struct Number(#[serde(deserialize_with = "number")] u32);
        for (text, read) in [("7", 7), ("7.0", 7), ("7e0", 7), ("4294967295", u32::MAX)] {
            assert_eq!(serde_json::from_str::<Number>(text).unwrap(), Number(read), "{text}");
        }
        for text in ["7.5", "-1", "-1.0", "4294967296", "1e10", "\"7\"", "null"] {
            assert!(serde_json::from_str::<Number>(text).is_err(), "{text}");
        }
    }
}
