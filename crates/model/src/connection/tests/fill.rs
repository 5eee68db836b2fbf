use super::*;

/// The values of a fill as `KEY=value`, without the whole URL, in the order of the parts.
fn filled(fill: &ConnectionFill, url: &str) -> String {
    let values = fill.fill(url).unwrap().values;
    let parts = values.iter().filter(|(key, _)| key.as_str() != "URL");
    let pairs = parts.map(|(key, value)| format!("{key}={}", value.dangerously_expose()));
    pairs.collect::<Vec<_>>().join(" ")
}

#[test]
fn a_pasted_url_fills_the_parts() {
    for (fill, url, expected) in [
        (
            postgres(),
            "postgresql://app:secret@db.example.com:6543/shop?sslmode=require",
            "HOST=db.example.com PORT=6543 USERNAME=app PASSWORD=secret DB=shop SSLMODE=require",
        ),
        (postgres(), "postgres://db/shop", "HOST=db PORT=5432 DB=shop"),
        (postgres(), "POSTGRES://db", "HOST=db PORT=5432"),
        (postgres(), "postgresql+asyncpg://db/shop", "HOST=db PORT=5432 DB=shop"),
        (postgres(), "  'postgres://db/shop'\n", "HOST=db PORT=5432 DB=shop"),
        (
            postgres(),
            "jdbc:postgresql://db/shop?user=app&password=s%26t&sslMode=disable",
            "HOST=db PORT=5432 USERNAME=app PASSWORD=s&t DB=shop SSLMODE=disable",
        ),
        (
            postgres(),
            "postgresql://u%40corp:p%2Fa%3Fs%23s%25%3A@db/shop",
            "HOST=db PORT=5432 USERNAME=u@corp PASSWORD=p/a?s#s%: DB=shop",
        ),
        // An @ in the password is the commonest mistake, and harmless: no host has one.
        (
            postgres(),
            "postgres://app:p@ss@w@db/shop",
            "HOST=db PORT=5432 USERNAME=app PASSWORD=p@ss@w DB=shop",
        ),
        (
            postgres(),
            "postgres://app:a:b:c@db/shop",
            "HOST=db PORT=5432 USERNAME=app PASSWORD=a:b:c DB=shop",
        ),
        (
            postgres(),
            "postgres://app:pä+ß@db/shop",
            "HOST=db PORT=5432 USERNAME=app PASSWORD=pä+ß DB=shop",
        ),
        (
            postgres(),
            "postgres://app:pw@[2001:db8::1]:5433/shop",
            "HOST=2001:db8::1 PORT=5433 USERNAME=app PASSWORD=pw DB=shop",
        ),
        (postgres(), "postgres://[::1]/shop", "HOST=::1 PORT=5432 DB=shop"),
        (postgres(), "postgres://[fe80::1%25eth0]:1/", "HOST=fe80::1%eth0 PORT=1"),
        (postgres(), "postgres://a:1,b:2,[::1]:3/shop", "HOST=a,b,::1 PORT=1,2,3 DB=shop"),
        (postgres(), "postgres://a,b/shop", "HOST=a,b PORT=5432 DB=shop"),
        (postgres(), "postgres://a:1,b/shop", "HOST=a,b PORT=1,5432 DB=shop"),
        (postgres(), "postgres://%2Fvar%2Frun/shop", "HOST=/var/run PORT=5432 DB=shop"),
        (postgres(), "postgresql:///shop?host=db&port=5433", "HOST=db PORT=5433 DB=shop"),
        (postgres(), "postgres://db:/shop?application_name=a@b", "HOST=db PORT=5432 DB=shop"),
        (
            mongodb(),
            "mongodb+srv://app:pw@cluster0.abcde.mongodb.net/shop?retryWrites=true&w=majority",
            "HOST=cluster0.abcde.mongodb.net USERNAME=app PASSWORD=pw DB=shop",
        ),
        (
            mongodb(),
            "mongodb://app:pw@a:27017,b:27017/?replicaSet=r",
            "HOST=a,b PORT=27017 USERNAME=app PASSWORD=pw",
        ),
        (redis(), "rediss://:pw@cache:6380/2", "HOST=cache PORT=6380 PASSWORD=pw DB=2"),
        (redis(), "redis://cache", "HOST=cache PORT=6379"),
        (clickhouse(), "https://ch.example.com", "HOST=ch.example.com PORT=8443 TLS=true"),
        (
            clickhouse(),
            "http://default:@ch:8123/?database=logs",
            "HOST=ch PORT=8123 USERNAME=default DB=logs TLS=false",
        ),
        (
            sql_server(),
            "sqlserver://sa:pw@db:1433?database=shop",
            "HOST=db PORT=1433 USERNAME=sa PASSWORD=pw DB=shop",
        ),
        (
            sql_server(),
            "sqlserver://sa:pw@db/shop",
            "HOST=db PORT=1433 USERNAME=sa PASSWORD=pw DB=shop",
        ),
    ] {
        assert_eq!(filled(&fill, url), expected, "{url}");
    }
}

#[test]
fn the_whole_url_is_filled_as_it_was_pasted() {
    let filled = postgres().fill(" \"postgres://app:p@ss@db/shop\" ").unwrap();
    let (key, value) = filled.values.last().unwrap();
    assert_eq!(key.as_str(), "URL");
    assert_eq!(value.dangerously_expose(), "postgres://app:p@ss@db/shop");
}

#[test]
fn what_a_url_does_not_say_is_reported() {
    use ConnectionPart::{Database, Password, User};
    for (fill, url, lacking) in [
        (postgres(), "postgres://db", vec![User, Password, Database]),
        (postgres(), "postgres://app@db/shop", vec![Password]),
        (postgres(), "postgres://app:@db/shop", vec![Password]),
        (redis(), "redis://:pw@cache/0", vec![User]),
        (sql_server(), "sqlserver://sa:pw@db", vec![Database]),
        (mongodb(), "mongodb+srv://app:pw@cluster/shop", vec![]),
    ] {
        assert_eq!(fill.fill(url).unwrap().lacking, lacking, "{url}");
    }
}
