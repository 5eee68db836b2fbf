//! Editors, templates, and two people at once.

use crate::{Server, fails, make, tells};

#[test]
fn the_first_of_two_writers_wins_and_the_second_is_told() {
    let server = Server::start();
    let mut machine = server.machine();
    make(&machine, "db", &[("A", "one")]);
    // While one person edits, another changes the same secret.
    let keyloft = env!("CARGO_BIN_EXE_keyloft");
    machine.write(
        "editor",
        format!("#!/bin/sh\necho two | KEYLOFT_TOKEN={} {keyloft} secret set db A=- >/dev/null\necho B=late >> \"$1\"\n", server.token),
    );
    machine.set("EDITOR", "sh editor");
    let told = machine.run(&["secret", "edit", "db"]);
    assert_eq!(told.code, Some(1));
    let end = "\nIt is at version 2 now, by mara. Nothing was changed; look at it and try again.\n";
    assert!(told.err.starts_with("Error: ") && told.err.ends_with(end), "{}", told.err);
    tells(&machine.run(&["secret", "get", "db", "--json", "A"]), "{\n  \"A\": \"two\"\n}\n");
    fails(&machine.run(&["secret", "get", "db", "B"]), 1, "Error: Secret 'db' has no key B");
}

#[test]
fn an_editor_changes_keys_and_nothing_is_left_behind() {
    let server = Server::start();
    let mut machine = server.machine();
    make(&machine, "db", &[("A", "one"), ("B", "it's $x \"quoted\""), ("C", "two\nlines\n")]);
    assert_eq!(
        machine
            .run_with_input(&["secret", "set", "db", "W=-", "--kind", "write-only"], b"secretly")
            .code,
        Some(0)
    );
    machine.write(
        "editor",
        "#!/bin/sh\nstat -c '%a' \"$1\" > seen; dirname \"$1\" >> seen; env | grep -c KEYLOFT_TOKEN >> seen\n\
         sed -i -e '/^A=/d' -e \"s/two/three/\" \"$1\"; echo D=new >> \"$1\"\n",
    );
    machine.set("VISUAL", "sh editor");
    let told = machine.run(&["secret", "edit", "db"]);
    assert!(
        told.out.starts_with("Secret 'db' is at version 3\n  set 'C', 'D'\n  removed 'A'\n"),
        "{told:?}"
    );
    tells(&machine.run(&["secret", "get", "db", "B"]), "it's $x \"quoted\"");
    tells(&machine.run(&["secret", "get", "db", "C"]), "three\nlines\n");
    tells(
        &machine.run(&["run", "-s", "db", "--no-mask", "--", "sh", "-c", "echo $W"]),
        "secretly\n",
    );

    let seen = std::fs::read_to_string(machine.home().join("seen")).unwrap();
    let [mode, folder, tokens] = seen.lines().collect::<Vec<_>>()[..] else { panic!("{seen}") };
    assert_eq!((mode, tokens), ("600", "0"));
    assert!(folder.starts_with("/dev/shm/keyloft-"), "{folder}");
    assert!(!std::path::Path::new(folder).exists(), "{folder}");

    machine.write("editor", "#!/bin/sh\nexit 3\n");
    fails(
        &machine.run(&["secret", "edit", "db"]),
        1,
        "Error: the editor 'sh editor' ended with exit status: 3. Nothing was changed; EDITOR names another one",
    );
    machine.write("editor", "#!/bin/sh\necho '=x' >> \"$1\"\n");
    let told = machine.run(&["secret", "edit", "db"]);
    assert!(
        told.err.ends_with("has no key before the equals sign\nNothing was changed\n"),
        "{}",
        told.err
    );
    machine.write("editor", "#!/bin/sh\n");
    tells(&machine.run(&["secret", "edit", "db"]), "No change\n");
}

#[test]
fn a_template_says_what_is_wanted() {
    let server = Server::start();
    let machine = server.machine();
    fails(
        &machine.run(&["secret", "create", "pg", "--template", "postgres"]),
        2,
        "Error: the template 'postgres' requires: PGHOST, PGPASSWORD",
    );
    machine.write("pg.json", r#"{"PGHOST":"h","PGDATABASE":"d","PGUSER":"u","PGPASSWORD":"p"}"#);
    let told = machine.run(&[
        "secret",
        "create",
        "pg",
        "--template",
        "postgres",
        "--from-json",
        "pg.json",
    ]);
    assert_eq!((told.code, told.err.as_str()), (Some(0), ""));
    let keys = machine.run(&["secret", "get", "pg"]).out;
    assert!(keys.contains("PGHOST") && keys.contains("plain"), "{keys}");
    let told = machine.run(&["secret", "create", "x", "--template", "no-such"]);
    assert!(told.err.starts_with("Error: there is no template 'no-such'."), "{}", told.err);
}
