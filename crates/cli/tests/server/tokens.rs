//! Tokens and environments.

use crate::{Server, fails, make, tells};

#[test]
fn a_token_reaches_what_it_was_made_for() {
    let server = Server::start();
    let owner = server.machine();
    make(&owner, "prod-db", &[("A", "1")]);
    make(&owner, "other", &[("A", "2")]);
    let made = owner.run(&[
        "token", "create", "ci", "--scope", "read", "-e", "dev", "-s", "prod-*", "--days", "3",
    ]);
    assert_eq!(made.code, Some(0));
    assert!(
        made.err.starts_with("Token 'ci' (")
            && made.err.ends_with("Hint: this is the only time that the token is shown\n"),
        "{}",
        made.err
    );
    let token = made.out.trim().to_owned();

    let mut machine = server.machine();
    machine.set("KEYLOFT_TOKEN", &token);
    let told = machine.run(&["run", "-s", "prod-db", "--no-mask", "--", "sh", "-c", "echo $A"]);
    assert_eq!((told.code, told.out.as_str()), (Some(0), "1\n"));
    // Its end is near, which is said once and quietly.
    assert!(
        told.err.starts_with("Hint: this token ends in 3 days, at ")
            && told.err.lines().count() == 1,
        "{}",
        told.err
    );
    for arguments in [
        &["run", "-s", "other", "--", "true"][..],
        &["secret", "list"],
        &["secret", "set", "prod-db", "A=@x"],
    ] {
        machine.write("x", "3");
        let told = machine.run(arguments);
        assert_eq!(told.code, Some(1), "{arguments:?}");
        assert!(told.err.lines().any(|line| line.starts_with("Error: ")), "{}", told.err);
    }

    let id = token.split('_').nth(2).unwrap();
    let rotated = owner.run(&["token", "rotate", id]);
    assert!(
        rotated.err.ends_with("Hint: the old text does not work any more\n"),
        "{}",
        rotated.err
    );
    let told = machine.run(&["whoami"]);
    assert_eq!(told.code, Some(1));
    assert!(
        told.err.ends_with(
            "\nSign in with: keyloft login. A program's token goes into KEYLOFT_TOKEN.\n"
        ),
        "{}",
        told.err
    );
    machine.set("KEYLOFT_TOKEN", rotated.out.trim());
    assert_eq!(machine.run(&["whoami"]).code, Some(0));

    let list = owner.run(&["token", "list"]).out;
    assert!(
        list.lines().any(|line| line.starts_with(id)
            && line.contains("ci     read")
            && line.contains("dev: prod-*")),
        "{list}"
    );
    assert!(!list.contains(token.split('_').nth(3).unwrap()));
    fails(
        &owner.run(&["token", "revoke", id]),
        1,
        "Are you sure you want to revoke the token 'ci'? What uses it stops working. [y/N]:\nAborted: no interactive terminal \
         detected. Rerun with --yes (-y) to skip confirmation.",
    );
    tells(&owner.run(&["token", "revoke", id, "--yes"]), "Revoked the token 'ci'\n");
    assert_eq!(machine.run(&["whoami"]).code, Some(1));
    let told = owner.run(&["token", "create", "ci", "--scope", "read", "--days", "400"]);
    assert_eq!(told.code, Some(1));
    assert!(told.err.contains("366"), "{}", told.err);
}

#[test]
fn environments_come_and_go() {
    let server = Server::start();
    let machine = server.machine();
    tells(
        &machine.run(&["environment", "create", "preview"]),
        "Created the environment 'preview'\n",
    );
    tells(
        &machine.run(&["environment", "rename", "preview", "qa"]),
        "Renamed the environment 'preview' to 'qa'\n",
    );
    tells(
        &machine.run(&["environment", "list"]),
        "Name     Secrets  Protected\ndev      0        no\nstaging  0        no\nprod     0        yes\nqa       0        no\n",
    );
    let told = machine.run(&["environments", "list", "--json"]);
    assert_eq!(serde_json::from_str::<Vec<serde_json::Value>>(&told.out).unwrap().len(), 4);
    tells(&machine.run(&["environment", "delete", "qa", "-y"]), "Deleted the environment 'qa'\n");
    assert_eq!(machine.run(&["environment", "delete", "qa", "-y"]).code, Some(1));
    make(&machine, "one", &[("A", "1")]);
    let told = machine.run(&["environment", "delete", "dev", "-y"]);
    assert_eq!(told.code, Some(1));
    assert!(told.err.contains("1 secret"), "{}", told.err);
}

#[test]
fn doctor_says_how_it_stands() {
    let server = Server::start();
    let machine = server.machine();
    let told = machine.run(&["doctor"]);
    assert_eq!((told.code, told.err.as_str()), (Some(0), ""), "{}", told.out);
    for what in [
        "ok   credential: token ",
        "ok   server: http",
        "ok   identity: mara <mara@example.org>, owner in Acme",
        "ok   environment: dev",
    ] {
        assert!(
            told.out.lines().any(|line| line.starts_with(what)),
            "{what} is not in:\n{}",
            told.out
        );
    }
    let mut away = server.machine();
    away.set("KEYLOFT_URL", "http://127.0.0.1:1");
    let told = away.run(&["doctor"]);
    assert_eq!(told.code, Some(1));
    assert!(told.out.contains("bad  server: cannot reach http://127.0.0.1:1"), "{}", told.out);
}
