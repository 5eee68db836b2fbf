//! Values of every kind come back as they went in, by every way out.

use std::os::unix::fs::PermissionsExt;

use crate::{Server, fails, tells};

#[test]
fn awkward_values_survive() {
    let server = Server::start();
    let machine = server.machine();
    let big = "0123456789abcdef".repeat(4096);
    let values = [
        ("EQUALS", "a=b==c"),
        ("QUOTES", "it's \"quoted\" `here`"),
        ("DOLLAR", "p$ssword ${HOME} $(id)"),
        ("LINES", "-----BEGIN KEY-----\nabc\n-----END KEY-----\n"),
        ("CRLF", "a\r\nb"),
        ("EMOJI", "naïve 🔑 ключ"),
        ("BLANKS", "  spaces around  "),
        ("BACKSLASH", r"C:\new\table"),
        ("EMPTY", ""),
        ("BIG", &big),
    ];
    let json = serde_json::to_string(
        &values.iter().copied().collect::<std::collections::BTreeMap<_, _>>(),
    )
    .unwrap();
    machine.write("values.json", &json);
    let told = machine.run(&["secret", "create", "awkward", "--from-json", "values.json"]);
    assert_eq!((told.code, told.err.as_str()), (Some(0), ""));

    for (key, value) in values {
        tells(&machine.run(&["secret", "get", "awkward", key]), value);
        let print = format!("printf %s \"${key}\"");
        tells(
            &machine.run(&["run", "-s", "awkward", "--no-mask", "--", "sh", "-c", &print]),
            value,
        );
    }
    let exported = machine.run(&["export", "-s", "awkward", "--format", "json"]).out;
    let back: serde_json::Value = serde_json::from_str(&exported).unwrap();
    assert_eq!(back, serde_json::from_str::<serde_json::Value>(&json).unwrap());
    let script = machine.run(&["export", "-s", "awkward", "--format", "shell"]).out;
    machine.write("script", script + "printf %s \"$QUOTES|$LINES|$DOLLAR\"\n");
    let output =
        std::process::Command::new("sh").arg(machine.home().join("script")).output().unwrap();
    let expected = format!("{}|{}|{}", values[1].1, values[3].1, values[2].1);
    assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);

    // A file for its owner alone, whatever the umask.
    let told = machine.run(&[
        "export", "-s", "awkward", "--only", "EQUALS", "--format", "dotenv", "-o", "out.env",
    ]);
    fails(&told, 0, "Wrote 1 key to out.env");
    let path = machine.home().join("out.env");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "EQUALS='a=b==c'\n");
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    fails(
        &machine.run(&["export", "-s", "awkward", "--only", "LINES,EQUALS", "--format", "docker"]),
        1,
        "Error: A Docker env file cannot hold LINES: the value has several lines",
    );
}

#[test]
fn arguments_take_values_with_everything_in_them() {
    let server = Server::start();
    let machine = server.machine();
    let told = machine.run(&[
        "secret",
        "create",
        "db",
        "URL=postgres://u:p@h/d?a=b&c='$x'",
        "TEXT=a\nb 🔑",
    ]);
    assert_eq!(told.code, Some(0), "{}", told.err);
    tells(&machine.run(&["secret", "get", "db", "URL"]), "postgres://u:p@h/d?a=b&c='$x'");
    tells(&machine.run(&["secret", "get", "db", "TEXT"]), "a\nb 🔑");
    machine.write("key.pem", "-----BEGIN-----\nx\n-----END-----\n");
    machine.write("token", "one line\n");
    tells(
        &machine.run(&["secret", "set", "db", "PEM=@key.pem", "TOKEN=@token"]),
        "Secret 'db' is at version 2: added 'PEM', 'TOKEN'\n",
    );
    tells(&machine.run(&["secret", "get", "db", "PEM"]), "-----BEGIN-----\nx\n-----END-----\n");
    tells(&machine.run(&["secret", "get", "db", "TOKEN"]), "one line");
}

#[test]
fn what_is_too_big_changes_nothing() {
    let server = Server::start();
    let machine = server.machine();
    crate::make(&machine, "db", &[("A", "one")]);
    machine.write("big", "x".repeat(64 * 1024 + 1));
    for command in [["set", "db", "A=@big"], ["create", "other", "A=@big"]] {
        let told = machine.run(&[&["secret"], &command[..]].concat());
        assert_eq!(told.code, Some(1), "{command:?}");
        assert!(
            told.err.contains("Too long by 1 bytes: 65537, and at most 65536 fit"),
            "{}",
            told.err
        );
        assert!(!told.err.contains("xxx"), "{}", told.err);
    }
    tells(&machine.run(&["secret", "get", "db", "A"]), "one");
    fails(
        &machine.run(&["secret", "get", "other"]),
        1,
        "Error: Secret 'other' not found in environment 'dev'",
    );
    machine.write("nul", b"a\0b");
    let told = machine.run(&["secret", "set", "db", "A=@nul"]);
    assert!(told.code == Some(1) && told.err.contains("NUL"), "{told:?}");
}

#[test]
fn imports_keep_what_is_there() {
    let server = Server::start();
    let machine = server.machine();
    machine.write("x.env", "A=1\nB=\"two\"\n");
    let told = machine.run(&["import", "x.env", "-s", "db"]);
    let question = "Create the secret 'db' in environment 'dev'? [y/N]:\nAborted: no interactive terminal detected. Rerun with \
        --yes (-y) to skip confirmation.";
    fails(&told, 1, question);
    assert!(
        machine
            .run(&["import", "x.env", "-s", "db", "-y"])
            .out
            .ends_with("Secret 'db' is at version 1\n")
    );
    machine.write("y.json", r#"{"B":"three","C":"4"}"#);
    let told = machine.run(&["import", "y.json", "-s", "db", "-y"]);
    tells(
        &told,
        "   Key  What happens\n~  B    gets the file's value\n+  C    is added\n   A    stays\nSecret 'db' is at version 2\n",
    );
    tells(&machine.run(&["secret", "get", "db", "A"]), "1");
    let told = machine.run(&["import", "y.json", "-s", "db", "-y", "--replace"]);
    assert!(told.out.contains("-  A    is taken away\n"), "{}", told.out);
    fails(&machine.run(&["secret", "get", "db", "A"]), 1, "Error: Secret 'db' has no key A");
}
