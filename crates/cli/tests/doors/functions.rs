//! The server functions, as the pages of the dashboard call them.

use std::collections::HashMap;

use model::{
    Field, Problem, Problems, Reason, RowPart, SecretDetail, SecretSummary, Template, ValueKind,
    Version,
};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::operation::{Answer, Contents, Door, Operation, Outcome, Place, Refusal};

pub(crate) struct Functions {
    browser: Browser,
    /// Which secret was where, as in pages that were left open.
    seen: HashMap<Place, String>,
    /// Which was deleted last there.
    trashed: HashMap<Place, String>,
}

impl Door for Functions {
    fn name(&self) -> &'static str {
        "server functions"
    }

    fn perform(&mut self, operation: &Operation) -> Outcome {
        match operation {
            Operation::CreateEnvironment { name } => {
                self.send_environment("create", &[("names", name)])
            }
            Operation::RenameEnvironment { name, to } => {
                let id = self.environment(name);
                self.send_environment("rename", &[("id", &id), ("name", to)])
            }
            Operation::ProtectEnvironment { name, protected } => {
                let id = self.environment(name);
                let protected = protected.to_string();
                self.send_environment("protect", &[("id", &id), ("protected", &protected)])
            }
            Operation::DeleteEnvironment { name } => {
                let id = self.environment(name);
                self.send_environment("delete", &[("id", &id)])
            }
            Operation::CreateSecret { at, holds } => self.create(*at, holds),
            Operation::ReplaceSecret { at, holds } => {
                let found = self.load(*at)?;
                let rows = typed(holds, |key| kind_of(&found, key));
                self.save(&found, found.summary.name.as_str(), &rows, &holds.note)
            }
            Operation::SetKeys { at, holds } => {
                let found = self.load(*at)?;
                self.set(&found, holds)
            }
            Operation::RemoveKeys { at, keys } => {
                let found = self.load(*at)?;
                let mut rows = kept(&found);
                rows.retain(|row| !keys.contains(&row.key.as_str()));
                self.save(&found, found.summary.name.as_str(), &rows, "")
            }
            Operation::RenameSecret { at, to } => {
                let found = self.load(*at)?;
                self.save(&found, to, &kept(&found), "")
            }
            Operation::EditAtOnce { at, other, own } => {
                let found = self.load(*at)?;
                self.set(&found, &Contents::of(&[*other])).unwrap();
                self.set(&found, &Contents::of(&[*own]))
            }
            Operation::Trash { at } => {
                let found = self.load(*at)?;
                self.trash(*at, found.summary.version)
            }
            Operation::TrashFirstVersion { at } => self.trash(*at, Version::FIRST),
            Operation::Restore { at, name } => {
                let id = self.in_trash(*at);
                self.send_trash("restore", &[("id", &id), ("name", name.unwrap_or_default())])
            }
            Operation::Destroy { at, typed } => {
                let id = self.in_trash(*at);
                self.send_trash("destroy", &[("id", &id), ("name", typed)])
            }
            Operation::Reveal { at, key } => {
                let id = self.secret(*at);
                self.ask("secrets/reveal", json!({ "id": id, "key": key })).map(Answer::Value)
            }
        }
    }
}

impl Functions {
    pub(crate) fn of(browser: Browser) -> Self {
        Self { browser, seen: HashMap::new(), trashed: HashMap::new() }
    }

    fn create(&mut self, at: Place, holds: &Contents) -> Outcome {
        let template = holds.template.unwrap_or_default();
        // Whether there is such a template is for the server to say.
        let drawn_from = self.ask::<Template>("templates/one", json!({ "id": template })).ok();
        let rows = typed(holds, |key| {
            let keys = &drawn_from.as_ref()?.keys;
            keys.iter().find(|known| known.name.as_str() == key).map(|known| known.kind)
        });
        let environment = self.environment(at.environment);
        let mut fields = vec![
            ("draft[environments][]".to_owned(), environment),
            ("draft[template]".to_owned(), template.to_owned()),
        ];
        fields.extend(draft(at.name, "", &holds.note, &rows));
        self.send_owned("secrets/create", &fields)
    }

    fn set(&self, found: &SecretDetail, holds: &Contents) -> Outcome {
        let mut rows = kept(found);
        for new in typed(holds, |key| kind_of(found, key)) {
            match rows.iter_mut().find(|row| row.key == new.key && row.value.is_none()) {
                Some(row) => *row = new,
                None => rows.push(new),
            }
        }
        self.save(found, found.summary.name.as_str(), &rows, &holds.note)
    }

    fn save(&self, found: &SecretDetail, name: &str, rows: &[Row], note: &str) -> Outcome {
        let tags: Vec<_> = found.summary.tags.iter().map(ToString::to_string).collect();
        let mut fields = vec![
            ("id".to_owned(), found.summary.id.to_string()),
            ("from".to_owned(), found.summary.version.to_string()),
        ];
        fields.extend(draft(name, &tags.join(" "), note, rows));
        self.send_owned("secrets/edit", &fields)
    }

    fn trash(&mut self, at: Place, from: Version) -> Outcome {
        let id = self.secret(at);
        let answer = self.send("secrets/trash", &[("id", &id), ("from", &from.to_string())])?;
        self.trashed.insert(at, id);
        Ok(answer)
    }

    fn load(&mut self, at: Place) -> Result<SecretDetail, Refusal> {
        let id = self.secret(at);
        self.ask("secrets/detail", json!({ "id": id }))
    }

    /// The id of an environment, or one that nothing has.
    fn environment(&self, name: &str) -> String {
        let page = self.browser.page("/environments");
        let row = page.split_once(&format!("/secrets?env={name}\""));
        let edit = row.and_then(|(_, row)| row.split_once("/environments?edit="));
        edit.map_or_else(
            || format!("env_{NOTHING}"),
            |(_, edit)| edit.split('#').next().unwrap().to_owned(),
        )
    }

    /// The id of a secret, or of the one that was there last.
    fn secret(&mut self, at: Place) -> String {
        #[derive(Deserialize)]
        struct Page {
            rows: Vec<SecretSummary>,
        }

        let query = json!({ "environment": self.environment(at.environment), "search": at.name });
        let page: Page = self.ask("secrets/list", json!({ "query": query })).unwrap();
        let found = page.rows.into_iter().find(|row| row.name.as_str() == at.name);
        self.remember(at, found.map(|row| row.id.to_string()))
    }

    /// The id of what was deleted last of that name, or of what is there.
    fn in_trash(&mut self, at: Place) -> String {
        self.trashed.get(&at).cloned().unwrap_or_else(|| self.secret(at))
    }

    fn remember(&mut self, at: Place, found: Option<String>) -> String {
        if let Some(found) = found {
            self.seen.insert(at, found);
        }
        self.seen.get(&at).cloned().unwrap_or_else(|| format!("sec_{NOTHING}"))
    }

    fn ask<T: DeserializeOwned>(&self, function: &str, mut json: Value) -> Result<T, Refusal> {
        json["workspace"] = self.browser.workspace.as_str().into();
        let answer = self.browser.send_json(function, &json);
        answer.map(|answer| serde_json::from_value(answer).unwrap()).map_err(|error| why(&error))
    }

    fn send_owned(&self, function: &str, fields: &[(String, String)]) -> Outcome {
        let fields: Vec<_> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.send(function, &fields)
    }

    /// Sends a form of the page of environments, which the server alone draws.
    fn send_environment(&self, asks: &str, fields: &[(&str, &str)]) -> Outcome {
        let mut form = vec![("workspace", self.browser.workspace.as_str()), ("asks", asks)];
        form.extend(fields);
        let (status, page) = self.browser.post_page("/environments", &form);
        let said =
            |reason: Reason| page.contains(&Problem::new(Field::Environment, reason).to_string());
        match status {
            303 => Ok(Answer::Done),
            404 => Err(Refusal::NotFound),
            422 if said(Reason::Taken) => Err(Refusal::Taken),
            422 if page.contains("Not empty: ") => Err(Refusal::NotEmpty),
            422 => Err(Refusal::BadName),
            status => panic!("{status}: {page}"),
        }
    }

    /// Sends a form of the trash, which the server alone draws too.
    fn send_trash(&self, asks: &str, fields: &[(&str, &str)]) -> Outcome {
        let mut form = vec![("workspace", self.browser.workspace.as_str()), ("asks", asks)];
        form.extend(fields);
        let (status, page) = self.browser.post_page("/trash", &form);
        match status {
            303 => Ok(Answer::Done),
            404 => Err(Refusal::NotFound),
            422 if page.contains("Another secret of this environment has this name.") => {
                Err(Refusal::Taken)
            }
            422 if page.contains("Not destroyed: ") => Err(Refusal::NotItsName),
            422 => Err(Refusal::BadName),
            status => panic!("{status}: {page}"),
        }
    }

    fn send(&self, function: &str, fields: &[(&str, &str)]) -> Outcome {
        let mut form = vec![("workspace", self.browser.workspace.as_str())];
        form.extend(fields);
        self.browser.send_form(function, &form).map(|_| Answer::Done).map_err(|error| why(&error))
    }
}

/// A row of the editor; without a value the one of now stays.
struct Row {
    key: String,
    value: Option<String>,
    kind: ValueKind,
}

fn kept(found: &SecretDetail) -> Vec<Row> {
    let row = |key: &model::KeyInfo| Row { key: key.name.to_string(), value: None, kind: key.kind };
    found.keys.iter().map(row).collect()
}

fn typed(holds: &Contents, kind: impl Fn(&str) -> Option<ValueKind>) -> Vec<Row> {
    let row = |(key, value): &(String, String)| {
        let kind = holds.kind.or_else(|| kind(key)).unwrap_or_default();
        Row { key: key.clone(), value: Some(value.clone()), kind }
    };
    holds.values.iter().map(row).collect()
}

fn kind_of(found: &SecretDetail, key: &str) -> Option<ValueKind> {
    found.keys.iter().find(|known| known.name.as_str() == key).map(|known| known.kind)
}

/// The fields of the editor.
fn draft(name: &str, tags: &str, note: &str, rows: &[Row]) -> Vec<(String, String)> {
    let mut fields: Vec<_> = [("name", name), ("tags", tags), ("note", note)]
        .map(|(field, value)| (format!("draft[{field}]"), value.to_owned()))
        .into();
    for (index, row) in rows.iter().enumerate() {
        let mut field = |part: &str, value: &str| {
            fields.push((format!("draft[rows][{index}][{part}]"), value.to_owned()));
        };
        field("key", &row.key);
        field("value", row.value.as_deref().unwrap_or_default());
        if row.value.is_none() {
            field("from", &row.key);
            field("keep", "true");
        }
        field("kind", row.kind.as_str());
    }
    fields
}

fn why(error: &str) -> Refusal {
    /// As far as this test's operations are answered with it.
    #[derive(Deserialize)]
    enum AppError {
        Conflict {},
        Invalid(Problems),
        NotFound,
        WriteOnly,
    }

    match serde_json::from_str(error).unwrap_or_else(|_| panic!("unexpected: {error}")) {
        AppError::Conflict {} => Refusal::Conflict,
        AppError::Invalid(problems) => wrong(*problems.iter().next().unwrap()),
        AppError::NotFound => Refusal::NotFound,
        AppError::WriteOnly => Refusal::WriteOnly,
    }
}

fn wrong(problem: Problem) -> Refusal {
    match (problem.field, problem.reason) {
        (_, Reason::Duplicate { .. }) => Refusal::DuplicateKey,
        (_, Reason::NoKeys) => Refusal::NoKeys,
        (_, Reason::NotEmpty { .. }) => Refusal::NotEmpty,
        (_, Reason::NulByte { .. }) => Refusal::NulByte,
        (_, Reason::Taken | Reason::TakenBySecret(_)) => Refusal::Taken,
        (_, Reason::Unknown) => Refusal::NotFound,
        (Field::Name | Field::Environment, Reason::Name(_)) => Refusal::BadName,
        (Field::Note, Reason::TooLong { .. }) => Refusal::NoteTooLong,
        (Field::Row(_, RowPart::Key), Reason::Name(_)) => Refusal::BadKey,
        (Field::Row(_, RowPart::Value), Reason::TooLong { .. }) => Refusal::ValueTooLong,
        (Field::Secret, Reason::TooLong { .. }) => Refusal::SecretTooLong,
        (Field::Secret, Reason::TooMany { .. }) => Refusal::TooManyKeys,
        _ => panic!("unexpected: {problem:?}"),
    }
}

/// The end of an id that nothing has.
const NOTHING: &str = "0000000000007000800000000000000f";
