//! Secrets to programs: many at once, merged, audited before they leave.

use super::record::{self, Entry};
use crate::{
    Place, Store,
    audit::{Changes, Event, NOTED_EVERY, Noted, Read, Recorded},
    caller::{Caller, Origin},
    db::query,
    error::{Result, StoreError},
    keyring::Purpose,
    row,
    tokens::Question,
};
use data_encoding::BASE64URL_NOPAD;
use model::{
    Action, At, BearerToken, EnvironmentId, EnvironmentName, KeyName, Permission, SecretId,
    SecretName, ValueKind, Version, WireValue,
    api::{Explanation, ResolvedFrom, ResolvedSecret, StoredRead, Withheld},
};
use serde_json::json;
use sqlx::{Row as _, any::AnyRow};
use std::collections::HashMap;

/// Which secrets a program asks for.
#[derive(Clone, Debug)]
pub struct Resolving {
    /// Where they live.
    pub environment: EnvironmentName,
    /// Their names, at most 32, the last one winning.
    pub secrets: Vec<SecretName>,
    /// Only these keys; all if empty.
    pub keys: Vec<KeyName>,
    /// Keys without which nothing is answered.
    pub required: Vec<KeyName>,
    /// Open no value: only where each key comes from is asked for.
    pub names_only: bool,
}

/// What they come to.
#[derive(Debug)]
pub struct Resolved {
    /// Who asked.
    pub caller: Caller,
    /// The merged map and the source of each key; nothing if the client has it already.
    pub values: Option<Vec<(WireValue, Explanation)>>,
    /// The secrets that were read.
    pub secrets: Vec<ResolvedSecret>,
    /// Keys that people do not get.
    pub withheld: Vec<Withheld>,
    /// Changes when the answer does.
    pub tag: ContentTag,
}

/// A keyed hash of an answer: equal as long as it is, whenever it is asked for, and in whatever order keys are stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentTag(pub String);

/// A secret that was found, before it is opened.
struct Stored {
    id: SecretId,
    name: SecretName,
    version: Version,
    entries: Vec<Entry>,
    read_lately: bool,
    /// Whether the list of readers says so already.
    noted_lately: bool,
}

impl Store {
    /// Whom the token stands for, and what the named secrets come to: one statement to read them, one commit for the audit
    /// rows. If the answer has the tag that the client knows, only that is told, and audited as a check.
    pub async fn resolve(
        &self,
        token: &BearerToken,
        origin: &Origin,
        wanted: &Resolving,
        known: Option<&ContentTag>,
    ) -> Result<Resolved> {
        let question = Question::of(token, wanted);
        if let Some(resolved) = self.resolve_again(&question, token, origin, wanted, known).await {
            return Ok(resolved);
        }
        let rows = self.fetcher.secrets(token.id(), &wanted.environment, &wanted.secrets).await?;
        let caller = self.caller_of(token, origin, rows.first()).await?;
        let resolved = self.resolve_from(caller, &rows, None, wanted, known).await?;
        let resolved = resolved.expect("what may be of any age is never outdated");
        if !wanted.names_only {
            self.remembered.keep(question, &resolved.caller, rows)?;
        }
        Ok(resolved)
    }

    /// The same from what is remembered. That may be out of date, and so it answers with values or not at all.
    async fn resolve_again(
        &self,
        question: &Question,
        token: &BearerToken,
        origin: &Origin,
        wanted: &Resolving,
        known: Option<&ContentTag>,
    ) -> Option<Resolved> {
        // Nothing is audited where no value is asked for, and so nothing would tell that it is out of date.
        let answer = self.remembered.answer(question, self.now()).filter(|_| !wanted.names_only)?;
        let caller = self.recognize(token, origin, answer.rows.first()?).ok()?.ok()?;
        let as_of = Some(answer.as_of);
        let resolved = self.resolve_from(caller, &answer.rows, as_of, wanted, known).await;
        let resolved = resolved.ok().flatten();
        if resolved.is_none() {
            self.remembered.forget(question);
        }
        resolved
    }

    /// What the caller is answered from the rows; nothing if they had to be those `as_of` a number of changes, and the workspace
    /// has seen more.
    async fn resolve_from(
        &self,
        caller: Caller,
        rows: &[AnyRow],
        as_of: Option<Changes>,
        wanted: &Resolving,
        known: Option<&ContentTag>,
    ) -> Result<Option<Resolved>> {
        let environment = reached_environment(&caller, rows, wanted)?;
        let mut stored = Vec::with_capacity(wanted.secrets.len());
        let mut missing = Vec::new();
        for name in &wanted.secrets {
            let at = Place {
                environment: environment.id,
                protected: environment.protected,
                name: Some(name),
            };
            caller.check_reach(environment.id, Some(name))?;
            match rows.iter().find(|found| is_named(found, name)) {
                None => missing.push(name.clone()),
                Some(found) => {
                    let found = self.open_stored(&caller, found, wanted.names_only).await?;
                    let action = wanted.action(&caller, &found, at.at());
                    self.allow_at(&caller, action, at).await?;
                    stored.push(found);
                }
            }
        }
        if !missing.is_empty() {
            // Whether a name is there is told to whoever may read it.
            let at =
                Place { environment: environment.id, protected: environment.protected, name: None };
            self.allow_at(&caller, Action::ReadPlainValues, at).await?;
            return Err(StoreError::MissingSecrets(missing));
        }
        let withheld = withhold(&caller, &mut stored, wanted);
        let merged = merge(&stored, wanted);
        let lacking: Vec<KeyName> = wanted
            .required
            .iter()
            .filter(|key| !merged.iter().any(|(_, explanation)| explanation.key == **key))
            .cloned()
            .collect();
        if !lacking.is_empty() {
            return Err(StoreError::MissingKeys(lacking));
        }
        let tag = self.content_tag(&caller, &merged, &withheld);
        if wanted.names_only {
            let values = merged.into_iter().map(|(_, from)| (WireValue::default(), from)).collect();
            let secrets = stored.iter().map(Stored::resolved).collect();
            return Ok(Some(Resolved { caller, values: Some(values), secrets, withheld, tag }));
        }
        let unchanged = known == Some(&tag);
        let action = if unchanged { "secret.checked" } else { "secret.read" };
        let reads = stored
            .iter()
            .map(|found| found.read(&caller, action, environment.id, wanted))
            .collect();
        if self.reads.record_reads(reads, as_of).await? == Recorded::Outdated {
            return Ok(None);
        }
        Ok(Some(Resolved {
            values: (!unchanged).then(|| {
                merged
                    .into_iter()
                    .map(|(entry, explanation)| {
                        let text = entry.value.dangerously_expose().to_owned();
                        (WireValue::new(text), explanation)
                    })
                    .collect()
            }),
            secrets: stored.iter().map(Stored::resolved).collect(),
            caller,
            withheld,
            tag,
        }))
    }

    /// Notes reads that a client answered from its own cache. What is not there, or out of the caller's reach, is passed over:
    /// a report is not refused for one of its rows.
    pub async fn record_stored_reads(&self, caller: &Caller, reads: &[StoredRead]) -> Result<()> {
        let mut events = Vec::with_capacity(reads.len());
        for read in reads {
            let found = match self.find(caller, read.secret).await {
                Err(StoreError::NotFound) => continue,
                found => found?,
            };
            if caller.check_reach(found.environment, Some(&found.name)).is_ok() {
                let detail = json!({
                    "name": found.name.as_str(),
                    "version": read.version.0,
                    "at": read.at.as_millisecond(),
                });
                let event = Event::by(caller, "secret.read-offline", found.id)
                    .at(found.environment)
                    .with(detail);
                // A copy says nothing new: it was read at the server before.
                events.push(Read { event, touches: None, noted: None });
            }
        }
        self.reads.record_reads(events, None).await.map(|_| ())
    }

    async fn open_stored(
        &self,
        caller: &Caller,
        found: &AnyRow,
        names_only: bool,
    ) -> Result<Stored> {
        let id: SecretId = row::text(found, "secret_id")?;
        let version = Version(row::count(found, "version")?);
        let last_read: Option<i64> = found.try_get("last_read_at").map_err(query)?;
        let noted: Option<i64> = found.try_get("noted_version").map_err(query)?;
        let noted_at: Option<i64> = found.try_get("noted_at").map_err(query)?;
        let lately = |at: Option<i64>| at.is_some_and(|at| at > self.now() - NOTED_EVERY);
        let entries = if names_only {
            record::without_values(record::keys(found)?)
        } else {
            self.open_record(caller, id, version, found).await?
        };
        Ok(Stored {
            id,
            name: row::parsed(found, "secret_name", SecretName::parse)?,
            version,
            entries,
            read_lately: lately(last_read),
            noted_lately: noted == Some(i64::from(version.0)) && lately(noted_at),
        })
    }

    fn content_tag(
        &self,
        caller: &Caller,
        merged: &[(&Entry, Explanation)],
        withheld: &[Withheld],
    ) -> ContentTag {
        let mut parts: Vec<(&str, &str)> = merged
            .iter()
            .map(|(entry, _)| (entry.info.name.as_str(), entry.value.dangerously_expose()))
            .chain(
                withheld.iter().map(|withheld| (withheld.key.as_str(), withheld.secret.as_str())),
            )
            .collect();
        parts.sort_unstable();
        let texts = parts.iter().flat_map(|(key, value)| [key.as_bytes(), value.as_bytes()]);
        let texts = std::iter::once(caller.workspace.as_bytes().as_slice()).chain(texts);
        let hash = self.keyring.keyed_hash_of(Purpose::ContentTag, texts);
        ContentTag(BASE64URL_NOPAD.encode(&hash[..18]))
    }
}

impl Resolving {
    /// What asking for this of the secret takes. Whoever may read a value or list secrets may know which keys there are.
    fn action(&self, caller: &Caller, found: &Stored, at: At) -> Action {
        let hidden = found
            .entries
            .iter()
            .any(|entry| self.asks_for(&entry.info.name) && entry.info.kind != ValueKind::Plain);
        let reads = caller.permission(Action::ReadPlainValues, Some(at)) == Permission::Granted;
        match (self.names_only, reads, hidden) {
            (true, false, _) => Action::ListSecrets,
            (true, true, _) | (false, _, false) => Action::ReadPlainValues,
            (false, _, true) => Action::RevealValues,
        }
    }

    fn asks_for(&self, key: &KeyName) -> bool {
        self.keys.is_empty() || self.keys.contains(key)
    }
}

impl Stored {
    fn read(
        &self,
        caller: &Caller,
        action: &'static str,
        at: EnvironmentId,
        wanted: &Resolving,
    ) -> Read {
        let mut detail = json!({ "name": self.name.as_str(), "version": self.version.0 });
        if !wanted.keys.is_empty() {
            detail["keys"] = json!(wanted.keys);
        }
        Read {
            event: Event::by(caller, action, self.id).at(at).with(detail),
            touches: (!self.read_lately).then_some(self.id),
            noted: (!self.noted_lately).then(|| Noted {
                secret: self.id,
                reader: caller.reader(),
                version: self.version,
            }),
        }
    }

    fn from(&self) -> ResolvedFrom {
        ResolvedFrom { secret: self.name.clone(), version: self.version }
    }

    fn resolved(&self) -> ResolvedSecret {
        ResolvedSecret { id: self.id, name: self.name.clone(), version: self.version }
    }
}

struct Reached {
    id: EnvironmentId,
    protected: bool,
}

/// The environment that every row repeats.
fn reached_environment(caller: &Caller, rows: &[AnyRow], wanted: &Resolving) -> Result<Reached> {
    let unknown = || StoreError::UnknownEnvironment(wanted.environment.clone());
    let found = rows.first().ok_or_else(unknown)?;
    let id: Option<String> = found.try_get("environment_id").map_err(query)?;
    let Some(id) = id else {
        caller.check_whole_reach()?;
        return Err(unknown());
    };
    let id = id.parse().map_err(|_| unknown())?;
    Ok(Reached { id, protected: row::flag(found, "protected")? })
}

fn is_named(found: &AnyRow, name: &SecretName) -> bool {
    let stored: Option<String> = found.try_get("secret_name").unwrap_or_default();
    stored.is_some_and(|stored| stored == name.as_str())
}

/// Takes what people do not get out of what was opened.
fn withhold(caller: &Caller, stored: &mut [Stored], wanted: &Resolving) -> Vec<Withheld> {
    let mut withheld = Vec::new();
    if caller.is_program() {
        return withheld;
    }
    for found in stored {
        let Stored { name, entries, .. } = found;
        entries.retain(|entry| {
            let kept = entry.info.kind != ValueKind::WriteOnly;
            if !kept && wanted.asks_for(&entry.info.name) {
                withheld.push(Withheld { key: entry.info.name.clone(), secret: name.clone() });
            }
            kept
        });
    }
    withheld
}

/// Later secrets win; a key keeps the place at which it first stood.
fn merge<'a>(stored: &'a [Stored], wanted: &Resolving) -> Vec<(&'a Entry, Explanation)> {
    let mut places: HashMap<&KeyName, usize> = HashMap::new();
    let mut merged: Vec<(&Entry, Explanation)> = Vec::new();
    for found in stored {
        for entry in found.entries.iter().filter(|entry| wanted.asks_for(&entry.info.name)) {
            let key = &entry.info.name;
            if let Some(&place) = places.get(key) {
                let (winner, explanation) = &mut merged[place];
                *winner = entry;
                let loser = std::mem::replace(&mut explanation.source, found.from());
                explanation.shadowed.push(loser);
            } else {
                places.insert(key, merged.len());
                let explanation =
                    Explanation { key: key.clone(), source: found.from(), shadowed: Vec::new() };
                merged.push((entry, explanation));
            }
        }
    }
    merged
}
