//! Signing in and out, by token and by a page of the dashboard.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Stdio};

use crate::support::Machine;
use crate::{PASSWORD, Server, fails, make, tells};

#[test]
fn a_token_from_standard_input_is_kept_for_its_owner_alone() {
    let server = Server::start();
    let machine = Machine::new();
    let login = ["login", &server.url, "--token-stdin", "-e", "dev"];
    let told = machine.run_with_input(&login, server.token.as_bytes());
    let file = machine.home().join(".local/share/keyloft/credentials/default");
    tells(
        &told,
        &format!(
            "Signed in to Acme at {} as token 'setup'.\nProfile 'default'; the token is in {}.\n",
            server.url,
            file.display()
        ),
    );
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let profiles =
        fs::read_to_string(machine.home().join(".config/keyloft/profiles.toml")).unwrap();
    assert!(!profiles.contains("kl_st_"), "{profiles}");
    tells(
        &machine.run(&["profile", "list"]),
        &format!(
            "   Name     Server{0:1$}Environment\n*  default  {2}  dev\n",
            "",
            server.url.len() - 4,
            server.url
        ),
    );
    make(&machine, "one", &[("A", "one-value")]);
    tells(
        &machine.run(&["run", "-s", "one", "--no-mask", "--", "sh", "-c", "echo $A"]),
        "one-value\n",
    );
    assert!(machine.home().join(".cache/keyloft").read_dir().unwrap().next().is_some());

    let told = machine.run(&["logout"]);
    assert_eq!(told.out, format!("Signed out of {}.\n", server.url));
    assert!(!file.exists());
    assert!(
        machine.home().join(".cache/keyloft").read_dir().unwrap().next().is_none(),
        "no copy is left"
    );
    fails(&machine.run(&["logout"]), 1, "Error: not signed in anywhere");
    assert_eq!(machine.run(&["whoami"]).code, Some(1));
}

#[test]
fn a_person_signs_in_and_confirms_by_the_dashboard() {
    let server = Server::start();
    let machine = Machine::new();
    let browser = Browser::sign_in(&server);

    let mut login = Waiting::start(&machine, &["login", &server.url, "--no-browser", "-e", "prod"]);
    assert!(
        login.said[2].ends_with(&format!("{}/device?code={}", server.url, login.code)),
        "{:?}",
        login.said
    );
    browser.answer(&login.code, true);
    let out = login.end(0);
    assert!(out.starts_with(&format!("Signed in to Acme at {} as mara.\n", server.url)), "{out}");
    let whoami = machine.run(&["whoami"]).out;
    assert!(whoami.contains("Person       mara <mara@example.org>, owner\n"), "{whoami}");

    make(&machine, "one", &[("A", "one-value")]);
    let told = machine.run(&["secret", "get", "one", "A"]);
    assert!(told.err.ends_with("Confirm with your password first: keyloft sudo\n"), "{told:?}");
    let mut sudo = Waiting::start(&machine, &["sudo"]);
    browser.answer(&sudo.code, true);
    assert!(sudo.end(0).starts_with("Confirmed until "));
    tells(&machine.run(&["secret", "get", "one", "A"]), "one-value");

    // What programs alone may read.
    assert_eq!(
        machine.run_with_input(&["secret", "set", "one", "W=-", "--kind", "write-only"], b"w").code,
        Some(0)
    );
    fails(
        &machine.run(&["secret", "get", "one", "W"]),
        1,
        "Error: W of 'one' is write-only: programs read it with a service token, people do not",
    );
    let told =
        machine.run(&["run", "-s", "one", "--no-mask", "--", "sh", "-c", "echo $A ${W-none}"]);
    assert_eq!(told.out, "one-value none\n");
    assert_eq!(
        told.err,
        "Hint: write-only, so given to service tokens and not to you: W of 'one'\n"
    );

    // The token is worth nothing after signing out.
    let credential = machine.home().join(".local/share/keyloft/credentials/default");
    let token = fs::read_to_string(credential).unwrap().lines().nth(1).unwrap().to_owned();
    tells(&machine.run(&["logout"]), &format!("Signed out of {}.\n", server.url));
    let mut other = Machine::new();
    other.set("KEYLOFT_URL", &server.url);
    other.set("KEYLOFT_TOKEN", token);
    assert_eq!(other.run(&["whoami"]).code, Some(1));
}

#[test]
fn a_person_says_no() {
    let server = Server::start();
    let machine = Machine::new();
    let browser = Browser::sign_in(&server);
    let mut login = Waiting::start(&machine, &["login", &server.url]);
    browser.answer(&login.code, false);
    login.end(1);
    assert!(!machine.home().join(".config").exists(), "nothing was kept");
}

/// A command that shows a code and waits for somebody.
struct Waiting {
    child: Child,
    code: String,
    said: Vec<String>,
}

impl Waiting {
    fn start(machine: &Machine, arguments: &[&str]) -> Self {
        let mut child = machine
            .command(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let said: Vec<_> = BufReader::new(child.stderr.take().unwrap())
            .lines()
            .take(8)
            .map(Result::unwrap)
            .collect();
        let code = said[6].trim().to_owned();
        Self { child, code, said }
    }

    fn end(&mut self, code: i32) -> String {
        let mut out = String::new();
        self.child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
        assert_eq!(self.child.wait().unwrap().code(), Some(code), "{out}");
        out
    }
}

/// As much of a browser as it takes to sign in and to press a button.
struct Browser<'a> {
    server: &'a Server,
    cookie: String,
}

impl<'a> Browser<'a> {
    fn sign_in(server: &'a Server) -> Self {
        let form =
            format!("email=mara%40example.org&password={}&next=%2F", PASSWORD.replace(' ', "+"));
        let answer = post(server, "/sign-in", "", &form);
        let cookie = answer.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
        Self { server, cookie: cookie.split(';').next().unwrap().to_owned() }
    }

    fn answer(&self, code: &str, approve: bool) {
        let whoami = self.server.machine().run(&["whoami", "--json"]).out;
        let whoami: serde_json::Value = serde_json::from_str(&whoami).unwrap();
        let workspace = whoami["workspace"].as_str().unwrap();
        let form = format!("workspace={workspace}&asks=answer&code={code}&approve={approve}");
        let answer = post(self.server, "/device", &self.cookie, &form);
        let status: u16 = answer.split(' ').nth(1).unwrap().parse().unwrap();
        assert_eq!(status, 303, "{answer}");
    }
}

fn post(server: &Server, path: &str, cookie: &str, form: &str) -> String {
    let host = server.url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nhost: {host}\r\norigin: {}\r\ncookie: {cookie}\r\ncontent-type: \
         application/x-www-form-urlencoded\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{form}",
        server.url,
        form.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}
