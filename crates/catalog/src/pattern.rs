use model::{TemplateKey, ValueWarning};
use regex::Regex;

/// Why this value of this key deserves a second look. It never blocks, and the warning does not hold the value.
pub fn pattern_warning(key: &TemplateKey, value: &str) -> Option<ValueWarning> {
    key.warning(value, |pattern, text| {
        // Every pattern compiles: a test checks those of the catalogue, and a workspace's own were refused otherwise. One that
        // does not cannot warn.
        Regex::new(pattern).map_or(true, |pattern| pattern.is_match(text))
    })
}

/// Whether this is a regular expression.
pub fn pattern_compiles(pattern: &str) -> bool {
    Regex::new(pattern).is_ok()
}
