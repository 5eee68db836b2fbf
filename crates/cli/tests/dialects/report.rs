//! What a person is told about a file that not everyone reads alike.

#[test]
fn a_plain_file_is_read_alike_by_everyone() {
    let file = "# c\n\nA=1\r\nB=https://example.org/?a=b\nC=\n";
    assert_eq!(report(file), [""; 0]);
}

#[test]
fn each_reader_is_named_with_what_it_does() {
    let rows: [(&str, &[&str]); 11] = [
        ("K=\"q\"", &["docker --env-file keeps the quotes"]),
        ("K=trail   ", &["docker --env-file keeps the blanks around the value"]),
        ("K=hello world", &["dotenvy (Rust) refuses it"]),
        ("K=v # c", &["docker --env-file takes the comment for a part of the value"]),
        (
            "K=v#c",
            &["dotenv (Node.js) cuts the value at a #", "node --env-file cuts the value at a #"],
        ),
        (
            "K=${A}-x",
            &[
                "python-dotenv expands ${A}",
                "dotenvy (Rust) expands ${A}",
                "Docker Compose expands ${A}",
            ],
        ),
        (
            "K=p$ssword",
            &["dotenvy (Rust) expands what follows a $", "Docker Compose expands what follows a $"],
        ),
        (
            r#"K="a\"b""#,
            &[
                "dotenv (Node.js) reads the backslashes otherwise",
                "node --env-file reads the backslashes otherwise",
                "docker --env-file keeps the quotes",
            ],
        ),
        (
            "K=`a b`",
            &[
                "dotenv (Node.js) removes the backticks",
                "node --env-file removes the backticks",
                "dotenvy (Rust) refuses it",
            ],
        ),
        ("K=\u{feff}x", &["dotenv (Node.js) removes the blanks around the value"]),
        ("export K=v", &["docker --env-file refuses it"]),
    ];
    for (line, expected) in rows {
        let expected: Vec<_> = expected.iter().map(|it| format!("line 2, K: {it}")).collect();
        assert_eq!(report(&format!("A=plain\n{line}\n")), expected, "{line}");
    }
}

#[test]
fn lines_that_only_some_readers_take_are_named_too() {
    assert_eq!(
        report("J: v\nN\nL=\"one\ntwo\"\nL=2\n"),
        [
            "line 1: dotenv (Node.js) reads a value here",
            "line 1: node --env-file reads a value here",
            "line 1: dotenvy (Rust) refuses it",
            "line 1: docker --env-file refuses it",
            "line 1: Docker Compose reads a value here",
            "line 2: dotenvy (Rust) refuses it",
            "line 2: docker --env-file takes the value from its environment",
            "line 2: Docker Compose takes the value from its environment",
            "line 3, L: node --env-file drops the line",
            "line 3, L: docker --env-file keeps the quotes",
            "line 4: docker --env-file reads a value here",
            "line 5, L: dotenvy (Rust) keeps the first value of this key",
        ]
    );
}

#[test]
fn no_value_is_shown() {
    for statement in crate::corpus::STATEMENTS {
        let statement = statement.replace("p$ssword", "hunter2$hunter2 # hunter2");
        for said in report(&format!("{statement}\nhunter2\nhunter2: hunter2\n")) {
            assert!(!said.contains("hunter2"), "{said}");
        }
    }
}

/// What is said of this file, a line for each difference.
fn report(file: &str) -> Vec<String> {
    envfile::differences(file.as_bytes()).unwrap().iter().map(ToString::to_string).collect()
}
