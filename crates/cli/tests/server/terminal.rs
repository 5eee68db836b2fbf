//! A terminal stays a terminal.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

use crate::support::Machine;
use crate::{Server, make};

/// A command whose three streams are a terminal.
struct Terminal {
    ours: File,
    child: Child,
}

impl Terminal {
    fn start(mut command: Command) -> Self {
        let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&ours).unwrap();
        unlockpt(&ours).unwrap();
        tcsetwinsize(&ours, Winsize { ws_row: 33, ws_col: 99, ws_xpixel: 0, ws_ypixel: 0 })
            .unwrap();
        let name = ptsname(&ours, Vec::new()).unwrap().into_string().unwrap();
        let side = OpenOptions::new().read(true).write(true).open(name).unwrap();
        let stream = || Stdio::from(side.try_clone().unwrap());
        let child = command.stdin(stream()).stdout(stream()).stderr(stream()).spawn().unwrap();
        Self { ours: File::from(ours), child }
    }

    fn type_in(&mut self, text: &str) {
        // A person is slower than a program that starts.
        std::thread::sleep(Duration::from_millis(700));
        self.ours.write_all(text.as_bytes()).unwrap();
    }

    /// Everything that was shown, and the code.
    fn end(mut self) -> (String, Option<i32>) {
        let mut shown = Vec::new();
        let mut buffer = [0; 4096];
        // The other side's end is an error here.
        while let Ok(count @ 1..) = self.ours.read(&mut buffer) {
            shown.extend_from_slice(&buffer[..count]);
        }
        (String::from_utf8(shown).unwrap().replace('\r', ""), self.child.wait().unwrap().code())
    }
}

fn run(machine: &Machine, mask: &str, script: &str) -> Terminal {
    let arguments = ["run", "-s", "one", mask, "--grace", "1s", "--", "sh", "-c", script];
    let arguments: Vec<_> = arguments.into_iter().filter(|argument| !argument.is_empty()).collect();
    Terminal::start(machine.command(&arguments))
}

#[test]
fn a_terminal_stays_one_masked_or_not() {
    let server = Server::start();
    let machine = server.machine();
    make(&machine, "one", &[("A", "one-value")]);
    let script = "test -t 0 && test -t 1 && test -t 2 && stty size; echo $A; exit 3";
    assert_eq!(run(&machine, "", script).end(), ("33 99\none-value\n".to_owned(), Some(3)));
    assert_eq!(run(&machine, "--mask", script).end(), ("33 99\n[masked:A]\n".to_owned(), Some(3)));
}

#[test]
fn what_is_typed_reaches_the_program() {
    let server = Server::start();
    let machine = server.machine();
    make(&machine, "one", &[("A", "one-value")]);
    for mask in ["", "--mask"] {
        let mut terminal = run(&machine, mask, "printf 'who? '; read name; echo hello $name");
        terminal.type_in("Zoë\n");
        assert_eq!(terminal.end(), ("who? Zoë\nhello Zoë\n".to_owned(), Some(0)), "{mask}");
    }
    // Ctrl-C goes to the program's own terminal.
    let mut terminal =
        run(&machine, "--mask", "trap 'echo stopped; exit 9' INT; while :; do sleep 0.05; done");
    terminal.type_in("\u{3}");
    let (shown, code) = terminal.end();
    assert!(shown.ends_with("stopped\n"), "{shown:?}");
    assert_eq!(code, Some(9));
}

#[test]
fn a_value_that_is_asked_for_is_not_shown() {
    let server = Server::start();
    let machine = server.machine();
    let mut terminal = Terminal::start(machine.command(&["secret", "create", "db", "A=-", "B=-"]));
    terminal.type_in("hunter2\n");
    terminal.type_in("hunter3\n");
    let (shown, code) = terminal.end();
    assert!(
        shown.starts_with(
            "Value of A (not shown): \nValue of B (not shown): \nCreated a new secret 'db'"
        ),
        "{shown:?}"
    );
    assert!(!shown.contains("hunter"));
    assert_eq!(code, Some(0));
    assert_eq!(machine.run(&["secret", "get", "db", "B"]).out, "hunter3");

    for (answer, code, told) in [("n\n", 1, "Aborted: nothing was changed.\n"), ("yes\n", 0, "")] {
        let mut terminal = Terminal::start(machine.command(&["secret", "delete", "db"]));
        terminal.type_in(answer);
        let (shown, ended) = terminal.end();
        assert_eq!(ended, Some(code), "{shown}");
        assert!(shown.contains(told), "{shown}");
    }
}

#[test]
fn colours_are_for_terminals_that_want_them() {
    let server = Server::start();
    let mut machine = server.machine();
    let list =
        |machine: &Machine| Terminal::start(machine.command(&["environment", "list"])).end().0;
    assert!(list(&machine).starts_with("\u{1b}[1mName"), "{}", list(&machine));
    machine.set("NO_COLOR", "1");
    assert!(list(&machine).starts_with("Name"));
    assert!(server.machine().run(&["environment", "list"]).out.starts_with("Name"));
}
