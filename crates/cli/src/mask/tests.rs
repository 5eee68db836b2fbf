use super::*;
use model::WireValue;
use proptest::prelude::*;

fn masker(values: &[&str]) -> Masker {
    let pair = |(number, value): (usize, &&str)| {
        let key = KeyName::parse(&format!("K{number}")).unwrap();
        (key, WireValue::new((*value).to_owned()))
    };
    Masker::new(&values.iter().enumerate().map(pair).collect::<Vec<_>>())
}

/// The output of writing these chunks one after the other.
fn mask(values: &[&str], chunks: &[&[u8]]) -> String {
    let (mut masker, mut out) = (masker(values), Vec::new());
    for chunk in chunks {
        masker.write(chunk, &mut out).unwrap();
    }
    masker.finish(&mut out).unwrap();
    String::from_utf8_lossy(&out).into_owned()
}

#[test]
fn values_become_the_names_of_their_keys() {
    let masked =
        mask(&["hunter2", "correct horse"], &[b"a hunter2hunter2 b correct horse, hunter"]);
    assert_eq!(masked, "a [masked:K0][masked:K0] b [masked:K1], hunter");
}

#[test]
fn the_longest_value_wins_and_the_first_key_of_two_is_named() {
    assert_eq!(mask(&["pass", "password", "pass"], &[b"password pass"]), "[masked:K1] [masked:K0]");
}

#[test]
fn an_occurrence_that_breaks_off_does_not_hide_the_next_one() {
    assert_eq!(mask(&["ababac"], &[b"abab", b"abac"]), "ab[masked:K0]");
    assert_eq!(mask(&["ababac", "abab"], &[b"abab", b"abx"]), "[masked:K1]abx");
}

#[test]
fn only_the_beginning_of_a_value_waits() {
    let (mut masker, mut out) = (masker(&["hunter2"]), Vec::new());
    masker.write(b"Password: ", &mut out).unwrap();
    assert_eq!((out.as_slice(), masker.pending()), (&b"Password: "[..], 0));
    masker.write(b"hunt", &mut out).unwrap();
    assert_eq!((out.as_slice(), masker.pending()), (&b"Password: "[..], 4));
    masker.release(&mut out).unwrap();
    assert_eq!((out.as_slice(), masker.pending()), (&b"Password: hunt"[..], 0));
    masker.write(b"hunter2", &mut out).unwrap();
    assert_eq!((out.as_slice(), masker.pending()), (&b"Password: hunt[masked:K0]"[..], 0));
}

#[test]
fn released_bytes_are_masked_as_far_as_they_go() {
    let (mut masker, mut out) = (masker(&["pass", "password"]), Vec::new());
    masker.write(b"passwo", &mut out).unwrap();
    masker.release(&mut out).unwrap();
    assert_eq!(out, b"[masked:K0]wo");
}

#[test]
fn trivial_values_are_reported_and_left_alone() {
    let masker = masker(&["abc", "true", "5432", "hunter2"]);
    let reported: Vec<_> =
        masker.unmaskable().iter().map(|(key, why)| format!("{key}: {why}")).collect();
    assert_eq!(
        reported,
        ["K0: shorter than 4 bytes", "K1: a common word", "K2: a number of fewer than 6 digits"]
    );
    assert_eq!(mask(&["true"], &[b"true"]), "true");
}

#[test]
fn a_marker_never_shows_a_value() {
    assert_eq!(mask(&["masked", "hunter2"], &[b"masked hunter2"]), "*** ***");
}

#[test]
fn lines_of_a_key_file_are_masked_one_by_one() {
    let file = "-----BEGIN KEY-----\nMIIEowIBAAKCAQ\nEA1234==\n-----END KEY-----\n";
    assert_eq!(mask(&[file], &[b"key: MIIEowIBAAKCAQ;"]), "key: [masked:K0];");
    assert_eq!(mask(&[file], &[b"<", file.as_bytes(), b">"]), "<[masked:K0]>");
}

/// Text like a log's, made of few characters so that pieces of values turn up often. It has none of those in markers.
fn text(length: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    proptest::string::string_regex(&format!(
        "[abC9 /'+%ä\"\\\\\n]{{{},{}}}",
        length.start, length.end
    ))
    .unwrap()
}

/// The value, as programs write it.
fn written(value: &str, how: usize) -> String {
    use data_encoding::{BASE64, BASE64URL_NOPAD};
    match how {
        0 => value.to_owned(),
        1 => BASE64.encode(value.as_bytes()),
        2 => BASE64URL_NOPAD.encode(value.as_bytes()),
        3 => serde_json::to_string(value).unwrap().trim_matches('"').to_owned(),
        4 => value.replace('%', "%25").replace(' ', "+").replace('\n', "%0A"),
        _ => value.replace('\'', r"'\''"),
    }
}

proptest! {
    #[test]
    fn no_value_gets_through_and_chunks_make_no_difference(
        values in prop::collection::vec(text(1..12), 1..4),
        log in prop::collection::vec((text(0..8), 0..4_usize, 0..6_usize), 0..8),
        cuts in prop::collection::vec(0..200_usize, 0..20),
    ) {
        let mut input = String::new();
        for (before, which, how) in &log {
            input.push_str(before);
            input.push_str(&written(&values[which % values.len()], *how));
        }
        let mut cuts: Vec<_> = cuts.into_iter().map(|cut| cut.min(input.len())).collect();
        cuts.extend([0, input.len()]);
        cuts.sort_unstable();
        let chunks: Vec<_> = cuts.windows(2).map(|cut| &input.as_bytes()[cut[0]..cut[1]]).collect();
        let values: Vec<_> = values.iter().map(String::as_str).collect();
        let whole = mask(&values, &[input.as_bytes()]);
        prop_assert_eq!(&mask(&values, &chunks), &whole);
        for value in values.iter().filter(|value| refusal(value).is_none()) {
            for form in forms::of(value) {
                let form = String::from_utf8(form.to_vec()).unwrap();
                prop_assert!(!whole.contains(&form), "{:?} shows {:?}", whole, form);
            }
        }
    }

    #[test]
    fn base64_of_a_text_around_a_value_does_not_show_it(
        before in "[a-z]{0,5}", value in "[A-Z]{6,80}", after in "[a-z]{0,5}",
    ) {
        for encoding in [data_encoding::BASE64, data_encoding::BASE64URL_NOPAD] {
            let text = encoding.encode(format!("{before}{value}{after}").as_bytes());
            let masked = mask(&[&value], &[text.as_bytes()]);
            let left = masked.replace("[masked:K0]", "").trim_end_matches('=').len();
            // Each end shares a character with the value.
            prop_assert!(left <= (before.len() * 8).div_ceil(6) + (after.len() * 8).div_ceil(6) + 1, "{}", masked);
        }
    }
}
