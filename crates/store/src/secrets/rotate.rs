//! Rotation by hand: other values for some keys, on purpose.

use super::{
    edit::{NextVersion, check_size},
    record::Entry,
};
use crate::{
    Store,
    audit::Event,
    caller::Caller,
    error::{Result, StoreError},
    random,
};
use model::{
    Action, Field, Generator, KeyName, Problems, Reason, RowPart, SecretId, SecretReader,
    SecretValue, Version, parse_note,
};
use serde_json::json;
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// How a version says that it came of a rotation.
pub(super) const ROTATION: &str = "rotation";

/// Which keys get other values.
#[derive(Debug)]
pub struct Rotation {
    /// The keys, no two alike, and what each shall hold.
    pub values: Vec<(KeyName, RotatedValue)>,
    /// Why, for the history.
    pub note: String,
}

/// What a key shall hold.
#[derive(Debug)]
pub enum RotatedValue {
    /// A value that is made here, and shown to nobody.
    Generate(Generator),
    /// This value.
    Set(SecretValue),
}

/// What came of it.
#[derive(Debug)]
pub struct Rotated {
    /// The version that it made.
    pub version: Version,
    /// The keys whose values were made here.
    pub generated: Vec<KeyName>,
    /// Who read the secret in the last 30 days, and so will notice.
    pub readers: Vec<SecretReader>,
}

impl Store {
    /// Gives keys that the secret has other values, in one version that says so. `from` is the version that it was asked for: of
    /// two people at once, one wins and the other is told.
    pub async fn rotate_values(
        &self,
        caller: &Caller,
        id: SecretId,
        from: Version,
        rotation: Rotation,
    ) -> Result<Rotated> {
        let found = self.find_live(caller, id).await?;
        self.allow_at(caller, Action::RotateValues, found.place()).await?;
        self.check_version(caller, &found, from).await?;
        let note = parse_note(&rotation.note).map_err(Problems::from)?;
        if rotation.values.is_empty() {
            return Err(Problems::one(Field::Secret, Reason::NoKeys).into());
        }
        let mut entries = self.open_version(caller, id, from).await?;
        let keys: Vec<KeyName> = rotation.values.iter().map(|(key, _)| key.clone()).collect();
        let mut generated = Vec::new();
        let mut same = Vec::new();
        for (index, (key, value)) in (0..).zip(rotation.values) {
            let entry =
                entries.iter_mut().find(|entry| entry.info.name == key).ok_or_else(|| {
                    Problems::one(Field::Row(index, RowPart::Key), Reason::KeptKeyGone)
                })?;
            let value = match value {
                RotatedValue::Set(value) => value,
                RotatedValue::Generate(generator) => {
                    generated.push(key.clone());
                    make(&generator)
                }
            };
            if is_same(entry, &value) {
                same.push(key);
            }
            entry.value = value;
            entry.info.since = from.next();
        }
        if !same.is_empty() {
            // It tells whether a guess was right, so that it is kept who asked.
            let detail = json!({ "name": found.name.as_str(), "same": same });
            let event =
                Event::by(caller, "secret.rotate", id).at(found.environment).with(detail).denied();
            self.reads.record(event).await?;
            return Err(StoreError::SameValues(same));
        }
        check_size(&entries)?;
        let readers = self.readers_since(caller, id, self.now() - LATELY).await?;
        let next = NextVersion {
            name: &found.name,
            tags: None,
            entries: &entries,
            cause: ROTATION,
            note: &note,
            action: "secret.rotate",
            detail: json!({ "keys_set": keys, "generated": generated }),
        };
        let version = self.write_next(caller, &found, from, next).await?;
        Ok(Rotated { version, generated, readers })
    }
}

fn make(generator: &Generator) -> SecretValue {
    let mut random = Zeroizing::new(vec![0; generator.bytes_needed()]);
    random::fill(&mut random);
    SecretValue::new(generator.render(&random))
}

fn is_same(entry: &Entry, value: &SecretValue) -> bool {
    let (one, other) = (entry.value.dangerously_expose(), value.dangerously_expose());
    one.as_bytes().ct_eq(other.as_bytes()).into()
}

/// Who read in the last 30 days will notice.
pub(super) const LATELY: i64 = 30 * 86_400_000;
