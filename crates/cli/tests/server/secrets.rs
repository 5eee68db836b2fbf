//! What becomes of a secret, from its making to its end.

use crate::{Server, fails, make, tells};

#[test]
fn a_secret_is_made_as_with_modal() {
    let server = Server::start();
    let machine = server.machine();
    let told =
        machine.run_with_input(&["secret", "create", "huggingface", "HF_TOKEN=-"], b"hf_abc\n");
    tells(
        &told,
        "Created a new secret 'huggingface' with the key(s) 'HF_TOKEN'\n\n\
         Use it in a shell:\n\n    keyloft run -e dev -s huggingface -- python train.py\n\n\
         Use it in Python:\n\n    import os\n\n    import keyloft\n\n    \
         keyloft.Secret.from_name(\"huggingface\", environment_name=\"dev\").load()\n    value = os.environ[\"HF_TOKEN\"]\n",
    );
    let again = machine.run_with_input(&["secret", "create", "huggingface", "X=-"], b"1");
    fails(
        &again,
        1,
        "Error: Secret 'huggingface' already exists in environment 'dev'. Rerun with --force to replace it; its old version is \
         kept",
    );

    machine.write("x.env", "HF_TOKEN='from the file'\nHF_HOME=/data\n");
    machine.write("x.json", r#"{"HF_HOME":"/json"}"#);
    let command = [
        "secret",
        "create",
        "huggingface",
        "HF_TOKEN=",
        "--force",
        "--from-dotenv",
        "x.env",
        "--from-json",
        "x.json",
    ];
    let forced = machine.run(&command);
    assert_eq!(
        forced.out,
        "Replaced the secret 'huggingface', version 1 by version 2\n  ~ HF_TOKEN\n  + HF_HOME\n\
         To go back: keyloft secret restore -e dev huggingface 1\n"
    );
    assert_eq!(
        forced.err,
        "Hint: given more than once, and the last value counts: HF_TOKEN, HF_HOME\n"
    );
    tells(&machine.run(&["secret", "get", "huggingface", "HF_TOKEN"]), "from the file");
    tells(&machine.run(&["secret", "get", "huggingface", "HF_HOME"]), "/json");
    tells(
        &machine.run(&["secret", "restore", "huggingface", "1"]),
        "Secret 'huggingface' is at version 3, with the contents of version 1\n",
    );
    tells(&machine.run(&["secret", "get", "huggingface", "HF_TOKEN"]), "hf_abc");
    fails(
        &machine.run(&["secret", "get", "huggingface", "HF_HOME"]),
        1,
        "Error: Secret 'huggingface' has no key HF_HOME",
    );
}

#[test]
fn a_list_is_modals_table_newest_first_and_complete() {
    let server = Server::start();
    let machine = server.machine();
    tells(
        &machine.run(&["secret", "list"]),
        "Secrets in environment 'dev'\n\nName  Created at  Created by  Last used at\n",
    );
    tells(&machine.run(&["secrets", "list", "--json"]), "[]\n");
    let client = client::Client::new(
        client::Address::parse(&server.url).unwrap(),
        Some(model::BearerToken::parse(&server.token).unwrap()),
    );
    for number in 0..450 {
        let value = model::api::NewValueView::Text(model::WireValue::new("x".into()));
        let new = model::api::MakeSecret {
            environment: "dev".into(),
            name: format!("s{number}"),
            template: None,
            values: model::api::ValueMap(vec![("A".into(), value)]),
            tags: Vec::new(),
            note: String::new(),
        };
        client.make_secret(&new).unwrap();
    }
    let told = machine.run(&["secret", "list"]);
    let names: Vec<_> =
        told.out.lines().skip(3).map(|line| line.split(' ').next().unwrap()).collect();
    let expected: Vec<_> = (0..450).rev().map(|number| format!("s{number}")).collect();
    assert_eq!(names, expected);
    assert!(
        told.out.lines().nth(3).unwrap().ends_with("mara        -"),
        "{:?}",
        told.out.lines().nth(3)
    );

    tells(&machine.run(&["run", "-s", "s7", "--no-mask", "--", "true"]), "");
    let told = machine.run(&["secret", "list", "--search", "s7", "--json"]);
    let rows: Vec<serde_json::Value> = serde_json::from_str(&told.out).unwrap();
    let seven = rows.iter().find(|row| row["Name"] == "s7").unwrap();
    let columns: Vec<_> = seven.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(columns, ["Created at", "Created by", "Last used at", "Name"]);
    assert!(
        seven["Last used at"].is_string() && rows.iter().any(|row| row["Last used at"].is_null())
    );
}

#[test]
fn keys_come_and_go_and_every_version_stays() {
    let server = Server::start();
    let machine = server.machine();
    make(&machine, "db", &[("HOST", "h1"), ("PASSWORD", "p1")]);
    let told =
        machine.run_with_input(&["secret", "set", "db", "PASSWORD=-", "--note", "rotated"], b"p2");
    tells(&told, "Secret 'db' is at version 2: changed 'PASSWORD'\n");
    let told =
        machine.run(&["secret", "set", "db", "PORT=env:HOME", "HOST=env:PATH", "--kind", "plain"]);
    tells(&told, "Secret 'db' is at version 3: changed 'HOST', added 'PORT'\n");
    tells(
        &machine.run(&["secret", "unset", "db", "PORT"]),
        "Secret 'db' is at version 4: removed 'PORT'\n",
    );
    fails(
        &machine.run(&["secret", "unset", "db", "PORT", "HOST"]),
        1,
        "Error: Secret 'db' has no key PORT. Nothing was changed",
    );
    fails(
        &machine.run(&["secret", "unset", "db", "PASSWORD", "HOST"]),
        1,
        "Error: a secret has at least one key. To delete it: keyloft secret delete db",
    );
    tells(
        &machine.run(&["secret", "get", "db"]),
        "Secret 'db' in environment 'dev', version 4\n\nKey       Kind    Since version\nHOST      plain   3\nPASSWORD  hidden  2\n",
    );
    tells(&machine.run(&["secret", "get", "db", "PASSWORD", "--version", "1"]), "p1");
    tells(
        &machine.run(&["secret", "get", "db", "--version", "1"]),
        "Secret 'db' in environment 'dev', version 1\n\nKey       Kind    Since version\nHOST      hidden  1\nPASSWORD  hidden  1\n",
    );
    fails(
        &machine.run(&["secret", "get", "db", "--version", "9"]),
        1,
        "Error: Secret 'db' has no version 9",
    );
    let history = machine.run(&["secret", "history", "db"]).out;
    let lines: Vec<_> = history.lines().skip(3).collect();
    assert_eq!(lines.len(), 4);
    assert!(
        lines[2].starts_with("2 ") && lines[2].contains("  edit ") && lines[2].ends_with("rotated"),
        "{history}"
    );
    assert!(!history.contains("p1") && !history.contains("p2"));
}

#[test]
fn differences_are_named_and_values_shown_on_demand() {
    let server = Server::start();
    let machine = server.machine();
    make(&machine, "db", &[("A", "one"), ("B", "same")]);
    let differs = |arguments: &[&str], out: &str| {
        let told = machine.run(&[&["secret", "diff"], arguments].concat());
        assert_eq!(
            (told.code, told.err.as_str(), told.out.as_str()),
            (Some(1), "", out),
            "{arguments:?}"
        );
    };
    fails(
        &machine.run(&["secret", "diff", "db"]),
        1,
        "Error: Secret 'db' has one version only, and nothing to compare it with",
    );
    machine.write("two.json", r#"{"A":"two\nlines","B":"same","C":"c"}"#);
    assert_eq!(
        machine.run(&["secret", "create", "db", "--force", "--from-json", "two.json"]).code,
        Some(0)
    );
    differs(&["db"], "~ A\n+ C\n");
    differs(&["db@1", "--reveal"], "~ A\n    - \"one\"\n    + \"two\\nlines\"\n+ C\n    + \"c\"\n");
    differs(&["db@2", "db@1", "--names-only"], "- C\n");
    tells(&machine.run(&["secret", "diff", "db@2", "dev/db"]), "No difference\n");
    tells(
        &machine.run(&["secret", "copy", "db", "--to", "staging"]),
        "Copied 'dev/db' to 'staging/db'\n",
    );
    tells(&machine.run(&["secret", "diff", "db", "staging/db"]), "No difference\n");
    fails(
        &machine.run(&["secret", "diff", "db", "prod/db"]),
        1,
        "Error: Secret 'db' not found in environment 'prod'",
    );

    machine.write("x.env", "B=same\nA=three\nD=d\n");
    differs(&["db", "--from-dotenv", "x.env"], "~ A\n- C\n+ D\n");
    let told = machine.run(&["secret", "diff", "db", "--from-dotenv", "x.env", "--json"]);
    assert!(
        !told.out.contains("three") && told.out.contains("\"difference\": \"changed\""),
        "{}",
        told.out
    );
}

#[test]
fn a_secret_moves_about() {
    let server = Server::start();
    let machine = server.machine();
    make(&machine, "db", &[("A", "one")]);
    let told = machine.run(&["secret", "rename", "db", "main-db"]);
    assert_eq!(told.out, "Renamed the secret 'db' to 'main-db'\n");
    fails(
        &machine.run(&["secret", "rename", "db", "x"]),
        1,
        "Error: Secret 'db' not found in environment 'dev'",
    );
    tells(
        &machine.run(&["secret", "copy", "main-db", "--to", "dev", "--name", "copy"]),
        "Copied 'dev/main-db' to 'dev/copy'\n",
    );
    fails(
        &machine.run(&["secret", "copy", "main-db", "--to", "dev", "--name", "copy"]),
        1,
        "Error: Secret 'copy' already exists in environment 'dev'. Give another --name, or make the contents its next version \
         with: keyloft secret promote",
    );
    fails(
        &machine.run(&["secret", "rename", "main-db", "copy"]),
        1,
        "Error: Secret 'copy' already exists in environment 'dev'",
    );
    fails(
        &machine.run(&["secret", "copy", "main-db", "--to", "nowhere"]),
        1,
        "Error: there is no environment 'nowhere' in reach",
    );
    tells(
        &machine.run(&["secret", "copy", "main-db", "--to", "staging"]),
        "Copied 'dev/main-db' to 'staging/main-db'\n",
    );
    assert_eq!(machine.run_with_input(&["secret", "set", "main-db", "A=-"], b"two").code, Some(0));
    tells(
        &machine.run(&["secret", "promote", "main-db", "--to", "staging"]),
        "Promoted 'dev/main-db': 'staging/main-db' is at version 2\n",
    );
    tells(&machine.run(&["secret", "get", "-e", "staging", "main-db", "A"]), "two");
    tells(
        &machine.run(&["secret", "move", "main-db", "--to", "prod"]),
        "Moved 'dev/main-db' to 'prod/main-db'\n",
    );
    fails(
        &machine.run(&["secret", "get", "main-db"]),
        1,
        "Error: Secret 'main-db' not found in environment 'dev'",
    );
}

#[test]
fn a_deleted_secret_comes_back_or_is_destroyed() {
    let server = Server::start();
    let machine = server.machine();
    make(&machine, "db", &[("A", "one")]);
    fails(
        &machine.run(&["secret", "delete", "db"]),
        1,
        "Are you sure you want to delete the secret 'db' of environment 'dev'? It stays in the trash for 30 days. [y/N]:\n\
         Aborted: no interactive terminal detected. Rerun with --yes (-y) to skip confirmation.",
    );
    let told = machine.run(&["secret", "delete", "db", "--yes"]);
    let [deleted, back] = told.out.lines().collect::<Vec<_>>()[..] else { panic!("{told:?}") };
    assert_eq!(deleted, "Deleted the secret 'db'");
    let id = back.strip_prefix("To take it back: keyloft secret trash restore ").unwrap();
    fails(
        &machine.run(&["secret", "delete", "db", "--yes"]),
        1,
        "Error: Secret 'db' not found in environment 'dev'",
    );
    let told = machine.run(&["secret", "delete", "db", "--yes", "--allow-missing"]);
    fails(&told, 0, "Secret 'db' not found in environment 'dev'");

    make(&machine, "db", &[("A", "two")]);
    fails(
        &machine.run(&["secret", "trash", "restore", id]),
        1,
        "Error: Secret 'db' exists again in environment 'dev'. Give another name with --name",
    );
    tells(
        &machine.run(&["secret", "trash", "restore", id, "--name", "old"]),
        "Took 'dev/old' out of the trash\n",
    );
    tells(&machine.run(&["secret", "get", "old", "A"]), "one");

    assert_eq!(machine.run(&["secret", "delete", "old", "-y"]).code, Some(0));
    let listed = machine.run(&["secret", "trash"]).out;
    assert!(listed.lines().nth(1).unwrap().contains("  old   dev          "), "{listed}");
    fails(
        &machine.run(&["secret", "trash", "destroy", "nope"]),
        1,
        "Error: Secret 'nope' is not in the trash",
    );
    fails(
        &machine.run(&["secret", "trash", "destroy", "old"]),
        1,
        "Aborted: no interactive terminal detected. Rerun with --confirm and the secret's name.",
    );
    fails(
        &machine.run(&["secret", "trash", "destroy", "old", "--confirm", "db"]),
        1,
        "Aborted: that is not its name; nothing was destroyed.",
    );
    tells(
        &machine.run(&["secret", "trash", "destroy", "old", "--confirm", "old"]),
        "Destroyed 'dev/old'\n",
    );
    tells(
        &machine.run(&["secret", "trash"]),
        "ID  Name  Environment  Deleted at  Deleted by  Days left\n",
    );
}
