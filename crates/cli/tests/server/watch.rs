//! A program is started anew, or gets a signal, when a secret changes.

use std::fs;
use std::process::{Child, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use crate::support::Machine;
use crate::{Server, make, until};

/// Writes a line into `log` at each start, and what signals come.
const PROGRAM: &str = "echo \"start $A\" >> log; trap 'echo term >> log; exit 0' TERM; trap 'echo hup >> log' HUP; \
    while :; do sleep 0.05; done";

fn watch(machine: &Machine, options: &[&str], program: &str) -> Child {
    let arguments =
        [&["run", "-s", "one", "--watch"], options, &["--", "sh", "-c", program]].concat();
    let child = machine.command(&arguments).stderr(Stdio::null()).spawn().unwrap();
    until("the start", || log(machine).starts_with("start first"));
    child
}

fn log(machine: &Machine) -> String {
    fs::read_to_string(machine.home().join("log")).unwrap_or_default()
}

fn change(machine: &Machine, value: &str) {
    assert_eq!(
        machine.run_with_input(&["secret", "set", "one", "A=-"], value.as_bytes()).code,
        Some(0)
    );
}

#[test]
fn a_change_starts_the_program_anew() {
    let mut server = Server::start();
    let machine = server.machine();
    make(&machine, "one", &[("A", "first")]);
    let mut child = watch(&machine, &[], PROGRAM);
    change(&machine, "second");
    until("the second start", || log(&machine) == "start first\nterm\nstart second\n");

    // While the server is away the program goes on, and a change is noticed afterwards.
    server.stop();
    std::thread::sleep(std::time::Duration::from_secs(3));
    assert_eq!(child.try_wait().unwrap(), None);
    server.start_again();
    change(&machine, "third");
    until("the third start", || log(&machine).ends_with("term\nstart third\n"));

    kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(log(&machine).ends_with("start third\nterm\n"));
}

#[test]
fn a_change_can_send_a_signal() {
    let server = Server::start();
    let machine = server.machine();
    make(&machine, "one", &[("A", "first")]);
    let mut child = watch(&machine, &["--watch-signal", "HUP"], PROGRAM);
    change(&machine, "second");
    until("the signal", || log(&machine) == "start first\nhup\n");
    kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_program_that_does_not_stop_is_killed() {
    let server = Server::start();
    let machine = server.machine();
    make(&machine, "one", &[("A", "first")]);
    let stubborn = "echo \"start $A\" >> log; [ $A = second ] && exit 7; trap '' TERM; while :; do sleep 0.05; done";
    let mut child = watch(&machine, &["--grace", "1s"], stubborn);
    change(&machine, "second");
    assert_eq!(child.wait().unwrap().code(), Some(7));
    assert_eq!(log(&machine), "start first\nstart second\n");
}
