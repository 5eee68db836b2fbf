//! What a save would change, told by the keys that the secret has and the rows of the form.

use super::{api::UnsavedForm, row_state::RowState, rows::Rows};
use leptos::prelude::*;
use model::{KeyInfo, KeyName, SecretDetail, ValueKind, Version};

/// What a change is made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Base {
    pub(super) version: Version,
    pub(super) name: String,
    /// With a space between them.
    pub(super) tags: String,
    pub(super) keys: Vec<KeyInfo>,
}

impl Base {
    pub(super) fn of(detail: &SecretDetail) -> Self {
        let SecretDetail { summary, keys, .. } = detail;
        let tags = summary.tags.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        Self { version: summary.version, name: summary.name.to_string(), tags, keys: keys.clone() }
    }

    /// The base of what was typed before, as far as it can be told from that and from the secret of now.
    pub(super) fn of_unsaved(detail: &SecretDetail, unsaved: &UnsavedForm) -> Self {
        let now = Self::of(detail);
        let Some(version) = unsaved.from.filter(|from| *from < now.version) else { return now };
        let gone = unsaved.draft.rows.iter().filter_map(|row| {
            let name = KeyName::parse(&row.from).ok()?;
            let stays = now.keys.iter().any(|info| info.name == name);
            (!stays).then_some(KeyInfo { name, kind: row.kind, since: version })
        });
        // A key that a row stands for was there, whoever changed it since.
        let has_row =
            |name: &str| unsaved.draft.rows.iter().any(|row| row.from == name || row.key == name);
        let was = |info: &KeyInfo| info.since <= version || has_row(info.name.as_str());
        let held = now.keys.iter().filter(|info| was(info));
        let held = held.map(|info| KeyInfo { since: info.since.min(version), ..info.clone() });
        Self { version, keys: held.chain(gone).collect(), ..now }
    }
}

/// What stands in a row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Staged {
    key: String,
    /// The key whose value stays, if `kept`.
    from: String,
    kept: bool,
    kind: ValueKind,
    value: String,
}

/// A key that a save would change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) key: String,
    pub(super) what: What,
}

impl Change {
    /// What was typed for a plain key.
    pub(super) fn plain(&self) -> Option<&str> {
        match &self.what {
            What::Added { kind: ValueKind::Plain, new }
            | What::Value { kind: ValueKind::Plain, new } => new.as_deref(),
            _ => None,
        }
    }
}

/// How it would change. A value that was typed into an earlier page is not known here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    Added { kind: ValueKind, new: Option<String> },
    Removed,
    Value { kind: ValueKind, new: Option<String> },
    Kind { to: ValueKind },
    Renamed { from: String },
}

/// What the rows change.
pub(super) fn staged(base: &[KeyInfo], rows: Rows) -> Vec<Change> {
    let of = |row: &RowState| Staged {
        key: row.key.with(|key| key.trim().to_owned()),
        from: row.seed.with_value(|seed| seed.from.clone()),
        kept: row.kept.get(),
        kind: row.kind.get(),
        value: row.value.get(),
    };
    changes(base, &rows.list().with(|rows| rows.iter().map(of).collect::<Vec<_>>()))
}

fn changes(base: &[KeyInfo], rows: &[Staged]) -> Vec<Change> {
    let held = |key: &str| base.iter().find(|info| info.name.as_str() == key);
    let mut found = Vec::new();
    for row in rows.iter().filter(|row| !row.is_spare()) {
        let change = |what| Change { key: row.key.clone(), what };
        let Staged { kind, .. } = *row;
        match (held(&row.from).filter(|_| row.kept), held(&row.key)) {
            (Some(was), _) => {
                if was.name.as_str() != row.key {
                    found.push(change(What::Renamed { from: row.from.clone() }));
                }
                if was.kind != kind {
                    found.push(change(What::Kind { to: kind }));
                }
            }
            (None, Some(_)) => found.push(change(What::Value { kind, new: row.typed() })),
            (None, None) => found.push(change(What::Added { kind, new: row.typed() })),
        }
    }
    let stays = |info: &&KeyInfo| {
        let name = info.name.as_str();
        rows.iter().any(|row| row.key == name || (row.kept && row.from == name))
    };
    let gone = base.iter().filter(|info| !stays(info));
    found.extend(gone.map(|info| Change { key: info.name.to_string(), what: What::Removed }));
    found
}

impl Staged {
    fn is_spare(&self) -> bool {
        self.key.is_empty() && self.from.is_empty() && self.value.is_empty()
    }

    /// What was typed here. A kept value of an earlier page is none of the secret's.
    fn typed(&self) -> Option<String> {
        (!self.kept).then(|| self.value.clone())
    }
}

/// What somebody else did to a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Theirs {
    Added,
    Changed,
    Removed,
}

/// The keys that changed since the base, in the order of the newer version, those that are gone last.
pub(super) fn since(base: &Base, newer: &[KeyInfo]) -> Vec<(KeyName, Theirs)> {
    let had = |info: &KeyInfo| base.keys.iter().find(|old| old.name == info.name);
    let of_newer = newer.iter().filter_map(|info| {
        let theirs = match had(info) {
            None => Theirs::Added,
            Some(old) if info.since > base.version || old.kind != info.kind => Theirs::Changed,
            Some(_) => return None,
        };
        Some((info.name.clone(), theirs))
    });
    let gone = base.keys.iter().filter(|old| newer.iter().all(|info| info.name != old.name));
    of_newer.chain(gone.map(|old| (old.name.clone(), Theirs::Removed))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info(name: &str, since: u32) -> KeyInfo {
        KeyInfo {
            name: KeyName::parse(name).unwrap(),
            kind: ValueKind::Hidden,
            since: Version(since),
        }
    }

    fn kept(key: &str) -> Staged {
        Staged { key: key.into(), from: key.into(), kept: true, ..Staged::default() }
    }

    fn typed(key: &str, from: &str, value: &str) -> Staged {
        let (key, from, value) = (key.into(), from.into(), value.into());
        Staged { key, from, value, ..Staged::default() }
    }

    fn told(base: &[KeyInfo], rows: &[Staged]) -> Vec<(String, What)> {
        changes(base, rows).into_iter().map(|change| (change.key, change.what)).collect()
    }

    #[test]
    fn an_untouched_form_changes_nothing() {
        let base = [info("A", 1), info("B", 1)];
        assert_eq!(changes(&base, &[kept("B"), kept("A"), Staged::default()]), []);
    }

    #[test]
    fn each_key_says_how_it_changes() {
        let base = [info("A", 1), info("B", 1), info("C", 1), info("D", 1)];
        let plain = Staged { kind: ValueKind::Plain, ..kept("B") };
        let renamed = Staged { from: "C".into(), ..kept("SEE") };
        let rows = [typed("A", "A", "2"), plain, renamed, typed("NEW", "", ""), kept("@0")];
        let hidden = ValueKind::Hidden;
        let value = |text: &str| Some(text.to_owned());
        let expected = [
            ("A", What::Value { kind: hidden, new: value("2") }),
            ("B", What::Kind { to: ValueKind::Plain }),
            ("SEE", What::Renamed { from: "C".into() }),
            ("NEW", What::Added { kind: hidden, new: value("") }),
            ("@0", What::Added { kind: hidden, new: None }),
            ("D", What::Removed),
        ];
        assert_eq!(told(&base, &rows), expected.map(|(key, what)| (key.to_owned(), what)));
    }

    #[test]
    fn a_value_of_an_earlier_page_is_a_change() {
        let row = Staged { from: "@3".into(), ..kept("A") };
        let what = What::Value { kind: ValueKind::Hidden, new: None };
        assert_eq!(told(&[info("A", 1)], &[row]), [("A".to_owned(), what)]);
    }

    #[test]
    fn what_others_did_is_told_by_key() {
        let keys = vec![info("A", 1), info("B", 2), info("C", 1)];
        let base = Base { version: Version(2), name: "db".into(), tags: String::new(), keys };
        let newer = [info("B", 2), info("A", 3), info("D", 3)];
        let told: Vec<_> = since(&base, &newer)
            .into_iter()
            .map(|(key, theirs)| (key.to_string(), theirs))
            .collect();
        let expected = [("A", Theirs::Changed), ("D", Theirs::Added), ("C", Theirs::Removed)];
        assert_eq!(told, expected.map(|(key, theirs)| (key.to_owned(), theirs)));
    }
}
