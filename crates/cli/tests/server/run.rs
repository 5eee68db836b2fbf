//! Programs with secrets in their environment.

use std::process::Stdio;

use crate::{Server, fails, make, tells};

#[test]
fn a_program_gets_the_keys_and_later_secrets_win() {
    let server = Server::start();
    let machine = server.machine();
    make(&machine, "one", &[("A", "from-one"), ("B", "from-one")]);
    make(&machine, "two", &[("B", "from-two")]);
    let shell = |options: &[&str], script: &str| {
        machine.run(&[&["run", "--no-mask"], options, &["--", "sh", "-c", script]].concat())
    };
    tells(&shell(&["-s", "one", "-s", "two"], "echo $A $B"), "from-one from-two\n");
    tells(&shell(&["-s", "two", "-s", "one"], "echo $A $B"), "from-one from-one\n");
    tells(&shell(&["-s", "one", "--only", "B"], "echo ${A-none} $B"), "none from-one\n");
    tells(&shell(&["-s", "one", "--prefix", "APP_"], "echo ${A-none} $APP_A"), "none from-one\n");
    tells(&shell(&["-s", "one"], "echo ${KEYLOFT_TOKEN-none} $KEYLOFT_ENVIRONMENT"), "none dev\n");
    tells(
        &shell(&["-s", "one", "--clean-env"], "echo ${KEYLOFT_URL-none} $A $HOME"),
        &format!("none from-one {}\n", machine.home().display()),
    );
    let told = shell(
        &["-s", "one", "--pass-token"],
        "echo $KEYLOFT_URL $KEYLOFT_TOKEN $KEYLOFT_ENVIRONMENT",
    );
    tells(&told, &format!("{} {} dev\n", server.url, server.token));
    fails(
        &shell(&["-s", "one", "--prefix", "1"], "true"),
        2,
        "Error: --prefix: what comes before a key has letters, digits and _, and does not start with a digit",
    );
    tells(
        &machine.run(&["resolve", "-s", "one", "-s", "two", "--explain"]),
        "Key  From   Wins over\nA    one@1  -\nB    two@1  one@1\n",
    );
}

#[test]
fn what_is_missing_is_all_named_before_anything_starts() {
    let server = Server::start();
    let machine = server.machine();
    make(&machine, "one", &[("A", "1")]);
    let run =
        |options: &[&str]| machine.run(&[&["run"], options, &["--", "touch", "started"]].concat());
    fails(
        &run(&["-s", "one", "-s", "x", "-s", "y"]),
        1,
        "Error: These secrets are not in this environment: x, y.",
    );
    fails(
        &run(&["-s", "one", "--required", "A,X,Y"]),
        1,
        "Error: Secret 'one' of environment 'dev' is missing key(s): X, Y",
    );
    fails(
        &run(&["-s", "one", "-e", "nowhere"]),
        1,
        "Error: There is no environment nowhere in this workspace.",
    );
    make(&machine, "risky", &[("LD_PRELOAD", "/x"), ("PATH", "/x"), ("OK", "1")]);
    fails(
        &run(&["-s", "risky", "--allow-env", "PATH"]),
        1,
        "Error: keys that can make programs run other code are not set unless allowed by name: LD_PRELOAD. To allow: --allow-env \
         LD_PRELOAD",
    );
    assert!(!machine.home().join("started").exists());
}

#[test]
fn exit_codes_and_signals_pass_through() {
    let server = Server::start();
    let machine = server.machine();
    make(&machine, "one", &[("A", "one-value")]);
    for mask in ["--mask", "--no-mask"] {
        let run =
            |command: &[&str]| machine.run(&[&["run", "-s", "one", mask, "--"], command].concat());
        assert_eq!(run(&["sh", "-c", "exit 42"]).code, Some(42), "{mask}");
        fails(
            &run(&["no-such-program"]),
            127,
            "Error: there is no program 'no-such-program' on the PATH",
        );
        fails(&run(&["./no-such-program"]), 127, "Error: there is no program './no-such-program'");
        machine.write("text", "");
        fails(
            &run(&["./text"]),
            126,
            "Error: './text' cannot be started: Permission denied (os error 13)",
        );
        // Where the program takes the command's place, it is the command that the signal ends.
        let killed = if mask == "--mask" { Some(137) } else { None };
        assert_eq!(run(&["sh", "-c", "kill -9 $$"]).code, killed, "{mask}");
        // SIGPIPE ends what writes to nobody, as ever.
        assert_eq!(run(&["sh", "-c", "yes | head -1"]).out, "y\n", "{mask}");
    }
}

#[test]
fn a_signal_reaches_the_program_behind_the_mask() {
    let server = Server::start();
    let machine = server.machine();
    make(&machine, "one", &[("A", "one-value")]);
    for (signal, code) in [(rustix::process::Signal::TERM, 5), (rustix::process::Signal::USR1, 6)] {
        let script =
            "trap 'exit 5' TERM; trap 'exit 6' USR1; touch ready; while :; do sleep 0.05; done";
        let mut child = machine
            .command(&["run", "-s", "one", "--mask", "--", "sh", "-c", script])
            .spawn()
            .unwrap();
        let ready = machine.home().join("ready");
        crate::until("the start", || ready.exists());
        rustix::process::kill_process(rustix::process::Pid::from_child(&child), signal).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(code));
        std::fs::remove_file(ready).unwrap();
    }
}

#[test]
fn values_are_masked_where_the_output_is_no_terminal() {
    let server = Server::start();
    let machine = server.machine();
    make(
        &machine,
        "one",
        &[("TOKEN", "tok-12345678"), ("PEM", "line-number-one\nline-number-two"), ("SHORT", "abc")],
    );
    let script = "echo $TOKEN; echo $TOKEN >&2; printf tok-1; sleep 0.3; echo 2345678; echo \"$PEM\"; printf %s \"$TOKEN\" | base64; echo $SHORT";
    let told = machine.run(&["run", "-s", "one", "--", "sh", "-c", script]);
    assert_eq!(told.err, "[masked:TOKEN]\n");
    let lines: Vec<_> = told.out.lines().collect();
    assert_eq!(lines[0], "[masked:TOKEN]");
    // After a tenth of a second the beginning of a value is shown, as a prompt would be.
    assert_eq!(lines[1], "tok-12345678");
    assert_eq!(lines[2..], ["[masked:PEM]", "[masked:TOKEN]", "abc"]);
    let told = machine.run(&["run", "-s", "one", "--no-mask", "--", "sh", "-c", "echo $TOKEN"]);
    tells(&told, "tok-12345678\n");
    let told = machine.run(&["run", "-s", "one", "--mask", "--", "true"]);
    fails(
        &told,
        0,
        "Hint: not masked, for it would garble the output: SHORT (shorter than 4 bytes)",
    );
}

#[test]
fn nobody_reads_what_the_program_writes() {
    let server = Server::start();
    let machine = server.machine();
    make(&machine, "one", &[("A", "one-value")]);
    for mask in ["--mask", "--no-mask"] {
        let mut child = machine
            .command(&["run", "-s", "one", mask, "--", "yes"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.stderr, b"", "{mask}");
        assert!(output.status.code().is_none_or(|code| code == 141), "{mask}: {:?}", output.status);
    }
}

#[test]
fn a_program_that_leaves_another_behind_is_not_waited_for_for_ever() {
    let server = Server::start();
    let machine = server.machine();
    make(&machine, "one", &[("A", "one-value")]);
    let begin = std::time::Instant::now();
    let mut child = machine
        .command(&["run", "-s", "one", "--mask", "--", "sh", "-c", "echo $A; sleep 20 & exit 3"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(3));
    assert!(begin.elapsed() < std::time::Duration::from_secs(10));
}
