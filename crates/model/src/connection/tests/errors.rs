use super::*;

#[test]
fn wrong_urls_say_what_is_wrong() {
    use ConnectionError::{BadHost, BadPort, NoHost, NotAUrl, UnescapedCharacter};
    for (url, error) in [
        ("", NotAUrl),
        ("db.example.com", NotAUrl),
        ("host=db user=app password=hunter2", NotAUrl),
        ("postgres:/db/hunter2", NotAUrl),
        ("DATABASE_URL=postgres://app:hunter2@db/shop", NotAUrl),
        ("postgres://app:hunter2@db/shop\nNEXT=1", NotAUrl),
        ("postgres://", NoHost),
        ("postgres:///shop", NoHost),
        ("postgres://app:hunter2@/shop", NoHost),
        ("postgres://app:hunter2@a,,b/shop", NoHost),
        ("postgres://app:hunter2@:5432/shop", NoHost),
        ("postgres://app:hunter2@<host>/shop", BadHost),
        ("postgres://app:hunter2@[YOUR-HOST]/shop", BadHost),
        ("postgres://app:hunter2@2001:db8::1/shop", BadHost),
        ("postgres://app:hunter2@[::1/shop", BadHost),
        ("postgres://app:hunter2@[::1]5432/shop", BadHost),
        ("postgres://app:hunter2@db:port/shop", BadPort),
        ("postgres://app:hunter2@db:0/shop", BadPort),
        ("postgres://app:hunter2@db:65536/shop", BadPort),
        ("postgres://app:hunter2@db:+1/shop", BadPort),
        ("postgres://app:hunter/2@db/shop", UnescapedCharacter),
        ("postgres://app:hunter?2@db/shop", UnescapedCharacter),
        ("postgres://app:hunter#2@db/shop", UnescapedCharacter),
        ("postgres://app:1/hunter2=@db/shop", UnescapedCharacter),
        ("postgres://app:hunter?2=@db/shop", UnescapedCharacter),
        ("postgres://app:hun@ter/2@db/shop", UnescapedCharacter),
    ] {
        assert_eq!(postgres().fill(url).unwrap_err(), error, "{url}");
    }
}

#[test]
fn wrong_encodings_name_their_part() {
    for (url, part) in [
        ("postgres://app:hunter%2@db/shop", "password"),
        ("postgres://app:100%@db/shop", "password"),
        ("postgres://app:%FF@db/shop", "password"),
        ("postgres://app:%00@db/shop", "password"),
        ("postgres://a%zz:hunter2@db/shop", "user"),
        ("postgres://app:hunter2@db/sh%op", "database"),
        ("postgres://app:hunter2@db/shop?a=%", "part after the question mark"),
    ] {
        let expected = format!(
            "The {part} has a % that does not begin an encoded character. A % itself is written %25."
        );
        assert_eq!(postgres().fill(url).unwrap_err().to_string(), expected, "{url}");
    }
}

#[test]
fn the_url_of_another_service_says_which_one_is_expected() {
    let error = postgres().fill("mysql://app:hunter2@db/shop").unwrap_err();
    assert_eq!(
        error.to_string(),
        "This URL is for another kind of server. Expected one that starts with postgresql://, postgres://."
    );
}

#[test]
fn parts_and_fills_do_not_print_what_they_hold() {
    let url = "postgres://app:hunter2@db/shop?password=hunter2";
    let parts = ConnectionParts::parse(url).unwrap();
    let printed = format!("{parts:?} {:?}", postgres().fill(url).unwrap());
    assert!(!printed.contains("hunter2"), "{printed}");
}
