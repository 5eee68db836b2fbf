use model::{TemplateKey, ValueWarning};
use regex::{Regex, RegexBuilder};
use regex_syntax::ast::{
    AssertionKind, Ast, ClassSet, ClassSetItem, GroupKind, Literal, LiteralKind, RepetitionKind,
    RepetitionRange, parse::Parser,
};

/// Why this value of this key deserves a second look. It never blocks, and the warning does not hold the value.
pub fn pattern_warning(key: &TemplateKey, value: &str) -> Option<ValueWarning> {
    key.warning(value, |pattern, text| {
        // Every pattern compiles: a test checks those of the catalogue, and a workspace's own were refused otherwise. One that
        // does not cannot warn.
        Regex::new(pattern).map_or(true, |pattern| pattern.is_match(text))
    })
}

/// Whether a workspace's own template may have this pattern: one that the server and every browser read alike, and that no value
/// keeps a browser busy with. The server's own engine takes time in proportion to the text; a browser's tries every way in which
/// the text can be divided among the pattern's repetitions.
pub fn pattern_is_safe(pattern: &str) -> bool {
    let Ok(parsed) = Parser::new().parse(pattern) else { return false };
    let searched = if begins_at_start(&parsed) { 1 } else { TEXT };
    let ways = ways(&parsed).and_then(|ways| ways.checked_mul(searched));
    ways.is_some_and(|ways| ways <= WAYS)
        && RegexBuilder::new(pattern).size_limit(PROGRAM).build().is_ok()
}

/// The pattern as a browser gets it: texts that are longer than the safe ones are not looked at.
pub fn pattern_for_browsers(pattern: &str) -> String {
    format!(r"^[\s\S]{{{}}}|(?:{pattern})", TEXT + 1)
}

/// In how many ways a text of [`TEXT`] characters can be divided among the repetitions and alternatives, if that is bounded and the
/// pattern is written as browsers read it too.
fn ways(pattern: &Ast) -> Option<u64> {
    match pattern {
        Ast::Empty(_) | Ast::Dot(_) | Ast::ClassPerl(_) => Some(1),
        Ast::Flags(_) | Ast::ClassUnicode(_) => None,
        Ast::Assertion(assertion) => matches!(
            assertion.kind,
            AssertionKind::StartLine
                | AssertionKind::EndLine
                | AssertionKind::WordBoundary
                | AssertionKind::NotWordBoundary
        )
        .then_some(1),
        Ast::Literal(literal) => is_common(literal, false).then_some(1),
        Ast::ClassBracketed(class) => match &class.kind {
            ClassSet::Item(item) => is_common_item(item).then_some(1),
            ClassSet::BinaryOp(_) => None,
        },
        Ast::Group(group) => match &group.kind {
            GroupKind::CaptureIndex(_) => ways(&group.ast),
            GroupKind::NonCapturing(flags) if flags.items.is_empty() => ways(&group.ast),
            GroupKind::CaptureName { .. } | GroupKind::NonCapturing(_) => None,
        },
        Ast::Concat(concat) => {
            concat.asts.iter().try_fold(1_u64, |product, one| product.checked_mul(ways(one)?))
        }
        Ast::Alternation(either) => {
            either.asts.iter().try_fold(0_u64, |sum, one| sum.checked_add(ways(one)?))
        }
        Ast::Repetition(repetition) => {
            let (least, most) = match &repetition.op.kind {
                RepetitionKind::ZeroOrOne => (0, 1),
                RepetitionKind::ZeroOrMore | RepetitionKind::OneOrMore => (0, TEXT),
                RepetitionKind::Range(RepetitionRange::Exactly(n)) => ((*n).into(), (*n).into()),
                RepetitionKind::Range(RepetitionRange::AtLeast(_)) => (0, TEXT),
                RepetitionKind::Range(RepetitionRange::Bounded(least, most)) => {
                    ((*least).into(), (*most).into())
                }
            };
            // Browsers repeat neither what is repeated nor a place in the text.
            if matches!(&*repetition.ast, Ast::Repetition(_) | Ast::Assertion(_) | Ast::Empty(_)) {
                return None;
            }
            match ways(&repetition.ast)? {
                1 if has_one_length(&repetition.ast) => {
                    Some(most.min(TEXT).saturating_sub(least) + 1)
                }
                inside if most <= 1 => inside.checked_add(1),
                _ if is_separated(&repetition.ast) => Some(TEXT + 1),
                _ => None,
            }
        }
    }
}

/// Whether it takes a number of characters that is known before the text is, and not none.
fn has_one_length(pattern: &Ast) -> bool {
    match pattern {
        Ast::Literal(_) | Ast::Dot(_) | Ast::ClassPerl(_) | Ast::ClassBracketed(_) => true,
        Ast::Group(group) => has_one_length(&group.ast),
        Ast::Concat(concat) => concat.asts.iter().all(has_one_length),
        Ast::Repetition(repetition) => {
            matches!(repetition.op.kind, RepetitionKind::Range(RepetitionRange::Exactly(1..)))
                && has_one_length(&repetition.ast)
        }
        _ => false,
    }
}

/// Whether a repetition of it can be divided in one way alone: it begins or ends with a character that nothing else in it takes, and
/// one thing in it at most has no fixed length.
fn is_separated(pattern: &Ast) -> bool {
    let parts = match pattern {
        Ast::Group(group) => return is_separated(&group.ast),
        Ast::Concat(concat) => concat.asts.as_slice(),
        _ => return false,
    };
    let takes = |part: &Ast, separator: char| {
        let is_one_character = matches!(
            part,
            Ast::Literal(_) | Ast::Dot(_) | Ast::ClassPerl(_) | Ast::ClassBracketed(_)
        );
        !is_one_character
            || Regex::new(&part.to_string())
                .map_or(true, |part| part.is_match(&separator.to_string()))
    };
    let is_plain = |part: &Ast| match part {
        Ast::Repetition(repetition) => has_one_length(&repetition.ast),
        part => has_one_length(part),
    };
    let by = |separator: &Ast, rest: &[Ast]| {
        let Ast::Literal(separator) = separator else { return false };
        rest.iter().filter(|part| !has_one_length(part)).count() <= 1
            && rest.iter().all(|part| is_plain(part) && !takes(one_of(part), separator.c))
    };
    let at_start = parts.split_first().is_some_and(|(first, rest)| by(first, rest));
    at_start || parts.split_last().is_some_and(|(last, rest)| by(last, rest))
}

/// What is repeated, or the thing itself.
fn one_of(pattern: &Ast) -> &Ast {
    match pattern {
        Ast::Repetition(repetition) => one_of(&repetition.ast),
        Ast::Group(group) => one_of(&group.ast),
        other => other,
    }
}

fn begins_at_start(pattern: &Ast) -> bool {
    match pattern {
        Ast::Assertion(assertion) => assertion.kind == AssertionKind::StartLine,
        Ast::Group(group) => begins_at_start(&group.ast),
        Ast::Concat(concat) => concat.asts.first().is_some_and(begins_at_start),
        Ast::Alternation(either) => either.asts.iter().all(begins_at_start),
        _ => false,
    }
}

fn is_common_item(item: &ClassSetItem) -> bool {
    match item {
        ClassSetItem::Literal(literal) => is_common(literal, true),
        ClassSetItem::Range(range) => is_common(&range.start, true) && is_common(&range.end, true),
        ClassSetItem::Perl(_) => true,
        ClassSetItem::Union(union) => union.items.iter().all(is_common_item),
        ClassSetItem::Empty(_)
        | ClassSetItem::Ascii(_)
        | ClassSetItem::Unicode(_)
        | ClassSetItem::Bracketed(_) => false,
    }
}

/// Whether browsers read the character as `regex` does: with the flag `u` they allow few escapes, and no bracket that closes nothing.
fn is_common(literal: &Literal, in_class: bool) -> bool {
    match literal.kind {
        LiteralKind::Verbatim => !"[]{}".contains(literal.c),
        LiteralKind::Meta | LiteralKind::Superfluous => {
            r"^$\.*+?()[]{}|/".contains(literal.c) || in_class && literal.c == '-'
        }
        LiteralKind::Special(_) => literal.c != '\u{7}',
        LiteralKind::Octal | LiteralKind::HexFixed(_) | LiteralKind::HexBrace(_) => false,
    }
}

/// The longest text that a browser tries a workspace's own pattern on, in characters.
const TEXT: u64 = 512;

/// The most ways that it may try: three open repetitions behind a `^`, and something beside them. A browser goes through them in a
/// fraction of a second, as most end early.
const WAYS: u64 = 3 * (TEXT + 1).pow(3);

/// The most bytes of a compiled pattern: the built-in ones take a tenth.
const PROGRAM: usize = 1 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_is_safe() {
        for pattern in [
            "^bill_",
            r"^sk-[A-Za-z0-9_-]{20,}$",
            r"^[^@\s]+@[^@\s]+\.[a-z]+$",
            r"^https?://[a-z0-9.-]+(?::\d{1,5})?/$",
            "^(dev|prod|staging)$",
            "^[0-9]{1,5}(?:,[0-9]{1,5})*$",
            r"^([a-z0-9-]+\.)+[a-z]+$",
            "^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$",
            r"^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$",
            r"^a\/b[\-\]a]$",
            "",
        ] {
            assert!(pattern_is_safe(pattern), "{pattern}");
        }
    }

    #[test]
    fn what_keeps_a_browser_busy_is_not() {
        for pattern in [
            "^(a+)+$",
            "^(a|aa)*$",
            "^(a?){30}$",
            "^(-[a-z-]+)+$",
            "^(-a*a*)*$",
            "^(-(?:a-)b*)*$",
            "^(-(a|aa))*$",
            "^(?:a{1,30}){1,30}$",
            "a+b+c+d",
            "^a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?a?$",
            "^.*.*.*.*=$",
            r"^\w{1000}{1000}{1000}$",
            "^[a-z]{1000000}$",
        ] {
            assert!(!pattern_is_safe(pattern), "{pattern}");
        }
    }

    #[test]
    fn what_browsers_do_not_read_is_not() {
        for pattern in [
            "(",
            "(?i)a",
            "(?i:a)",
            "(?P<n>a)",
            r"\Aa\z",
            "[[:alpha:]]",
            "[a&&b]",
            r"\x41",
            r"\pL",
            "^*",
            "a**",
            "]",
            "a}",
            r"\#",
            "[]a]",
        ] {
            assert!(!pattern_is_safe(pattern), "{pattern}");
        }
    }

    #[test]
    fn a_long_text_matches_in_browsers() {
        let pattern = Regex::new(&pattern_for_browsers("^bill_[a-z]+$")).unwrap();
        assert!(pattern.is_match("bill_a") && !pattern.is_match("pay_a"));
        assert!(!pattern.is_match(&"x".repeat(512)) && pattern.is_match(&"x".repeat(513)));
    }
}
