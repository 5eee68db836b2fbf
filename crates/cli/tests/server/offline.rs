//! Without the server: encrypted copies stand in, for a while, and say so.

use std::fs;

use crate::{Server, fails, make, tells};

#[test]
fn a_copy_stands_in_while_the_server_is_away() {
    let mut server = Server::start();
    let mut machine = server.machine();
    make(&machine, "one", &[("A", "one-value"), ("B", "other")]);
    let run = ["run", "-s", "one", "--no-mask", "--", "sh", "-c", "echo $A"];
    tells(&machine.run(&run), "one-value\n");

    server.stop();
    let told = machine.run(&run);
    assert_eq!((told.code, told.out.as_str()), (Some(0), "one-value\n"));
    let begin = format!(
        "keyloft: cannot reach {}: Connection refused (os error 111); using the stored copy, which is ",
        server.url
    );
    assert!(told.err.starts_with(&begin) && told.err.ends_with(" old\n"), "{}", told.err);
    let away = format!("Error: cannot reach {}: Connection refused (os error 111)", server.url);
    let none = format!("{away}; there is no stored copy of these secrets for this token");
    fails(&machine.run(&["run", "-s", "one", "--only", "A", "--", "true"]), 1, &none);
    fails(&machine.run(&["run", "-s", "one", "--no-cache", "--", "true"]), 1, &away);
    fails(
        &machine.run(&["run", "-s", "one", "--required", "A,X", "--", "true"]).without_first_line(),
        1,
        "Error: Secret 'one' of environment 'dev' is missing key(s): X",
    );
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let told = machine.run(&["run", "-s", "one", "--offline", "--max-age", "1s", "--", "true"]);
    assert_eq!(told.code, Some(1));
    assert!(
        told.err.starts_with("Error: the stored copy is ")
            && told.err.ends_with(" old, and at most 1 second are allowed (--max-age)\n"),
        "{}",
        told.err
    );

    // Nothing of it can be read, and others cannot even try.
    let folder = fs::read_dir(machine.home().join(".cache/keyloft"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let files: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    for file in &files {
        use std::os::unix::fs::PermissionsExt;
        let bytes = fs::read(file).unwrap();
        for text in ["one-value", "other", "one", "\"A\""] {
            assert!(
                !bytes.windows(text.len()).any(|window| window == text.as_bytes()),
                "{text} in {}",
                file.display()
            );
        }
        assert_eq!(fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert!(folder.join("reads").exists(), "two reads wait to be reported");

    server.start_again();
    tells(&machine.run(&run), "one-value\n");
    assert!(!folder.join("reads").exists(), "they are");

    // Another token opens nothing.
    let token = machine.run(&["token", "create", "other", "--scope", "read"]).out;
    machine.set("KEYLOFT_TOKEN", token.trim());
    server.stop();
    fails(&machine.run(&run), 1, &none);
}

#[test]
fn a_server_that_says_no_is_not_away() {
    let server = Server::start();
    let mut machine = server.machine();
    make(&machine, "one", &[("A", "one-value")]);
    let told = machine.run(&["token", "create", "ci", "--scope", "read", "--scope", "list"]);
    machine.set("KEYLOFT_TOKEN", told.out.trim());
    tells(&machine.run(&["run", "-s", "one", "--", "true"]), "");
    let id = told.out.split('_').nth(2).unwrap();
    tells(&server.machine().run(&["token", "revoke", id, "-y"]), "Revoked the token 'ci'\n");
    let told = machine.run(&["run", "-s", "one", "--", "true"]);
    assert_eq!(told.code, Some(1));
    assert!(told.err.starts_with("Error: ") && told.err.contains("keyloft login"), "{}", told.err);
    assert!(!told.err.contains("copy"), "{}", told.err);
}

impl crate::support::Told {
    /// Without the line that says that a copy is used.
    fn without_first_line(mut self) -> Self {
        assert!(self.err.starts_with("keyloft: "), "{}", self.err);
        self.err = self.err.split_once('\n').unwrap().1.to_owned();
        self
    }
}
