//! Rotators.

use crate::{Server, fails, make, tells, until};

#[test]
fn a_rotator_replaces_a_value_and_tells_what_it_did() {
    let server = Server::start();
    let machine = server.machine();
    make(&machine, "app", &[("KEY", "old"), ("OTHER", "kept")]);
    let made = machine.run(&[
        "rotator",
        "create",
        "app",
        "--kind",
        "generated",
        "--key",
        "KEY",
        "--length",
        "20",
        "--alphabet",
        "hex",
        "--format",
        "x_{}",
        "--overlap",
        "0",
    ]);
    assert_eq!((made.code, made.err.as_str()), (Some(0), ""), "{}", made.out);
    let id = made.out.split(' ').nth(3).unwrap().to_owned();
    assert_eq!(made.out, format!("Made the rotator {id} of 'dev/app'\n"));
    let list = machine.run(&["rotator", "list"]).out;
    assert!(list.lines().any(|line| line.starts_with(&id) && line.contains("dev/app")), "{list}");

    let told = machine.run(&["rotator", "run", &id]);
    assert_eq!(told.out, "Asked the rotator of 'app' to run\n");
    assert_eq!(told.err, format!("Hint: how far it is: keyloft rotator log {id}\n"));
    until("the rotation", || machine.run(&["rotator", "log", &id]).out.contains("retired"));
    let value = machine.run(&["secret", "get", "app", "KEY"]).out;
    assert!(value.starts_with("x_") && value.trim().len() == 22, "{value}");
    tells(&machine.run(&["secret", "get", "app", "OTHER"]), "kept");

    let again = machine.run(&["rotator", "create", "app", "--kind", "generated", "--key", "KEY"]);
    fails(&again, 1, "Error: keys: Another rotator replaces one of these keys.");
    fails(
        &machine.run(&["rotator", "delete", &id]),
        1,
        &format!(
            "Are you sure you want to delete the rotator {id}? Its secret stays as it is, and is no longer rotated. [y/N]:\n\
             Aborted: no interactive terminal detected. Rerun with --yes (-y) to skip confirmation."
        ),
    );
    tells(&machine.run(&["rotator", "delete", &id, "-y"]), &format!("Deleted the rotator {id}\n"));
    tells(&machine.run(&["rotator", "list", "--json"]), "[]\n");
}
