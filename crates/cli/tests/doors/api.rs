//! `/api/v1`, through the typed client.

use std::collections::HashMap;

use client::{Client, Error};
use model::api::{
    ChangeEnvironment, ChangeSecret, DestroySecret, MakeEnvironment, MakeSecret, NewValueView,
    ProblemCode, ReplaceSecret, RestoreSecret, SecretView, ValueMap,
};
use model::{EnvironmentName, KeyName, SecretId, SecretName, Version, WireValue};

use crate::operation::{Answer, Contents, Door, Operation, Outcome, Place, Refusal};

pub(crate) struct Api {
    client: Client,
    /// What was in the trash once.
    seen: HashMap<Place, SecretId>,
}

impl Door for Api {
    fn name(&self) -> &'static str {
        "API"
    }

    fn perform(&mut self, operation: &Operation) -> Outcome {
        match operation {
            Operation::Reveal { at, key } => self.reveal(*at, key),
            operation => self.ask(operation).map(|()| Answer::Done).map_err(|error| why(&error)),
        }
    }
}

impl Api {
    pub(crate) fn of(client: Client) -> Self {
        Self { client, seen: HashMap::new() }
    }

    fn ask(&mut self, operation: &Operation) -> Result<(), Error> {
        let client = &self.client;
        match operation {
            Operation::CreateEnvironment { name } => {
                client.make_environment(&MakeEnvironment { name: (*name).to_owned() })?;
            }
            Operation::RenameEnvironment { name, to } => {
                let change = ChangeEnvironment { name: Some((*to).to_owned()), protected: None };
                client.change_environment(&environment(name), &change)?;
            }
            Operation::ProtectEnvironment { name, protected } => {
                let change = ChangeEnvironment { name: None, protected: Some(*protected) };
                client.change_environment(&environment(name), &change)?;
            }
            Operation::DeleteEnvironment { name } => {
                client.delete_environment(&environment(name))?;
            }
            Operation::CreateSecret { at, holds } => {
                client.make_secret(&MakeSecret {
                    environment: at.environment.to_owned(),
                    name: at.name.to_owned(),
                    template: holds.template.map(str::to_owned),
                    values: values(holds),
                    tags: Vec::new(),
                    note: holds.note.clone(),
                })?;
            }
            Operation::ReplaceSecret { at, holds } => {
                let new =
                    ReplaceSecret { values: values(holds), tags: None, note: holds.note.clone() };
                client.replace_secret(&place(*at), self.version(*at)?, &new)?;
            }
            Operation::SetKeys { at, holds } => {
                client.change_secret(&place(*at), self.version(*at)?, &setting(holds))?;
            }
            Operation::RemoveKeys { at, keys } => {
                let remove = keys.iter().map(ToString::to_string).collect();
                let change = ChangeSecret { remove, ..ChangeSecret::default() };
                client.change_secret(&place(*at), self.version(*at)?, &change)?;
            }
            Operation::RenameSecret { at, to } => {
                let change =
                    ChangeSecret { name: Some((*to).to_owned()), ..ChangeSecret::default() };
                client.change_secret(&place(*at), self.version(*at)?, &change)?;
            }
            Operation::EditAtOnce { at, other, own } => {
                let seen = self.version(*at)?;
                let set = |pair| {
                    client.change_secret(&place(*at), seen, &setting(&Contents::of(&[pair])))
                };
                let _first: SecretView = set(*other).unwrap();
                set(*own)?;
            }
            Operation::Trash { at } => {
                client.delete_secret(&place(*at), self.version(*at)?)?;
            }
            Operation::TrashFirstVersion { at } => {
                client.delete_secret(&place(*at), Version::FIRST)?;
            }
            Operation::Restore { at, name } => {
                let restore = RestoreSecret { name: name.map(str::to_owned) };
                let id = self.in_trash(*at);
                self.client.restore_secret(id, &restore)?;
            }
            Operation::Destroy { at, typed } => {
                let id = self.in_trash(*at);
                self.client.destroy_secret(id, &DestroySecret { name: (*typed).to_owned() })?;
            }
            Operation::Reveal { .. } => unreachable!("it has an answer of its own"),
        }
        Ok(())
    }

    fn reveal(&self, at: Place, key: &str) -> Outcome {
        let keys = [KeyName::parse(key).unwrap()];
        let answer = self.client.values(&place(at), None, &keys).map_err(|error| why(&error))?;
        match (&answer.values.0[..], &answer.withheld[..]) {
            ([(_, value)], []) => Ok(Answer::Value(value.dangerously_expose().to_owned())),
            ([], [_]) => Err(Refusal::WriteOnly),
            ([], []) => Err(Refusal::NotFound),
            _ => panic!("one key was asked for"),
        }
    }

    fn version(&self, at: Place) -> Result<Version, Error> {
        self.client.secret(&place(at)).map(|secret| secret.version)
    }

    /// What was deleted last of that name, or an id that nothing has.
    fn in_trash(&mut self, at: Place) -> SecretId {
        let trash = self.client.trash(Some(&environment(at.environment))).unwrap();
        if let Some(found) = trash.secrets.iter().find(|found| found.name.as_str() == at.name) {
            self.seen.insert(at, found.id);
        }
        let nothing = || "sec_0000000000007000800000000000000f".parse().unwrap();
        self.seen.get(&at).copied().unwrap_or_else(nothing)
    }
}

fn environment(name: &str) -> EnvironmentName {
    EnvironmentName::parse(name).unwrap()
}

fn place(at: Place) -> client::Place {
    client::Place::new(environment(at.environment), SecretName::parse(at.name).unwrap())
}

fn setting(holds: &Contents) -> ChangeSecret {
    ChangeSecret { set: values(holds), note: holds.note.clone(), ..ChangeSecret::default() }
}

fn values(holds: &Contents) -> ValueMap<String, NewValueView> {
    let pair = |(key, value): &(String, String)| {
        let value = WireValue::new(value.clone());
        let value = match holds.kind {
            Some(kind) => NewValueView::WithKind { value, kind },
            None => NewValueView::Text(value),
        };
        (key.clone(), value)
    };
    ValueMap(holds.values.iter().map(pair).collect())
}

fn why(error: &Error) -> Refusal {
    let Error::Problem(problem) = error else { panic!("unexpected: {error}") };
    let (field, detail) = problem
        .fields
        .first()
        .map_or(("", ""), |field| (field.field.as_str(), field.detail.as_str()));
    match (problem.code, field) {
        (ProblemCode::AlreadyExists, _) => Refusal::Taken,
        (ProblemCode::Conflict, _) if problem.current.is_some() => Refusal::Conflict,
        (ProblemCode::Conflict, "environment") => Refusal::NotEmpty,
        (ProblemCode::Invalid, "environment") => Refusal::BadName,
        (ProblemCode::Invalid, "name") if detail == "This is not right." => Refusal::NotItsName,
        (ProblemCode::Invalid, "name") => Refusal::BadName,
        (ProblemCode::Invalid, "note") => Refusal::NoteTooLong,
        (ProblemCode::Invalid, "values") if detail.contains("at least one") => Refusal::NoKeys,
        (ProblemCode::Invalid, "values") if detail.contains("keys") => Refusal::TooManyKeys,
        (ProblemCode::Invalid, "values") => Refusal::SecretTooLong,
        (ProblemCode::Invalid, field) if field.starts_with("values.") => {
            if detail.contains("NUL") {
                Refusal::NulByte
            } else {
                Refusal::ValueTooLong
            }
        }
        (ProblemCode::Invalid, field) if field.starts_with("values[") => {
            if detail.contains("same key") { Refusal::DuplicateKey } else { Refusal::BadKey }
        }
        (ProblemCode::NotFound, _) => Refusal::NotFound,
        _ => panic!("unexpected: {problem:?}"),
    }
}
