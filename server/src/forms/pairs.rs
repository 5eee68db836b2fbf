use serde::Deserialize;

/// The fields of a form, in its order.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(crate) struct Pairs(Vec<(String, String)>);

impl Pairs {
    /// All that stands under a name.
    pub(crate) fn all(&self, name: &str) -> Vec<String> {
        self.0.iter().filter(|(known, _)| known == name).map(|(_, value)| value.clone()).collect()
    }

    /// What stands there last, or nothing.
    pub(crate) fn one(&self, name: &str) -> &str {
        self.0.iter().rfind(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// All of them.
    pub(crate) fn fields(&self) -> &[(String, String)] {
        &self.0
    }

    /// The rest of the form.
    pub(crate) fn without(self, names: &[&str]) -> Vec<(String, String)> {
        self.0.into_iter().filter(|(known, _)| !names.contains(&known.as_str())).collect()
    }
}
