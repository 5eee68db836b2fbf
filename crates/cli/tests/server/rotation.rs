//! Rotation from the command line.

use crate::{Server, fails, make, tells};

#[test]
fn a_secret_is_rotated_and_its_readers_are_followed_until_they_have_moved() {
    let server = Server::start();
    let machine = server.machine();
    make(&machine, "db", &[("PASSWORD", "p1"), ("USER", "u1")]);
    let told = machine.run(&["secret", "readers", "db"]);
    assert_eq!(told.out.lines().count(), 3, "nobody yet: {}", told.out);
    tells(&machine.run(&["secret", "get", "db", "PASSWORD"]), "p1");

    fails(
        &machine.run(&["rotate", "db"]),
        2,
        "Error: no new value for PASSWORD, USER. Give values as KEY=- or KEY=@FILE, or have the server make them with --generate",
    );
    fails(
        &machine.run(&["rotate", "db", "-k", "OTHER"]),
        1,
        "Error: Secret 'db' has no key OTHER. Nothing was changed",
    );
    let same = machine.run_with_input(&["rotate", "db", "PASSWORD=-"], b"p1");
    fails(
        &same,
        1,
        "Error: A rotation gives other values, and these keys would keep theirs. Nothing was done.\n  values.PASSWORD: This is the value that it has.",
    );
    let told = machine.run_with_input(&["rotate", "db", "PASSWORD=-", "--note", "leaked"], b"p2");
    assert_eq!(told.err, "");
    let name = "'setup'";
    assert_eq!(
        told.out.replace(&told.out.split('\'').nth(5).unwrap().to_owned(), "setup"),
        format!(
            "Rotated 'db': version 2 has other values for 'PASSWORD'\n\
             Who read it in the last 30 days will notice: {name}\n\
             Who still has the old values: keyloft secret readers db\n"
        )
    );
    let readers = machine.run(&["secret", "readers", "db"]).out;
    assert!(readers.lines().last().unwrap().ends_with("  old"), "{readers}");
    tells(&machine.run(&["secret", "get", "db", "PASSWORD"]), "p2");
    let readers = machine.run(&["secret", "readers", "db"]).out;
    assert!(readers.lines().last().unwrap().ends_with("  of now"), "{readers}");

    let told = machine.run(&["rotate", "db", "--generate", "-k", "USER"]);
    assert!(
        told.out.starts_with(
            "Rotated 'db': version 3 has other values for 'USER'\nMade by the server: USER\n"
        ),
        "{told:?}"
    );
    let made = machine.run(&["secret", "get", "db", "USER"]).out;
    assert!(made.len() == 32 && !told.out.contains(&made), "{told:?}");
    let history = machine.run(&["history", "db"]).out;
    assert!(
        history.contains("rotation") && history.contains("~USER") && history.contains("leaked"),
        "{history}"
    );

    tells(
        &machine.run(&["restore", "db", "--version", "1", "-k", "PASSWORD"]),
        "Secret 'db' is at version 4, with 'PASSWORD' of version 1\n",
    );
    tells(&machine.run(&["secret", "get", "db", "PASSWORD"]), "p1");
    tells(&machine.run(&["secret", "get", "db", "USER"]), &made);
    fails(
        &machine.run(&["secret", "destroy-version", "db", "2", "--confirm", "bd"]),
        1,
        "Aborted: that is not its name; nothing was destroyed.",
    );
    tells(
        &machine.run(&["secret", "destroy-version", "db", "2", "--confirm", "db"]),
        "Destroyed the values of version 2 of 'dev/db'\n",
    );
    fails(
        &machine.run(&["restore", "db", "--version", "2"]),
        1,
        "Error: The values of version 2 were destroyed; its keys are known still.",
    );
}

#[test]
fn schedules_say_what_is_due() {
    let server = Server::start();
    let machine = server.machine();
    make(&machine, "db", &[("PASSWORD", "p1")]);
    let told = machine.run(&["schedule", "set", "db", "--every", "10", "--expires", "9999-12-31"]);
    assert!(
        told.out.starts_with("Secret 'db': due every 10 days, next at ")
            && told.out.ends_with("; its credential ends on 9999-12-31\n"),
        "{told:?}"
    );
    let list = machine.run(&["schedule", "list"]).out;
    assert!(list.lines().nth(1).unwrap().starts_with("due soon  "), "{list}");
    let told = machine.run(&["schedule", "set", "db", "--on", "2020-01-01"]);
    assert_eq!(told.code, Some(0), "{told:?}");
    let list = machine.run(&["schedule", "list"]).out;
    assert!(list.lines().nth(1).unwrap().starts_with("overdue  "), "{list}");
    tells(&machine.run(&["schedule", "remove", "db"]), "Secret 'db' has no schedule of its own\n");
    tells(
        &machine.run(&["schedule", "template", "postgres", "--every", "90"]),
        "Secrets of the template 'postgres' are due every 90 days\n",
    );
    let list = machine.run(&["schedule", "list", "--json"]).out;
    let list: serde_json::Value = serde_json::from_str(&list).unwrap();
    assert_eq!(list["templates"][0]["schedule"]["every_days"], 90);
    tells(
        &machine.run(&["schedule", "template", "postgres", "--remove"]),
        "The template 'postgres' has no schedule\n",
    );
}
