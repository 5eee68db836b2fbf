//! Keys with values, in their order.

use crate::{KeyName, ValueKind, Version, WireValue};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{MapAccess, Visitor},
    ser::SerializeMap as _,
};
use std::{fmt, marker::PhantomData};

/// A JSON object that keeps its order, and a key that stands in it twice, for someone to be told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueMap<K, V>(pub Vec<(K, V)>);

impl<K, V> Default for ValueMap<K, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: Serialize, V: Serialize> Serialize for ValueMap<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in &self.0 {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

impl<'de, K: Deserialize<'de>, V: Deserialize<'de>> Deserialize<'de> for ValueMap<K, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries<K, V>(PhantomData<(K, V)>);

        impl<'de, K: Deserialize<'de>, V: Deserialize<'de>> Visitor<'de> for Entries<K, V> {
            type Value = Vec<(K, V)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(entries)
            }
        }

        deserializer.deserialize_map(Entries(PhantomData)).map(Self)
    }
}

/// A value to be stored: text, or text with who may see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum NewValueView {
    /// The text alone. The key keeps its kind; a new one is hidden, or what its template says.
    Text(WireValue),
    /// The text and its kind.
    #[serde(rename_all = "snake_case")]
    WithKind {
        /// The text.
        value: WireValue,
        /// Who sees it.
        kind: ValueKind,
    },
}

/// The values of one version of a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ValuesAnswer {
    /// Which version they are of.
    pub version: Version,
    /// The environment variables.
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<KeyName, WireValue>))]
    pub values: ValueMap<KeyName, WireValue>,
    /// Keys that the caller may not read, and so are missing above: write-only ones are given to service tokens, not to people.
    pub withheld: Vec<KeyName>,
}
