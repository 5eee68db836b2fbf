//! Which events an address or a form asks for.

use jiff::{SignedDuration, Timestamp};
use model::{AuditClass, AuditFilter, AuditOutcome};

/// The filter that fields with these names ask for, empty ones left out; or what is wrong with one of them, in words.
pub fn asked_filter(field: impl Fn(&str) -> Option<String>) -> Result<AuditFilter, &'static str> {
    let given =
        |name| field(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let class = given("class").map(|text| text.parse::<AuditClass>()).transpose();
    let outcome = given("outcome").map(|text| {
        let known = [AuditOutcome::Denied, AuditOutcome::Done];
        known.into_iter().find(|outcome| outcome.as_str() == text).ok_or(())
    });
    Ok(AuditFilter {
        class: class.map_err(|_| "There is no such class of events.")?,
        action: given("action"),
        actor: given("actor"),
        target: given("target"),
        environment: given("environment"),
        outcome: outcome.transpose().map_err(|()| "An event is done or denied.")?,
        from: given("from").map(|text| moment(&text, 0).ok_or(NO_TIME)).transpose()?,
        to: given("to").map(|text| moment(&text, 24).ok_or(NO_TIME)).transpose()?,
    })
}

/// A moment, or a day's beginning and so many hours.
fn moment(text: &str, hours: i64) -> Option<Timestamp> {
    if let Ok(moment) = text.parse() {
        return Some(moment);
    }
    let day: Timestamp = format!("{text}T00:00:00Z").parse().ok()?;
    day.checked_add(SignedDuration::from_hours(hours)).ok()
}

const NO_TIME: &str = "Times are written as days, 2026-03-01, or as 2026-03-01T12:00:00Z.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_meant_from_its_beginning_to_its_end() {
        let asked = |name: &'static str, text: &'static str| {
            asked_filter(move |field| (field == name).then(|| text.to_owned()))
        };
        let (from, to) = (asked("from", "2026-03-01").unwrap(), asked("to", "2026-03-01").unwrap());
        assert_eq!(from.from.unwrap().to_string(), "2026-03-01T00:00:00Z");
        assert_eq!(to.to.unwrap().to_string(), "2026-03-02T00:00:00Z");
        let exact = asked("to", "2026-03-01T12:00:00Z").unwrap();
        assert_eq!(exact.to.unwrap().to_string(), "2026-03-01T12:00:00Z");
        assert_eq!(asked("actor", " ").unwrap(), AuditFilter::default());
        for (name, wrong) in [("from", "yesterday"), ("class", "Reads"), ("outcome", "ok")] {
            assert!(asked(name, wrong).is_err(), "{name}={wrong}");
        }
    }
}
