use super::*;

#[test]
fn filled_parts_make_a_url() {
    let login = [("USERNAME", "app"), ("PASSWORD", "p@s/s")];
    let with = |rest: &[(&'static str, &'static str)]| [&login[..], rest].concat();
    for (fill, values, expected) in [
        (
            postgres(),
            with(&[("HOST", "db"), ("PORT", "5432"), ("DB", "shop"), ("SSLMODE", "require")]),
            "postgresql://app:p%40s%2Fs@db:5432/shop?sslmode=require",
        ),
        (postgres(), vec![("HOST", "::1"), ("SSLMODE", "")], "postgresql://[::1]"),
        (postgres(), vec![("HOST", "a,::1"), ("PORT", "1,2")], "postgresql://a:1,[::1]:2"),
        (postgres(), vec![("HOST", "a,b"), ("PORT", "1")], "postgresql://a:1,b:1"),
        (mongodb(), with(&[("HOST", "c.net")]), "mongodb+srv://app:p%40s%2Fs@c.net"),
        (mongodb(), with(&[("HOST", "c.net"), ("PORT", "1")]), "mongodb://app:p%40s%2Fs@c.net:1"),
        (redis(), vec![("HOST", "c"), ("PASSWORD", "pw"), ("DB", "0")], "rediss://:pw@c/0"),
        (clickhouse(), vec![("HOST", "c"), ("TLS", "false")], "http://c"),
        (clickhouse(), vec![("HOST", "c"), ("TLS", "true")], "https://c"),
        (sql_server(), vec![("HOST", "c"), ("DB", "shop")], "sqlserver://c?database=shop"),
    ] {
        assert_eq!(composed(&fill, &values).as_deref(), Some(expected));
    }
    let strict = ConnectionFill { always: Some("sslaccept=strict".into()), ..postgres() };
    assert_eq!(
        composed(&strict, &[("HOST", "db"), ("SSLMODE", "require")]).as_deref(),
        Some("postgresql://db?sslaccept=strict&sslmode=require")
    );
    assert_eq!(composed(&postgres(), &login), None);
}
