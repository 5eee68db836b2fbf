use super::*;
use proptest::prelude::*;

fn any_text() -> impl Strategy<Value = String> {
    any::<String>()
        .prop_map(|text| text.replace('\0', ""))
        .prop_filter("not empty", |text| !text.is_empty())
}

proptest! {
    #[test]
    fn parts_survive_the_way_through_a_url(
        user in any_text(),
        password in any_text(),
        database in any_text(),
        hosts in prop::collection::vec(prop_oneof!["[a-z0-9][a-z0-9.-]{0,20}", Just("2001:db8::1".to_owned())], 1..4),
        port in 1_u16..,
        sslmode in any_text(),
    ) {
        let values = [
            ("HOST", hosts.join(",")),
            ("PORT", port.to_string()),
            ("USERNAME", user),
            ("PASSWORD", password),
            ("DB", database),
            ("SSLMODE", sslmode),
        ];
        let borrowed: Vec<_> = values.iter().map(|(key, value)| (*key, value.as_str())).collect();
        let url = composed(&postgres(), &borrowed).unwrap();
        let filled = postgres().fill(&url).unwrap();
        prop_assert!(filled.lacking.is_empty());
        for (key, value) in &filled.values[..filled.values.len() - 1] {
            let (_, expected) = values.iter().find(|(name, _)| *name == key.as_str()).unwrap();
            prop_assert_eq!(value.dangerously_expose(), expected);
        }
        prop_assert_eq!(filled.values.len(), values.len() + 1);
    }

    #[test]
    fn no_text_makes_an_error_that_repeats_it(secret in "[A-Za-z0-9]{12}", junk in "[@:/?#%\\[\\] ,=]{0,6}") {
        let url = format!("postgres://app:{secret}{junk}{secret}");
        let printed = match postgres().fill(&url) {
            Ok(filled) => format!("{filled:?}"),
            Err(error) => format!("{error} {error:?}"),
        };
        prop_assert!(!printed.contains(&secret));
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in any::<String>(), tail in any::<String>()) {
        let _ = postgres().fill(&text);
        let _ = postgres().fill(&format!("postgres://{tail}"));
    }
}
