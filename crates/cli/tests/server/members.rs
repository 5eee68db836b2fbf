//! People and workspaces.

use crate::{Server, fails};

#[test]
fn a_link_is_made_anew_and_a_program_stays_in_its_place() {
    let server = Server::start();
    let owner = server.machine();
    let list = owner.run(&["member", "list"]).out;
    assert!(list.contains("mara@example.org") && list.contains("owner"), "{list}");

    let invited = owner.run(&["member", "invite", "ann@example.org", "--role", "developer"]);
    assert_eq!(invited.code, Some(0), "{}", invited.err);
    let begin = format!("{}/invitation/kl_inv_", server.url);
    assert!(invited.out.starts_with(&begin) && invited.out.lines().count() == 1, "{}", invited.out);
    assert!(invited.err.starts_with("Invited ann@example.org as a developer; "), "{}", invited.err);
    let twice = owner.run(&["member", "invite", "ann@example.org", "--role", "viewer"]);
    assert_eq!(twice.code, Some(1));
    assert!(twice.err.contains("invited already"), "{}", twice.err);
    let again = owner.run(&["member", "invite", "Ann@example.org", "--role", "viewer", "--again"]);
    assert!(again.out.starts_with(&begin) && again.out != invited.out, "{}", again.err);

    let sentence = "Error: no member has this address: keyloft member list shows them";
    fails(&owner.run(&["member", "role", "ann@example.org", "admin"]), 2, sentence);
    let left = owner.run(&["member", "remove", "mara@example.org", "--yes"]);
    assert_eq!(left.code, Some(1));
    assert!(left.err.contains("nly a person"), "{}", left.err);
    let made = owner.run(&["workspace", "create", "Second"]);
    assert!(made.code == Some(1) && made.err.contains("nly a person"), "{}", made.err);
    let list = owner.run(&["workspaces", "list"]).out;
    assert!(list.contains("Acme") && list.lines().count() == 2, "{list}");
    let needed = owner.run(&["workspace", "require-factor"]);
    assert_eq!(needed.out, "Nobody needs a second factor\n", "{}", needed.err);
    let asked = owner.run(&["workspace", "require-factor", "admin"]);
    assert!(asked.code == Some(1) && asked.err.contains("nly a person"), "{}", asked.err);
    let sentence = "Error: you are in no workspace of this name: keyloft workspace list shows them";
    fails(&owner.run(&["workspace", "switch", "Second"]), 2, sentence);
}
