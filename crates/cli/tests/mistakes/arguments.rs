//! Arguments that make no sense.

use super::{Machine, check, machine};

const HINT: &str = "Hint: values on the command line stay in the shell's history, and `ps` shows them. KEY=- asks for the value, \
    KEY=@FILE reads a file, KEY=env:NAME copies a variable\n";

#[test]
fn items_that_are_no_key_and_value() {
    let machine = machine();
    for (arguments, sentence) in [
        ("secret create db", "You need to specify at least one key for your secret."),
        (
            "secret create db hunter2",
            "Each item should be of the form <KEY>=VALUE, and item 1 has no equals sign. To be asked for a value, or to pipe it \
             in, use `<KEY>=-`; to read a file, `<KEY>=@FILE`",
        ),
        (
            "secret set db A= hunter2",
            "Each item should be of the form <KEY>=VALUE, and item 2 has no equals sign. To be asked for a value, or to pipe it \
             in, use `<KEY>=-`; to read a file, `<KEY>=@FILE`",
        ),
        ("secret create db =hunter2", "Invalid key in item 1: it has none"),
        ("secret create db 1A=hunter2", "Invalid key in item 1: it starts with a digit"),
        (
            "secret create db A= hunter2-x=y",
            "Invalid key in item 2: it has other characters than letters, digits and _",
        ),
        (
            "secret create db A=@hunter2",
            "A=@…: there is no such file. For a value that begins with @, use A=- and type it or pipe it in",
        ),
        (
            "secret create db A=@.",
            "A=@…: the file cannot be read (is a directory). For a value that begins with @, use A=- and type it or pipe it in",
        ),
        (
            "secret create db A=env:hunter2",
            "A=env:…: there is no such environment variable. For a value that begins with env:, use A=- and type it or pipe it \
             in",
        ),
        (
            "secret create db A=- B=-",
            "standard input is one value: give KEY=- once, and the others as KEY=@FILE or KEY=env:NAME",
        ),
    ] {
        check(&machine, arguments, 2, &format!("Error: {sentence}"));
    }
    let long = format!("secret create db {}=x", "K".repeat(257));
    check(
        &machine,
        &long,
        2,
        "Error: Invalid key in item 1: it has 257 bytes, and at most 256 fit",
    );
}

#[test]
fn names_that_are_none() {
    let machine = machine();
    let rule = "\n\nNames may contain only alphanumeric characters, dashes, periods, and underscores, at most 64 of them, and not \
        only periods.";
    for verb in ["create", "delete", "get", "history", "edit"] {
        let sentence = format!("Error: Invalid Secret name: 'has space'.{rule}");
        check(&machine, &format!("secret {verb} has␣space"), 2, &sentence);
    }
    for (arguments, name) in [
        ("secret create ../etc A=@x", "'../etc'"),
        ("secret create .. A=@x", "'..'"),
        ("secret rename db a/b", "'a/b'"),
        ("secret copy db --to prod --name a/b", "'a/b'"),
        ("secret set a\u{1b}[2Jb A=@x", "'a\u{fffd}[2Jb'"),
        ("run -s a/b -- true", "'a/b'"),
        ("import x.env -s a/b", "'a/b'"),
        ("template create --from-secret a/b", "'a/b'"),
    ] {
        check(&machine, arguments, 2, &format!("Error: Invalid Secret name: {name}.{rule}"));
    }
    let sentence = format!("Error: Invalid Secret name: it has 65 characters.{rule}");
    check(&machine, &format!("secret get {}", "x".repeat(65)), 2, &sentence);
    let sentence = "Error: the name of the secret is missing: it comes before 'PGPASSWORD=…'";
    check(&machine, "secret create PGPASSWORD=hunter2", 2, sentence);
}

#[test]
fn rotations_that_say_too_little() {
    let machine = machine();
    for (arguments, sentence) in [
        (
            "rotate db --key 1A",
            "that is no key: they have letters, digits and _, and do not start with a digit",
        ),
        ("rotate db -k A=hunter2", "keys alone are wanted here, without = and a value"),
        (
            "restore db --version 1 -k 1A",
            "that is no key: they have letters, digits and _, and do not start with a digit",
        ),
        ("schedule set db", "say when: --every DAYS, --on DAY or --expires DAY"),
        ("schedule template postgres", "say when: --every DAYS or --on DAY; or --remove"),
        (
            "schedule template a/b --every 9",
            "that is no template's id: they have letters, digits and dashes",
        ),
    ] {
        check(&machine, arguments, 2, &format!("Error: {sentence}"));
    }
    let more = "\n\nFor more information, try '--help'.";
    for (arguments, sentence) in [
        (
            "schedule set db --every 0",
            "invalid value '0' for '--every <DAYS>': expected a number of days, 1 or more",
        ),
        (
            "schedule set db --on 1.12.2026",
            "invalid value '1.12.2026' for '--on <DAY>': expected year, month and day, as in 2026-12-31",
        ),
    ] {
        check(&machine, arguments, 2, &format!("Error: {sentence}{more}"));
    }
}

#[test]
fn environments_that_are_none() {
    let machine = machine();
    let sentence = "Error: that is no name of an environment: they have letters, digits, dots, dashes and underscores, at most \
        64, and begin with a letter or digit";
    for arguments in [
        "secret list -e a/b",
        "secret list -e ",
        "secret copy db --to a␣b",
        "environment create .dev",
        "environment delete a/b",
        "token create ci --scope read -e a/b",
        "scan -e a/b",
        "rotate db -e a/b",
        "schedule set db --every 9 -e a/b",
        "secret readers db -e a/b",
        "secret diff a␣b/db",
    ] {
        check(&machine, arguments, 2, sentence);
    }
    let mut machine = Machine::new();
    machine.set("KEYLOFT_URL", "http://127.0.0.1:1");
    machine.set("KEYLOFT_ENVIRONMENT", "a/b");
    check(&machine, "secret list", 2, &sentence.replace("that is", "KEYLOFT_ENVIRONMENT: that is"));
}

#[test]
fn keys_that_are_none() {
    let machine = machine();
    let sentence =
        "Error: that is no key: they have letters, digits and _, and do not start with a digit";
    check(&machine, "secret get db 1A", 2, sentence);
    check(&machine, "secret unset db hunter2-x", 2, sentence);
    let sentence = "Error: keys alone are wanted here, without = and a value";
    check(&machine, "secret unset db A=hunter2", 2, sentence);
    let sentence = "Error: one value is printed at a time: name one key, or add --json";
    check(&machine, "secret get db A B", 2, sentence);
    for option in ["--only", "--required"] {
        let sentence = format!(
            "Error: {option}: keys have letters, digits and _, do not start with a digit, and are separated by commas"
        );
        check(&machine, &format!("run -s db {option} A;B -- true"), 2, &sentence);
    }
    check(
        &machine,
        "run -s db --allow-env LD-PRELOAD -- true",
        2,
        "Error: --allow-env takes the name of one key, such as PATH",
    );
}

#[test]
fn options_that_there_are_not() {
    let machine = machine();
    let help = "For more information, try '--help'.";
    for (arguments, sentence) in [
        (
            "secret delete db A=hunter2",
            "Error: unexpected argument 'A=…' found\n\nUsage: keyloft secret delete [OPTIONS] <SECRET_NAME>\n",
        ),
        (
            "whoami hunter",
            "Error: unexpected argument 'hunter' found\n\nUsage: keyloft whoami [OPTIONS]\n",
        ),
        (
            "secret --json",
            "Error: unexpected argument '--json' found\n\nUsage: keyloft secret [OPTIONS] <COMMAND>\n",
        ),
        (
            "token create ci",
            "Error: the following required arguments were not provided:\n  --scope <SCOPE>\n\nUsage: keyloft token create --scope <SCOPE> <NAME>\n",
        ),
        (
            "token create ci --scope all",
            "Error: invalid value 'all' for '--scope <SCOPE>': expected read, list, write, rotate or admin\n",
        ),
        (
            "secret create db --kind open A=@x",
            "Error: invalid value 'open' for '--kind <KIND>': expected hidden, plain or write-only\n",
        ),
        (
            "notifications --reminders hourly",
            "Error: invalid value 'hourly' for '--reminders <HOW OFTEN>': expected daily, weekly or off\n",
        ),
        (
            "webhook create https://a.example --event secret.read",
            "Error: invalid value 'secret.read' for '--event <EVENT>': expected member.changed, rotation.due, \
             rotation.failed, secret.changed, secret.deleted, secret.expiring, secret.rotated or token.expiring\n",
        ),
        (
            "rotator create db --kind magic --key A",
            "Error: invalid value 'magic' for '--kind <KIND>': expected generated, postgres or webhook\n",
        ),
        (
            "rotator create db --kind postgres --key A --admin hunter",
            "Error: invalid value 'hunter' for '--admin <ENVIRONMENT/SECRET/KEY>': expected ENVIRONMENT/SECRET/KEY, such as prod/admin/DATABASE_URL\n",
        ),
        (
            "secret restore db two",
            "Error: invalid value 'two' for '[VERSION]': invalid digit found in string\n",
        ),
        (
            "run -s db --max-age 3x -- true",
            "Error: invalid value '3x' for '--max-age <TIME>': expected a number and a unit: 30s, 10m, 24h, 7d\n",
        ),
        (
            "run -s db --watch --watch-signal KILL -- true",
            "Error: invalid value 'KILL' for '--watch-signal <SIGNAL>': expected HUP, INT, TERM, USR1, USR2 or WINCH\n",
        ),
        (
            "run -s db --offline --watch -- true",
            "Error: the argument '--offline' cannot be used with '--watch'\n\nUsage: keyloft run --secret <NAME> --offline <COMMAND>...\n",
        ),
    ] {
        let arguments: Vec<_> = arguments.split(' ').collect();
        let told = machine.run(&arguments);
        assert_eq!(told.code, Some(2), "{arguments:?}");
        assert!(told.err.starts_with(sentence), "{arguments:?}: {}", told.err);
        assert!(told.err.contains(help), "{arguments:?}: {}", told.err);
        assert!(!told.err.contains(super::SECRET), "{arguments:?}");
    }
}

#[test]
fn a_secret_named_like_an_option() {
    let machine = machine();
    // A name may begin with a dash, and stands after -- then. It is asked for, so that it was understood.
    let sentence = "Error: cannot reach http://127.0.0.1:1: Connection refused (os error 111)";
    check(&machine, "secret get -- -x", 1, sentence);
    check(
        &machine,
        "secret create -- --force A=@token",
        2,
        "Error: A=@…: there is no such file. For a value that begins with @, use A=- and type it or pipe it in",
    );
    let told = machine.run(&["secret", "create", "--PASSWORD=hunter2"]);
    assert_eq!(told.code, Some(2));
    assert!(
        told.err.starts_with("Error: unexpected argument '--PASSWORD' found\n"),
        "{}",
        told.err
    );
    assert!(!told.err.contains("hunter2"), "{}", told.err);
}

#[test]
fn a_value_in_the_arguments_earns_one_hint() {
    let machine = machine();
    let refused = "Error: cannot reach http://127.0.0.1:1: Connection refused (os error 111)";
    check(&machine, "secret create db A=hunter2 B=hunter2", 1, &format!("{HINT}{refused}"));
    check(&machine, "secret create db A=", 1, refused);
}

#[test]
fn the_same_key_twice() {
    let machine = machine();
    machine.write("more.json", r#"{"A":"3"}"#);
    let sentence = "Hint: given more than once, and the last value counts: A, A\n\
        Error: cannot reach http://127.0.0.1:1: Connection refused (os error 111)";
    check(&machine, "secret create db A=env:HOME A= --from-json more.json", 1, sentence);
}

#[test]
fn other_arguments() {
    let machine = machine();
    for (arguments, sentence) in [
        ("secret diff db@x", "what follows the @ is the number of a version, as in NAME@3"),
        ("secret list --tag a/b", "that is no tag: they are written as names of secrets are"),
        (
            "token revoke x",
            "that is no token's id: ids have 11 letters and digits, and keyloft token list shows them",
        ),
        (
            "webhook test x",
            "that is no webhook's id: they begin with whk_, and keyloft webhook list shows them",
        ),
        (
            "webhook redeliver whk_00000000000000000000000000000001 x",
            "that is no message's id: they begin with dlv_, and keyloft webhook deliveries shows them",
        ),
        (
            "rotator run x",
            "that is no rotator's id: they begin with rot_, and keyloft rotator list shows them",
        ),
        (
            "rotator create db -e dev --kind webhook --key A --signing-secret-file nothing",
            "--signing-secret-file: there is no file nothing",
        ),
        (
            "token rotate kl_st_x",
            "this is a whole token; its id is the 11 characters after kl_st_. It now stands in your shell's history",
        ),
        (
            "profile use work",
            "there is no profile 'work'; there are none: make one with keyloft login URL",
        ),
        ("run -s db", "no program to run was named: keyloft run -s NAME -- COMMAND"),
        (
            "run -- true",
            "no secret was named: add -s NAME, or name the project's secrets in a keyloft.toml",
        ),
        (
            "export --format json",
            "no secret was named: add -s NAME, or name the project's secrets in a keyloft.toml",
        ),
        (
            "scan no-such-folder",
            "cannot look through no-such-folder: No such file or directory (os error 2)",
        ),
    ] {
        check(&machine, arguments, 2, &format!("Error: {sentence}"));
    }
    let many = format!("run{} -- true", " -s a".repeat(33));
    check(&machine, &many, 2, "Error: 33 secrets were named, and at most 32 are taken at once");
}

#[test]
fn roles_and_grants_that_are_none() {
    let machine = machine();
    for (arguments, sentence) in [
        (
            "member invite a@b --role boss",
            "Error: invalid value 'boss' for '--role <ROLE>': expected owner, admin, developer, viewer or auditor\n",
        ),
        (
            "member role a@b Owner",
            "Error: invalid value 'Owner' for '<ROLE>': expected owner, admin, developer, viewer or auditor\n",
        ),
        (
            "workspace require-factor boss",
            "Error: no such role: expected owner, admin, developer, viewer, auditor or none\n",
        ),
        (
            "member grant a@b --may all -e prod",
            "Error: invalid value 'all' for '--may <GRANT>': expected see, reveal or write\n",
        ),
        (
            "member grant a@b",
            "Error: the following required arguments were not provided:\n  --env <ENVIRONMENT>\n",
        ),
    ] {
        let arguments: Vec<_> = arguments.split(' ').collect();
        let told = machine.run(&arguments);
        assert_eq!(told.code, Some(2), "{arguments:?}");
        assert!(told.err.starts_with(sentence), "{arguments:?}: {}", told.err);
    }
    let sentence = "Error: --may needs --env: it is about one environment";
    check(&machine, "member grant a@b --may see --limit", 2, sentence);
}

#[test]
fn questions_to_the_audit_log_that_make_no_sense() {
    let machine = machine();
    for (arguments, option, value, sentence) in [
        (
            "audit list --class secrets",
            "--class <CLASS>",
            "secrets",
            "expected access, changes, reads, refusals or sign-ins",
        ),
        ("audit list --outcome ok", "--outcome <OUTCOME>", "ok", "expected done or denied"),
        (
            "audit list --from yesterday",
            "--from <TIME>",
            "yesterday",
            "expected a time such as 2026-03-01T12:00:00Z, or 7d, 12h",
        ),
        (
            "audit tail --to 7w",
            "--to <TIME>",
            "7w",
            "expected a time such as 2026-03-01T12:00:00Z, or 7d, 12h",
        ),
        ("audit export --format xml", "--format <FORMAT>", "xml", "expected jsonl or csv"),
        ("audit tail --every 0", "--every <SECONDS>", "0", "0 is not in 1..=3600"),
        ("audit retention --reads 4000", "--reads <DAYS>", "4000", "4000 is not in 0..=3650"),
        ("audit show first", "<NUMBER>", "first", "invalid digit found in string"),
    ] {
        let sentence = format!(
            "Error: invalid value '{value}' for '{option}': {sentence}\n\nFor more information, try '--help'."
        );
        check(&machine, arguments, 2, &sentence);
    }
    machine.write("there.jsonl", "");
    check(
        &machine,
        "audit export --out there.jsonl",
        1,
        "Error: there.jsonl: the file cannot be written (File exists (os error 17))",
    );
}
