//! What happened, asked by the command.

use crate::{Server, make};

#[test]
fn the_log_tells_who_read_what() {
    let server = Server::start();
    let machine = server.machine();
    make(&machine, "prod-db", &[("PGPASSWORD", "hunter2")]);
    make(&machine, "other", &[("A", "1")]);
    let ran = machine.run(&["run", "-s", "prod-db", "--no-mask", "--", "true"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);

    let json = |arguments: &[&str]| -> Vec<serde_json::Value> {
        let told = machine.run(&[arguments, &["--json"]].concat());
        assert_eq!((told.code, told.err.as_str()), (Some(0), ""));
        assert!(!told.out.contains("hunter2"));
        serde_json::from_str(&told.out).unwrap()
    };
    let reads = json(&["audit", "list", "--class", "reads"]);
    assert_eq!(reads.len(), 1, "{reads:?}");
    assert_eq!(
        (&reads[0]["action"], &reads[0]["target"]["name"]),
        (&"secret.read".into(), &"prod-db".into())
    );
    let (secret, token) = (&reads[0]["target"]["id"], &reads[0]["who"]["id"]);
    let seen = json(&["audit", "list", "--target", secret.as_str().unwrap()]);
    assert_eq!(seen.len(), 2, "the creation and the read");
    let of_token = json(&["audit", "list", "--actor", token.as_str().unwrap(), "-n", "1"]);
    assert_eq!(of_token, reads);
    assert!(json(&["audit", "list", "--to", "1d"]).is_empty());

    let list = machine.run(&["audit", "list"]);
    assert!(list.out.starts_with("Number  When"), "{}", list.out);
    assert!(
        list.out.lines().any(|line| line.contains("secret.read       dev/prod-db")),
        "{}",
        list.out
    );
    let number = reads[0]["seq"].to_string();
    let show = machine.run(&["audit", "show", &number]);
    assert!(show.out.starts_with(&format!("Number    {number} of wsp_")), "{}", show.out);
    assert!(
        show.out.contains("What      secret.read (done)\nOf        dev/prod-db\n"),
        "{}",
        show.out
    );
    let gone = machine.run(&["audit", "show", "999"]);
    assert_eq!(gone.code, Some(1));

    let export = machine.run(&["audit", "export", "--out", "log.jsonl"]);
    assert_eq!((export.code, export.out.as_str(), export.err.as_str()), (Some(0), "", ""));
    let lines = std::fs::read_to_string(machine.home().join("log.jsonl")).unwrap();
    assert!(lines.starts_with(r#"{"export":"keyloft-audit/1","chain":"wsp_"#), "{lines}");
    assert!(lines.lines().last().unwrap().contains("audit.export"));
    let table = machine.run(&["audit", "export", "--format", "csv", "--class", "reads"]).out;
    assert_eq!(table.lines().count(), 1 + 1 + 2, "the read and both exports");
    assert!(table.lines().nth(1).unwrap().contains("\"secret.read\""), "{table}");
}

#[test]
fn events_are_kept_as_long_as_an_owner_says() {
    let server = Server::start();
    let machine = server.machine();
    let kept = machine.run(&["audit", "retention"]);
    assert_eq!(
        kept.out,
        "Class     Kept for\naccess    ever\nchanges   ever\nreads     ever\nrefusals  ever\nsign-ins  ever\n"
    );
    let kept = machine.run(&["audit", "retention", "--reads", "90", "--sign-ins", "1"]);
    assert!(
        kept.out.contains("reads     90 days\n") && kept.out.contains("sign-ins  1 day\n"),
        "{}",
        kept.out
    );
    let kept = machine.run(&["audit", "retention", "--reads", "0", "--json"]);
    assert!(
        kept.out.contains("\"reads\": null") && kept.out.contains("\"sign_ins\": 1"),
        "{}",
        kept.out
    );
}
