//! A project's `keyloft.toml`, and values in its files.

use crate::{Server, fails, make, tells};

#[test]
fn a_project_names_its_environment_secrets_and_keys() {
    let server = Server::start();
    let mut machine = crate::support::Machine::new();
    machine.set("KEYLOFT_URL", &server.url);
    machine.set("KEYLOFT_TOKEN", &server.token);
    fails(
        &machine.run(&["secret", "list"]),
        2,
        "Error: no environment is chosen: add -e NAME, or set KEYLOFT_ENVIRONMENT. There are: dev, staging, prod",
    );
    machine.write("app/keyloft.toml", "[project]\nenvironment = \"staging\"\nsecrets = [\"a\", \"b\"]\nrequired = [\"A\", \"X\", \"Y\"]\n");
    let below = |arguments: &[&str]| {
        let mut command = machine.command(arguments);
        std::fs::create_dir_all(machine.home().join("app/src")).unwrap();
        crate::support::Told::from(
            command.current_dir(machine.home().join("app/src")).output().unwrap(),
        )
    };
    fails(
        &below(&["check"]),
        1,
        "Secret 'a' not found in environment 'staging'\nSecret 'b' not found in environment 'staging'\n\
         missing in environment 'staging': A, X, Y",
    );
    let mut staging = server.machine();
    staging.set("KEYLOFT_ENVIRONMENT", "staging");
    make(&staging, "a", &[("A", "1")]);
    make(&staging, "b", &[("X", "2")]);
    fails(&below(&["check"]), 1, "missing in environment 'staging': Y");
    fails(
        &below(&["run", "--", "true"]),
        1,
        "Error: Secrets 'a', 'b' of environment 'staging' are missing key(s): Y",
    );
    tells(&below(&["run", "-s", "a", "--no-mask", "--", "sh", "-c", "echo $A"]), "1\n");
    assert_eq!(staging.run_with_input(&["secret", "set", "b", "Y=-"], b"3").code, Some(0));
    let path = machine.home().canonicalize().unwrap().join("app/keyloft.toml");
    tells(
        &below(&["check"]),
        &format!("{}: 3 required keys in 2 secrets of environment 'staging'\n", path.display()),
    );
    tells(&below(&["run", "--no-mask", "--", "sh", "-c", "echo $A$X$Y"]), "123\n");

    // A token that may read and not list checks too.
    let token = staging.run(&["token", "create", "ci", "--scope", "read"]).out;
    machine.set("KEYLOFT_TOKEN", token.trim());
    let mut command = machine.command(&["check", "app/keyloft.toml", "--json"]);
    let told = crate::support::Told::from(command.output().unwrap());
    tells(
        &told,
        "{\n  \"environment\": \"staging\",\n  \"missing_keys\": [],\n  \"missing_secrets\": []\n}\n",
    );
}

#[test]
fn values_are_found_in_files() {
    let server = Server::start();
    let machine = server.machine();
    make(
        &machine,
        "stripe",
        &[
            ("KEY", "sk_live_51abcdef"),
            ("PEM", "line-number-one\nline-number-two"),
            ("SHORT", "abc"),
        ],
    );
    machine.write("clean/a.txt", "abc\nnothing here\n");
    tells(&machine.run(&["scan", "clean"]), "");
    machine.write("src/app.py", "import os\n\nkey = \"sk_live_51abcdef\"  # abc\n");
    machine.write("src/config.json", "{\"pem\":\n \"line-number-one\\nline-number-two\"}\n");
    machine.write("src/.git/objects/x", "sk_live_51abcdef");
    let mut binary = vec![0_u8; 11 * 1024 * 1024];
    binary.extend_from_slice(b"sk_live_51abcdef");
    machine.write("src/model.bin", &binary);
    machine.write("src/small.bin", b"\0\0sk_live_51abcdef");
    let told = machine.run(&["scan", "src"]);
    assert_eq!(
        (told.code, told.err.as_str(), told.out.as_str()),
        (
            Some(1),
            "",
            "src/app.py:3: stripe/KEY (environment dev)\nsrc/config.json:2: stripe/PEM (environment dev)\n\
             src/small.bin:1: stripe/KEY (environment dev)\n"
        )
    );
    assert!(!machine.run(&["scan", "src", "--json"]).out.contains("sk_live"));

    let git = |arguments: &[&str]| {
        let mut command = std::process::Command::new("git");
        assert!(
            command.args(arguments).current_dir(machine.home()).output().unwrap().status.success()
        );
    };
    std::fs::remove_dir_all(machine.home().join("src/.git")).unwrap();
    git(&["init", "-q", "."]);
    git(&["add", "src/app.py"]);
    // What is staged counts, not what the file became since.
    machine.write("src/app.py", "clean now\n");
    let told = machine.run(&["scan", "--staged"]);
    assert_eq!(
        (told.code, told.out.as_str()),
        (Some(1), "src/app.py:3: stripe/KEY (environment dev)\n")
    );
    git(&["add", "src/app.py"]);
    tells(&machine.run(&["scan", "--staged"]), "");
}

#[test]
fn github_actions_get_masks_in_the_log_and_values_in_the_file() {
    let server = Server::start();
    let mut machine = server.machine();
    make(&machine, "one", &[("A", "one-value"), ("B", "two\nlines-here")]);
    let export = ["export", "-s", "one", "--format", "github-actions"];
    fails(
        &machine.run(&export),
        2,
        "Error: GITHUB_ENV is not set, so that this is no job of GitHub Actions: name a file with --output",
    );
    machine.set("GITHUB_ENV", "env");
    machine.write("env", "BEFORE=1\n");
    let told = machine.run(&export);
    assert_eq!(
        (told.code, told.err.as_str()),
        (Some(0), "Set 2 variables for the steps that follow\n")
    );
    assert!(told.out.lines().all(|line| line.starts_with("::add-mask::")), "{}", told.out);
    let file = std::fs::read_to_string(machine.home().join("env")).unwrap();
    assert!(file.starts_with("BEFORE=1\nA<<") && file.contains("\ntwo\nlines-here\n"), "{file}");
}
