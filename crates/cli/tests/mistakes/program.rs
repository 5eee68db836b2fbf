//! Programs that cannot be run, and answers that are not there when the server is away.

use super::{check, machine};

#[test]
fn the_server_is_away_and_there_is_no_copy() {
    let machine = machine();
    let away = "cannot reach http://127.0.0.1:1: Connection refused (os error 111)";
    let none = "there is no stored copy of these secrets for this token";
    check(&machine, "run -s db -- true", 1, &format!("Error: {away}; {none}"));
    check(&machine, "run -s db --offline -- true", 1, &format!("Error: {none}"));
    check(&machine, "run -s db --no-cache -- true", 1, &format!("Error: {away}"));
    assert!(!machine.home().join(".cache").exists(), "nothing was kept");
}

#[test]
fn exports_without_a_place_to_go() {
    let machine = machine();
    let away = "Error: cannot reach http://127.0.0.1:1: Connection refused (os error 111)";
    check(&machine, "export -s db --format github-actions", 1, away);
    check(&machine, "resolve -s db --explain", 1, away);
    let told = machine.run(&["export", "-s", "db", "--format", "xml"]);
    assert_eq!(told.code, Some(2));
    let begin = "Error: invalid value 'xml' for '--format <FORMAT>'\n  [possible values: dotenv, docker, shell, json, yaml, \
        github-actions, k8s-secret]\n";
    assert!(told.err.starts_with(begin), "{}", told.err);
}

#[test]
fn completions_and_the_manual_need_no_server() {
    let machine = machine();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let told = machine.run(&["completions", shell]);
        assert_eq!((told.code, told.err.as_str()), (Some(0), ""), "{shell}");
        assert!(told.out.contains("promote"), "{shell}");
        assert!(!told.out.contains("__in-terminal"), "{shell}");
    }
    let told = machine.run(&["man", "pages"]);
    assert_eq!((told.code, told.err.as_str()), (Some(0), ""));
    assert_eq!(told.out, "Wrote the manual into pages: man -l pages/keyloft.1\n");
    for page in ["keyloft.1", "keyloft-run.1", "keyloft-secret-create.1"] {
        assert!(machine.home().join("pages").join(page).exists(), "{page}");
    }
}

#[test]
fn nobody_reads_the_output() {
    use std::process::Stdio;
    let machine = machine();
    let mut child = machine
        .command(&["completions", "bash"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(141), &b""[..]));

    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = machine.command(&["completions", "bash"]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "Error: cannot write to standard output: No space left on device (os error 28)\n"
    );
}
