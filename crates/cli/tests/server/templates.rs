//! A workspace's own templates.

use crate::{Server, fails, make, tells};

#[test]
fn a_template_is_made_from_a_secret_edited_used_and_checked() {
    let server = Server::start();
    let mut machine = server.machine();
    make(&machine, "billing", &[("BILLING_TOKEN", "one")]);
    let create = ["template", "create", "Billing", "--from-secret", "billing"];
    tells(&machine.run(&create), "Created the template 'own.billing'\n");
    fails(
        &machine.run(&create),
        1,
        "Error: name: Another template has this name, or its id was made from it. Choose another.",
    );
    let told = machine.run(&["template", "list"]);
    assert!(told.out.contains("own.billing") && !told.out.contains("postgres"), "{told:?}");

    let told = machine.run(&["secret", "create", "other", "--template", "own.billing"]);
    fails(&told, 2, "Error: the template 'own.billing' requires: BILLING_TOKEN");
    let made =
        machine.run(&["secret", "create", "other", "--template", "own.billing", "BILLING_TOKEN=x"]);
    assert_eq!(made.code, Some(0), "{made:?}");
    assert_eq!(machine.run(&["template", "check", "own.billing"]).code, Some(0));

    machine.write("editor", "#!/bin/sh\nsed -i 's/BILLING_TOKEN/BILLING_KEY/' \"$1\"\n");
    machine.set("EDITOR", "sh editor");
    let told = machine.run(&["template", "edit", "own.billing"]);
    tells(&told, "Template 'own.billing' is at version 2\n");
    tells(&machine.run(&["template", "edit", "own.billing"]), "No change\n");
    let told = machine.run(&["template", "check", "own.billing"]);
    assert_eq!(told.code, Some(1));
    assert!(told.err.contains("dev/other: missing BILLING_KEY"), "{told:?}");

    let told = machine.run(&["template", "delete", "own.billing", "--yes"]);
    tells(&told, "Deleted the template 'own.billing'\n");
    fails(
        &machine.run(&["template", "show", "own.billing"]),
        1,
        "Error: there is no template 'own.billing' that you may use here. List them with: keyloft template list --all",
    );
}

#[test]
fn a_built_in_template_is_copied_and_does_not_change() {
    let server = Server::start();
    let machine = server.machine();
    let told = machine.run(&["template", "create", "Our Postgres", "--from", "postgres"]);
    tells(&told, "Created the template 'own.our-postgres'\n");
    let shown = machine.run(&["template", "show", "own.our-postgres"]);
    machine.write("copy.json", shown.out.as_str());
    let told = machine.run(&["template", "create", "Third", "--file", "copy.json"]);
    tells(&told, "Created the template 'own.third'\n");
    fails(
        &machine.run(&["template", "edit", "postgres"]),
        2,
        "Error: 'postgres' is built in and does not change. Copy it with: keyloft template create --from postgres",
    );
    machine.write("copy.json", r#"{"name":"a","keys":[],"key":[]}"#);
    let told = machine.run(&["template", "create", "--file", "copy.json"]);
    assert_eq!(told.code, Some(1));
    let wrong = "Error: copy.json: this is no template: unknown field `key`";
    assert!(told.err.starts_with(wrong), "{told:?}");
}
