//! Tokens and addresses that are wrong. None of this makes a request.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::{Machine, check, token};

#[test]
fn nothing_is_set_up() {
    let machine = Machine::new();
    let sentence = "Error: no server is chosen. Sign in with: keyloft login https://keyloft.example.org (or set KEYLOFT_URL and \
        KEYLOFT_TOKEN)";
    for arguments in
        ["whoami", "environment list", "secret list -e dev", "run -s a -e dev -- true", "login"]
    {
        check(&machine, arguments, 1, sentence);
    }
    check(&machine, "logout", 1, "Error: not signed in anywhere");
}

#[test]
fn a_token_with_a_typo() {
    let mut typed = token();
    typed.replace_range(20..21, if &typed[20..21] == "0" { "1" } else { "0" });
    for (token, why) in [
        (
            typed.as_str(),
            "this token is mistyped or cut off: its checksum does not match. Copy it again",
        ),
        ("kl_st_", "this token is mistyped or cut off: its checksum does not match. Copy it again"),
        ("hunter2", "this is not a Keyloft token: they begin with kl_st_ or kl_cli_"),
    ] {
        let mut machine = Machine::new();
        machine.set("KEYLOFT_URL", "http://127.0.0.1:1");
        machine.set("KEYLOFT_TOKEN", token);
        check(&machine, "whoami", 1, &format!("Error: KEYLOFT_TOKEN: {why}"));

        let told = Machine::new()
            .run_with_input(&["login", "http://127.0.0.1:1", "--token-stdin"], token.as_bytes());
        assert_eq!((told.code, told.err), (Some(1), format!("Error: {why}\n")));
    }
}

#[test]
fn a_token_in_a_file() {
    let mut machine = Machine::new();
    machine.set("KEYLOFT_URL", "http://127.0.0.1:1");
    machine.set("KEYLOFT_TOKEN_FILE", "token");
    check(&machine, "whoami", 1, "Error: KEYLOFT_TOKEN_FILE: there is no file token");
    machine.write("token", "hunter2");
    let sentence =
        "Error: KEYLOFT_TOKEN_FILE: this is not a Keyloft token: they begin with kl_st_ or kl_cli_";
    check(&machine, "whoami", 1, sentence);
    machine.write("token", token() + "\n");
    let sentence = "Error: cannot reach http://127.0.0.1:1: Connection refused (os error 111)";
    check(&machine, "whoami", 1, sentence);
}

#[test]
fn addresses_that_are_none() {
    let machine = Machine::new();
    let shape = "that is no address of a server: write it as https://keyloft.example.org";
    let clear = "http:// would send the token over the network in the clear: write https://, or set KEYLOFT_INSECURE_HTTP=1 if \
        the network is yours alone";
    for (url, why) in [
        ("keyloft.example.org", shape),
        ("ftp://example.org", shape),
        ("http://example.org", clear),
        (
            "https://me:hunter2@example.org",
            "an address with a user name or a password in it is not taken: leave out what stands before the @",
        ),
        (
            "https://example.org/?x=hunter2",
            "an address ends with its path: leave out what follows the ? or #",
        ),
        (
            "kl_st_hunter2",
            "this is a token, not an address. It now stands in your shell's history: rotate it, and give tokens with keyloft login URL --token-stdin",
        ),
    ] {
        check(&machine, &format!("login {url}"), 2, &format!("Error: {why}"));
        let mut machine = Machine::new();
        machine.set("KEYLOFT_URL", url);
        machine.set("KEYLOFT_TOKEN", token());
        check(&machine, "whoami", 2, &format!("Error: KEYLOFT_URL: {why}"));
    }
}

#[test]
fn a_time_out_that_is_none() {
    for seconds in ["0", "601", "1s", "-1"] {
        let mut machine = super::machine();
        machine.set("KEYLOFT_TIMEOUT", seconds);
        check(
            &machine,
            "whoami",
            2,
            "Error: KEYLOFT_TIMEOUT is a number of seconds, from 1 to 600",
        );
    }
}

const PROFILES: &str = "current = \"default\"\n[profile.default]\nurl = \"http://127.0.0.1:1\"\ncredential = \"file\"\n";
const CREDENTIAL: &str = ".local/share/keyloft/credentials/default";

fn signed_in(address: &str) -> Machine {
    let machine = Machine::new();
    machine.write(".config/keyloft/profiles.toml", PROFILES);
    machine.write(CREDENTIAL, format!("{address}\n{}\n", token()));
    fs::set_permissions(machine.home().join(CREDENTIAL), fs::Permissions::from_mode(0o600))
        .unwrap();
    machine
}

#[test]
fn a_credential_that_others_can_read_is_not_used() {
    let machine = signed_in("http://127.0.0.1:1");
    let sentence = "Error: cannot reach http://127.0.0.1:1: Connection refused (os error 111)";
    check(&machine, "whoami", 1, sentence);
    let path = machine.home().join(CREDENTIAL);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let path = path.display();
    let sentence = format!(
        "Error: others can read the token in {path} (mode 640). Rotate it if others use this machine, then: chmod 600 {path}"
    );
    check(&machine, "whoami", 1, &sentence);
}

#[test]
fn a_credential_goes_nowhere_but_to_its_server() {
    let sentence = "Error: not signed in to http://127.0.0.1:1. Sign in with: keyloft login http://127.0.0.1:1";
    check(&signed_in("http://127.0.0.1:2"), "whoami", 1, sentence);
    let mut machine = signed_in("http://127.0.0.1:1");
    machine.set("KEYLOFT_URL", "http://127.0.0.1:3");
    check(&machine, "whoami", 1, &sentence.replace(":1", ":3"));
}

#[test]
fn a_credential_that_is_damaged() {
    let machine = signed_in("http://127.0.0.1:1\nhunter2");
    let sentence = "Error: the token of profile 'default' is damaged (this is not a Keyloft token: they begin with kl_st_ or \
        kl_cli_). Sign in again: keyloft login";
    check(&machine, "whoami", 1, sentence);
}

#[test]
fn profiles_that_are_not_as_they_should_be() {
    let machine = Machine::new();
    machine.write(".config/keyloft/profiles.toml", "current = 1\n");
    let told = machine.run(&["whoami"]);
    assert_eq!(told.code, Some(1));
    let path = machine.home().join(".config/keyloft/profiles.toml");
    let begin = format!("Error: {} is not as it should be: invalid type", path.display());
    assert!(told.err.starts_with(&begin), "{}", told.err);

    machine.write(".config/keyloft/profiles.toml", PROFILES);
    check(
        &machine,
        "whoami --profile work",
        2,
        "Error: there is no profile 'work'; there are: default",
    );
    let sentence = "Error: a profile's name has letters, digits, dots, dashes and underscores, at most 64, and no dot first";
    check(&machine, "login http://127.0.0.1:1 --profile ../x", 2, sentence);
}

#[test]
fn the_keyring_is_wanted_and_there_is_none() {
    let sentence = "Error: cannot reach http://127.0.0.1:1: Connection refused (os error 111)";
    let machine = Machine::new();
    let told = machine.run_with_input(
        &["login", "http://127.0.0.1:1", "--token-stdin", "--store", "keyring"],
        token().as_bytes(),
    );
    assert_eq!((told.code, told.err), (Some(1), format!("{sentence}\n")));
    assert!(!machine.home().join(".config").exists(), "nothing was kept");
}

#[test]
fn a_service_token_cannot_confirm() {
    let sentence = "Error: a service token confirms nothing: it may do what its scopes say. A person signs in with: keyloft login";
    check(&super::machine(), "sudo", 1, sentence);
}
