use std::fmt::Display;

/// "1 key", "2 keys", "10,000 keys".
pub fn counted(count: impl Display, noun: &str) -> String {
    let count = grouped(count);
    let ending = if count == "1" { "" } else { "s" };
    format!("{count} {noun}{ending}")
}

/// A count as people read it: by thousands.
pub fn grouped(count: impl Display) -> String {
    let digits = count.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        for (count, words) in [
            (0, "0 keys"),
            (1, "1 key"),
            (999, "999 keys"),
            (1_000, "1,000 keys"),
            (1_234_567, "1,234,567 keys"),
        ] {
            assert_eq!(counted(count, "key"), words);
        }
    }
}
