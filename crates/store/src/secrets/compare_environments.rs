//! How two environments differ, secret by secret and key by key, told without showing a value.

use super::{
    compare::differences,
    record::{self, Entry},
};
use crate::{Place, Store, audit::Event, caller::Caller, db::query, error::Result, row};
use model::{
    Action, Environment, EnvironmentId, EnvironmentName, Field, Permission, Problems, Reason,
    SecretId, SecretName, ValueKind, Version,
    api::{ComparedKey, Difference},
};
use serde_json::json;
use std::collections::BTreeSet;

/// What is asked of a comparison.
#[derive(Clone, Debug, Default)]
pub struct Comparing {
    /// Whether it shall tell if values are the same, where the caller may know that.
    pub values: bool,
    /// Which keys are listed.
    pub shown: ShownKeys,
    /// Part of a secret's or a key's name; everything if it is empty.
    pub search: String,
    /// These secrets alone.
    pub secrets: Option<BTreeSet<SecretName>>,
}

/// Which keys are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ShownKeys {
    /// Every key.
    All,
    /// All that are not known to be the same.
    #[default]
    Differing,
    /// Those that differ like this.
    Only(Difference),
}

/// Whether it was told which values are the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValuesCompared {
    /// Where people may know it at all: write-only values are compared for programs only.
    Told,
    /// It was not asked.
    NotAsked,
    /// It takes the password again.
    PasswordNeeded,
    /// The caller may not reveal in this environment.
    Refused(EnvironmentName),
}

/// How many keys differ in which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DifferenceCounts {
    /// Only the left has them.
    pub only_left: u64,
    /// Only the right has them.
    pub only_right: u64,
    /// Both have them, with different values.
    pub changed: u64,
    /// Both have them, with the same value.
    pub same: u64,
    /// Both have them; whether the values are the same is not told.
    pub untold: u64,
}

/// Where a secret lives on one side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ComparedSide {
    /// The secret.
    pub id: SecretId,
    /// Its version of now.
    pub version: Version,
}

/// A secret with those of its keys that are listed. One side at least has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComparedSecret {
    /// What it is called in both.
    pub name: SecretName,
    /// On the left.
    pub left: Option<ComparedSide>,
    /// On the right.
    pub right: Option<ComparedSide>,
    /// Its keys.
    pub keys: Vec<ComparedKey>,
}

/// How two environments differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComparedEnvironments {
    /// One.
    pub left: Environment,
    /// The other.
    pub right: Environment,
    /// Whether it was told which values are the same.
    pub values: ValuesCompared,
    /// Of all keys that the search finds.
    pub counts: DifferenceCounts,
    /// The first secrets that have keys to list, by name.
    pub secrets: Vec<ComparedSecret>,
    /// How many more have.
    pub more: u64,
}

impl Store {
    /// Compares what two environments hold now: keys for whoever may list, values for whoever may reveal in both. Of the latter
    /// there is one audit row.
    pub async fn compare_environments(
        &self,
        caller: &Caller,
        left: &str,
        right: &str,
        wanted: &Comparing,
    ) -> Result<ComparedEnvironments> {
        let left = self.environment_at(caller, left).await?;
        let right = self.environment_at(caller, right).await?;
        if left.id == right.id {
            return Err(Problems::one(Field::Environment, Reason::Taken).into());
        }
        for side in [&left, &right] {
            self.allow_at(caller, Action::ListSecrets, Place::of(side)).await?;
        }
        let values = self.telling(caller, [&left, &right], wanted.values);
        let told = values == ValuesCompared::Told;
        if told {
            let detail = json!({
                "name": left.name.as_str(),
                "with": right.id.to_string(),
                "with_name": right.name.as_str(),
            });
            let event = Event::by(caller, "environment.compare", left.id).at(left.id).with(detail);
            self.reads.record(event).await?;
        }
        let mut compared = ComparedEnvironments {
            left,
            right,
            values,
            counts: DifferenceCounts::default(),
            secrets: Vec::new(),
            more: 0,
        };
        let may_tell = |entry: &Entry| {
            told && (caller.is_program() || entry.info.kind != ValueKind::WriteOnly)
        };
        let search = wanted.search.trim().to_lowercase();
        let sides = [compared.left.id, compared.right.id];
        let mut after = String::new();
        let mut listed = 0;
        loop {
            let (pairs, next) = self.pairs_after(caller, sides, &after, wanted, told).await?;
            for Pair { name, left, right } in pairs {
                let mut keys =
                    differences(entries(left.as_ref()), entries(right.as_ref()), may_tell);
                if !name.as_str().to_lowercase().contains(&search) {
                    keys.retain(|key| key.key.as_str().to_lowercase().contains(&search));
                }
                for key in &keys {
                    compared.counts.add(key.difference);
                }
                keys.retain(|key| wanted.shown.shows(key.difference));
                if keys.is_empty() {
                    continue;
                }
                if compared.secrets.len() == MOST_SECRETS || listed > MOST_KEYS {
                    compared.more += 1;
                    continue;
                }
                listed += keys.len();
                let [left, right] = [left, right].map(|half| half.map(|half| half.side));
                compared.secrets.push(ComparedSecret { name, left, right, keys });
            }
            let Some(next) = next else { return Ok(compared) };
            after = next;
        }
    }

    /// Whether values are compared. A page that is looked at is no try to reveal, so that nothing here is a refusal.
    fn telling(&self, caller: &Caller, sides: [&Environment; 2], asked: bool) -> ValuesCompared {
        if !asked {
            return ValuesCompared::NotAsked;
        }
        let mut values = ValuesCompared::Told;
        for side in sides {
            match caller.permission(Action::RevealValues, Some(Place::of(side).at())) {
                Permission::Refused => return ValuesCompared::Refused(side.name.clone()),
                Permission::GrantedWithSudo if !caller.has_sudo(self.now()) => {
                    values = ValuesCompared::PasswordNeeded;
                }
                Permission::Granted | Permission::GrantedWithSudo => {}
            }
        }
        values
    }

    /// The next secrets by name, and the name that others come after, if there may be any. A slice at a time, so that two full
    /// environments are never in memory at once.
    async fn pairs_after(
        &self,
        caller: &Caller,
        [left, right]: [EnvironmentId; 2],
        after: &str,
        wanted: &Comparing,
        told: bool,
    ) -> Result<(Vec<Pair>, Option<String>)> {
        let mut rows = sqlx::query(if told { WITH_VALUES } else { NAMES })
            .bind(caller.workspace.to_string())
            .bind(left.to_string())
            .bind(right.to_string())
            .bind(after)
            .bind(SLICE)
            .fetch_all(self.db.read())
            .await
            .map_err(query)?;
        let mut next = None;
        if i64::try_from(rows.len()).is_ok_and(|found| found == SLICE) {
            // The other half of the last one may come next.
            let last = rows.pop().expect("a slice is not empty");
            let last: String = row::text(&last, "name")?;
            while let Some(row) = rows.last() {
                let name: String = row::text(row, "name")?;
                if name != last {
                    next = Some(name);
                    break;
                }
                rows.pop();
            }
        }
        let mut pairs: Vec<Pair> = Vec::new();
        for found in &rows {
            let name = row::parsed(found, "name", SecretName::parse)?;
            let environment: EnvironmentId = row::text(found, "environment_id")?;
            let others = wanted.secrets.as_ref().is_some_and(|secrets| !secrets.contains(&name));
            if others || caller.check_reach(environment, Some(&name)).is_err() {
                continue;
            }
            let side = ComparedSide {
                id: row::text(found, "id")?,
                version: Version(row::count(found, "version")?),
            };
            let entries = if told {
                self.open_record(caller, side.id, side.version, found).await?
            } else {
                record::without_values(record::keys(found)?)
            };
            let half = Some(Half { side, entries });
            let other_half = pairs.pop_if(|pair| pair.name == name);
            let mut pair = other_half.unwrap_or(Pair { name, left: None, right: None });
            if environment == left {
                pair.left = half;
            } else {
                pair.right = half;
            }
            pairs.push(pair);
        }
        Ok((pairs, next))
    }
}

impl ShownKeys {
    fn shows(self, difference: Difference) -> bool {
        match self {
            Self::All => true,
            Self::Differing => !matches!(difference, Difference::Same),
            Self::Only(only) => only == difference,
        }
    }
}

impl DifferenceCounts {
    const fn add(&mut self, difference: Difference) {
        *match difference {
            Difference::Added => &mut self.only_right,
            Difference::Changed => &mut self.changed,
            Difference::Present => &mut self.untold,
            Difference::Removed => &mut self.only_left,
            Difference::Same => &mut self.same,
        } += 1;
    }
}

/// What one side holds under a name.
struct Half {
    side: ComparedSide,
    entries: Vec<Entry>,
}

/// What both sides hold under a name.
struct Pair {
    name: SecretName,
    left: Option<Half>,
    right: Option<Half>,
}

fn entries(half: Option<&Half>) -> &[Entry] {
    half.map_or(&[], |half| &half.entries)
}

macro_rules! slice {
    ($columns:literal) => {
        concat!(
            "select s.id, s.environment_id, s.name, s.version, ",
            $columns,
            " from (
               select id, environment_id, name, version from secrets
               where workspace_id = $1 and environment_id in ($2, $3) and name > $4 and trashed_at is null
               order by name, environment_id limit $5
             ) s
             join versions v on v.secret_id = s.id and v.version = s.version
             order by s.name, s.environment_id"
        )
    };
}

const NAMES: &str = slice!("v.keys");
const WITH_VALUES: &str = slice!("v.keys, v.environment_id as sealed_in, v.sealed");

/// How many secrets are read at once.
const SLICE: i64 = 1_000;
/// How many secrets are listed.
const MOST_SECRETS: usize = 200;
/// From how many keys on no further secret is listed.
const MOST_KEYS: usize = 2_000;
