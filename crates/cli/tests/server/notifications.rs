//! Webhooks and reminders.

use crate::{Server, make, tells, until};

#[test]
fn a_webhook_is_made_tried_and_deleted() {
    let server = Server::start();
    let machine = server.machine();
    // Nobody listens there, and the operator allows no private address.
    let made =
        machine.run(&["webhook", "create", "https://127.0.0.1:9/x", "--event", "secret.rotated"]);
    assert!(made.out.starts_with("whsec_") && made.out.lines().count() == 1, "{}", made.out);
    let list = machine.run(&["webhook", "list"]).out;
    let id = list.split_whitespace().find(|word| word.starts_with("whk_")).unwrap().to_owned();
    assert!(made.err.contains(&id), "{}", made.err);
    let told = machine.run(&["webhook", "test", &id]);
    assert!(told.out.starts_with("Sending the test dlv_"), "{}", told.out);
    let delivery = told.out.trim().rsplit(' ').next().unwrap().to_owned();
    let log = || machine.run(&["webhook", "deliveries", &id]).out;
    until("the test", || log().contains("--outbound-allow"));
    assert!(log().contains("waits"), "{}", log());
    let again = machine.run(&["webhook", "redeliver", &id, &delivery]);
    tells(&again, &format!("Sending {delivery} once more\n"));
    let off = machine.run(&["webhook", "edit", &id, "--disable", "--event", "secret.deleted"]);
    assert_eq!(off.code, Some(0), "{}", off.err);
    let shown = machine.run(&["webhook", "show", &id]).out;
    assert_eq!(shown, format!("{id}  off\nURL: https://127.0.0.1:9/x\nEvents: secret.deleted\n"));
    tells(&machine.run(&["webhook", "delete", &id, "-y"]), &format!("Deleted the webhook {id}\n"));
    tells(&machine.run(&["webhook", "list", "--json"]), "[]\n");
}

#[test]
fn old_versions_are_kept_as_long_as_the_workspace_says() {
    let server = Server::start();
    let machine = server.machine();
    make(&machine, "app", &[("KEY", "old")]);
    let retention = |more: &[&str]| machine.run(&[&["workspace", "retention"], more].concat());
    tells(&retention(&[]), "Values of old versions are kept for ever\n");
    let kept = "Values of old versions are kept in the 3 newest, and for 30 days\n";
    tells(&retention(&["--versions", "3", "--days", "30"]), kept);
    tells(&retention(&[]), kept);
    tells(&retention(&["--forever"]), "Values of old versions are kept for ever\n");
}
