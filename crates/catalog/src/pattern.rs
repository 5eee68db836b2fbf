use model::{TemplateKey, ValueWarning};
use regex::Regex;

/// Why this value of this key deserves a second look. It never blocks, and the warning does not hold the value.
pub fn pattern_warning(key: &TemplateKey, value: &str) -> Option<ValueWarning> {
    key.warning(value, |pattern, text| {
        // Every pattern of the catalogue compiles, as a test checks; one that does not cannot warn.
        Regex::new(pattern).map_or(true, |pattern| pattern.is_match(text))
    })
}
