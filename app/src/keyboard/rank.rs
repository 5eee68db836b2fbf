//! How well a name answers what was typed.

use crate::small::small;

/// Higher is better; nothing if a letter is missing or they come in another order. What was typed in one piece counts more than its letters
/// apart, a word's beginning more than its middle, a short name more than a long one.
pub(super) fn score(name: &str, typed: &str) -> Option<usize> {
    let (name, typed) = (small(name), small(typed.trim()));
    let brevity = 100_usize.saturating_sub(name.chars().count());
    if let Some(at) = name.find(&typed) {
        let begins = name[..at].chars().next_back().is_none_or(|before| !before.is_alphanumeric());
        let place = if at == 0 {
            3_000
        } else if begins {
            2_000
        } else {
            1_000
        };
        return Some(place + brevity);
    }
    let mut rest = name.chars();
    let mut gaps = 0;
    for letter in typed.chars().filter(|letter| !letter.is_whitespace()) {
        gaps += rest.position(|found| found == letter)?;
    }
    Some((brevity * 5).saturating_sub(gaps * 10))
}

#[cfg(test)]
mod tests {
    use super::score;

    fn best<'a>(typed: &str, names: &[&'a str]) -> Vec<&'a str> {
        let mut found: Vec<_> =
            names.iter().filter_map(|name| Some((score(name, typed)?, *name))).collect();
        found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        found.into_iter().map(|(_, name)| name).collect()
    }

    #[test]
    fn beginnings_come_before_middles_and_pieces_before_letters() {
        let names =
            ["prod-postgres", "old-postgres-replica", "postgres", "pipeline-gateway", "stripe"];
        assert_eq!(best("post", &names), ["postgres", "prod-postgres", "old-postgres-replica"]);
        assert_eq!(best("pg", &names).first(), Some(&"postgres"));
        assert_eq!(best("PPG", &names).first(), Some(&"prod-postgres"));
        assert_eq!(best("xyz", &names), Vec::<&str>::new());
        assert_eq!(best("", &names).len(), names.len());
    }

    #[test]
    fn names_of_any_script_are_cut_at_letters() {
        assert!(score("Über-schlüssel", "über").is_some());
        assert!(score("مفتاح", "تا").is_some());
    }
}
