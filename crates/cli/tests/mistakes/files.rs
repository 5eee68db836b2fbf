//! Files that are not there, or not what they should be.

use super::{check, machine};

#[test]
fn dotenv_files() {
    let machine = machine();
    let get = "secret create db --from-dotenv x.env";
    check(
        &machine,
        get,
        2,
        "Error: Could not read .env file at x.env: No such file or directory (os error 2)",
    );
    for (contents, why) in [
        ("=hunter2", "line 1 has no key before the equals sign"),
        ("A=1\nhunter2: x", "line 2 is no KEY=value: write the key, an equals sign and the value"),
        (
            "A='hunter2",
            "line 1 opens a ' that is never closed: close it, or quote the value with \"",
        ),
        ("1A=hunter2", "line 1: a key does not start with a digit"),
        ("A.B=hunter2", "line 1: a key is made of letters, digits and _"),
        (
            "=x\n=y",
            "\n  line 1 has no key before the equals sign\n  line 2 has no key before the equals sign",
        ),
    ] {
        machine.write("x.env", contents);
        check(&machine, get, 2, &format!("Error: Could not parse .env file at x.env: {why}"));
    }
    machine.write("x.env", b"A=\xff");
    let sentence =
        "Error: Could not parse .env file at x.env: line 1 is not UTF-8; save the file as UTF-8";
    check(&machine, get, 2, sentence);
    machine.write("x.env", "# nothing\n");
    check(&machine, get, 2, "Error: You need to specify at least one key for your secret.");
}

#[test]
fn json_files() {
    let machine = machine();
    let get = "secret create db --from-json x.json";
    check(
        &machine,
        get,
        2,
        "Error: Could not read JSON file at x.json: No such file or directory (os error 2)",
    );
    for (contents, why) in [
        ("", "Could not parse JSON file at x.json: line 1, column 0 is not JSON"),
        (r#"{"A":"hunter2""#, "Could not parse JSON file at x.json: line 1, column 14 is not JSON"),
        (r#""hunter2""#, "Could not parse JSON file at x.json: it is not one object"),
        (r#"["hunter2"]"#, "Could not parse JSON file at x.json: it is not one object"),
        (r#"{"A":1}"#, "Non-string value for secret 'A'"),
        (r#"{"A":null}"#, "Non-string value for secret 'A'"),
        (r#"{"A":{"B":"hunter2"}}"#, "Non-string value for secret 'A'"),
        (r#"{"":"hunter2"}"#, "Invalid key: ''"),
        (r#"{"A-B":"hunter2"}"#, "Invalid key: 'A-B'"),
        ("{}", "You need to specify at least one key for your secret."),
    ] {
        machine.write("x.json", contents);
        check(&machine, get, 2, &format!("Error: {why}"));
    }
}

#[test]
fn values_that_are_no_text() {
    let machine = machine();
    machine.write("key", b"\xff\xfe");
    let sentence = "not UTF-8 text. Encode binary values, as base64 say";
    check(&machine, "secret set db A=@key", 2, &format!("Error: A=@…: {sentence}"));
    let told = machine.run_with_input(&["secret", "set", "db", "A=-"], b"\xff");
    assert_eq!((told.code, told.err), (Some(2), format!("Error: A=-: {sentence}\n")));
}

#[test]
fn projects() {
    let machine = machine();
    let example = "It looks like this:\n\n[project]\nenvironment = \"dev\"\nsecrets = [\"postgres\", \"huggingface\"]\n\
        required = [\"PGHOST\", \"HF_TOKEN\"]";
    check(
        &machine,
        "check",
        1,
        "Error: there is no keyloft.toml here or in a folder above, up to the root of the repository",
    );
    check(&machine, "check x.toml", 1, "Error: there is no x.toml");
    let path = machine.home().canonicalize().unwrap().join("keyloft.toml");
    let path = path.display();
    for (contents, why) in [
        ("project = 1", "line 1: invalid type: integer `1`, expected a table [project]"),
        (
            "[project]\nenv = \"dev\"",
            "line 2: unknown field `env`, expected one of `environment`, `secrets`, `required`",
        ),
        ("[project]\nsecrets = [\"a b\"]", "line 2: 'a b' is no name of a secret"),
        ("[project]\n\nrequired = [\"A-B\"]", "line 3: 'A-B' is no key"),
    ] {
        machine.write("keyloft.toml", contents);
        check(&machine, "check", 1, &format!("Error: {path}, {why}. {example}"));
    }
    machine.write("keyloft.toml", "[project]\nrequired = [\"A\"]\n");
    check(
        &machine,
        "check",
        1,
        &format!("Error: {path} names no secrets: secrets = [\"postgres\"]"),
    );
}

#[test]
fn imports_show_what_they_would_do_and_send_nothing() {
    let machine = machine();
    machine.write("x.env", "A=\"hunter2\"\nB=x$y\n");
    let told = machine.run(&["import", "x.env"]);
    assert_eq!((told.code, told.err.as_str()), (Some(0), ""));
    for line in [
        "  line 1, A: docker --env-file keeps the quotes",
        "+  A    is new",
        "Nothing was sent anywhere. To keep these keys: add -s NAME",
    ] {
        let is_there = told.out.lines().any(|told| told.starts_with(line));
        assert!(is_there, "{line:?} is not in:\n{}", told.out);
    }
    assert!(!told.out.contains("hunter2"), "{}", told.out);
    let refused = "Error: cannot reach http://127.0.0.1:1: Connection refused (os error 111)";
    let told = machine.run(&["import", "x.env", "-s", "db", "--yes"]);
    assert_eq!((told.code, told.err), (Some(1), format!("{refused}\n")));
    check(
        &machine,
        "import no.env",
        2,
        "Error: Could not read .env file at no.env: No such file or directory (os error 2)",
    );
}

#[test]
fn nowhere_to_write() {
    let machine = machine();
    machine.write("file", "");
    check(
        &machine,
        "man file/x",
        1,
        "Error: cannot write into file/x: Not a directory (os error 20)",
    );
}

#[test]
fn staged_files_of_no_repository() {
    let mut machine = machine();
    machine.set("GIT_CEILING_DIRECTORIES", "/");
    check(&machine, "scan --staged", 1, "Error: --staged is for a folder in a git repository");
}

#[test]
fn template_files_that_are_none() {
    let machine = machine();
    machine.write("broken.json", "{");
    for (file, why) in [
        ("nowhere.json", "No such file or directory (os error 2)"),
        ("broken.json", "this is no template: EOF while parsing an object at line 1 column 1"),
    ] {
        let sentence = format!("Error: {file}: {why}");
        check(&machine, &format!("template create --file {file}"), 1, &sentence);
    }
}
