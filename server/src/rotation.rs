//! Which keys a rotation replaces, and what makes their values: one rule for the API and for the page.

use model::{Generator, KeyName, SecretValue, Template, ValueKind};
use store::{BaseVersion, RotatedValue, Rotation};

/// A rotation as it is asked for.
pub(crate) struct WantedRotation {
    /// The keys that were chosen, beside those that are given values.
    pub(crate) chosen: Vec<KeyName>,
    pub(crate) values: Vec<(KeyName, SecretValue)>,
    /// Make the values that are not given.
    pub(crate) generate: bool,
    pub(crate) note: String,
}

/// Why it cannot be done as it was asked for.
#[derive(Debug)]
pub(crate) enum Lacking {
    /// The secret has no such key.
    Key(KeyName),
    /// These keys have no new value.
    Values(Vec<KeyName>),
}

impl WantedRotation {
    /// The rotation of a secret that holds this.
    ///
    /// Values are made as the editor makes them: as the template says, or else 32 letters and digits. A key of a template that does
    /// not say how holds what a service issues, so that a value is made up for it only if it was chosen.
    pub(crate) fn of(self, base: &BaseVersion) -> Result<Rotation, Lacking> {
        let named = self.values.iter().map(|(key, _)| key).chain(&self.chosen);
        if let Some(unknown) = named.clone().find(|key| !base.has(key.as_str())) {
            return Err(Lacking::Key(unknown.clone()));
        }
        let template = base.template.as_deref().and_then(catalog::template);
        let mut left: Vec<(KeyName, Option<Generator>)> = Vec::new();
        if named.clone().next().is_some() {
            for key in &self.chosen {
                let is_there = left.iter().any(|(other, _)| other == key)
                    || self.values.iter().any(|(other, _)| other == key);
                if !is_there {
                    left.push((key.clone(), Some(generator(template, key).unwrap_or_default())));
                }
            }
        } else {
            let hidden = base.keys.iter().filter(|key| key.kind != ValueKind::Plain);
            left.extend(hidden.map(|key| {
                let is_issued = template.is_some_and(|template| template.key(&key.name).is_some());
                let own = || (!is_issued).then(Generator::default);
                (key.name.clone(), generator(template, &key.name).or_else(own))
            }));
        }
        let mut lacking = Vec::new();
        let mut values: Vec<_> =
            self.values.into_iter().map(|(key, value)| (key, RotatedValue::Set(value))).collect();
        for (key, generator) in left {
            match generator.filter(|_| self.generate) {
                Some(generator) => values.push((key, RotatedValue::Generate(generator))),
                None => lacking.push(key),
            }
        }
        if !lacking.is_empty() {
            return Err(Lacking::Values(lacking));
        }
        Ok(Rotation { values, note: self.note })
    }
}

fn generator(template: Option<&Template>, key: &KeyName) -> Option<Generator> {
    template?.key(key)?.generator.clone()
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{KeyInfo, SecretName, Version};

    fn key(name: &str) -> KeyName {
        KeyName::parse(name).unwrap()
    }

    fn base(template: Option<&str>, keys: &[(&str, ValueKind)]) -> BaseVersion {
        let info = |(name, kind): &(&str, ValueKind)| KeyInfo {
            name: key(name),
            kind: *kind,
            since: Version::FIRST,
        };
        BaseVersion {
            version: Version::FIRST,
            name: SecretName::parse("db").unwrap(),
            template: template.map(str::to_owned),
            keys: keys.iter().map(info).collect(),
            tags: Vec::new(),
        }
    }

    fn wanted(chosen: &[&str], generate: bool) -> WantedRotation {
        let chosen = chosen.iter().map(|name| key(name)).collect();
        WantedRotation { chosen, values: Vec::new(), generate, note: String::new() }
    }

    fn generated(wanted: WantedRotation, base: &BaseVersion) -> Result<Vec<String>, Lacking> {
        Ok(wanted.of(base)?.values.iter().map(|(key, _)| key.to_string()).collect())
    }

    #[test]
    fn without_a_choice_it_is_every_key_that_is_not_plain() {
        let base = base(
            None,
            &[("A", ValueKind::Plain), ("B", ValueKind::Hidden), ("C", ValueKind::WriteOnly)],
        );
        assert_eq!(generated(wanted(&[], true), &base).unwrap(), ["B", "C"]);
        let Err(Lacking::Values(keys)) = generated(wanted(&[], false), &base) else {
            panic!("there is nothing to set")
        };
        assert_eq!(keys, [key("B"), key("C")]);
        assert_eq!(generated(wanted(&["A", "A"], true), &base).unwrap(), ["A"]);
        assert!(matches!(generated(wanted(&["X"], true), &base), Err(Lacking::Key(_))));
    }

    #[test]
    fn what_a_service_issues_is_not_made_up_unless_it_was_chosen() {
        let hidden = |name| (name, ValueKind::Hidden);
        let postgres = base(Some("postgres"), &[hidden("PGPASSWORD"), hidden("OWN")]);
        assert_eq!(generated(wanted(&[], true), &postgres).unwrap(), ["PGPASSWORD", "OWN"]);
        let openai = base(Some("openai"), &[hidden("OPENAI_API_KEY")]);
        assert!(matches!(generated(wanted(&[], true), &openai), Err(Lacking::Values(_))));
        let chosen = generated(wanted(&["OPENAI_API_KEY"], true), &openai);
        assert_eq!(chosen.unwrap(), ["OPENAI_API_KEY"]);
    }
}
