//! Rotation: other values on purpose, and when they are due.

use super::{ReaderView, ValueMap, whole};
use crate::{
    Day, EnvironmentName, KeyName, RotationState, SecretId, SecretName, Version, WireValue,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Gives keys other values, in one version that says so.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Rotate {
    /// Which keys, beside those of `values`; if neither names any, all that are not plain.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<KeyName>, max_items = 512))]
    pub keys: Vec<String>,
    /// What keys hold from now on.
    #[cfg_attr(feature = "openapi", schema(value_type = std::collections::BTreeMap<KeyName, WireValue>))]
    pub values: ValueMap<String, WireValue>,
    /// Make the values that are not given, as the template says; without a template 32 letters and digits. What a service
    /// issues itself is made up only for a key that `keys` names.
    pub generate: bool,
    /// Why, for the history.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_length = 500))]
    pub note: String,
}

/// What came of a rotation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RotateAnswer {
    /// The version that it made.
    pub version: Version,
    /// The keys that have other values now.
    pub keys: Vec<KeyName>,
    /// Those of them whose values the server made.
    pub generated: Vec<KeyName>,
    /// Who read the secret in the last 30 days, and so will notice.
    pub readers: Vec<ReaderView>,
}

/// How often, or when, values are to be replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ScheduleView {
    /// So many days after the last rotation, or after the secret was made.
    EveryDays(#[serde(deserialize_with = "whole::positive")] u32),
    /// On a day.
    On(Day),
}

/// When a secret's values are to be replaced, and when its credential ends. What is not given is taken away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetSchedule {
    /// The secret's own schedule; its template's counts if nothing is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule: Option<ScheduleView>,
    /// When the credential itself ends, at whoever issued it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_on: Option<Day>,
}

/// What is known of a secret's rotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RotationView {
    /// How urgent it is.
    pub state: RotationState,
    /// The schedule that counts.
    pub schedule: Option<ScheduleView>,
    /// Whether that is its template's.
    pub of_template: bool,
    /// When it is due; overdue a day later.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub due_at: Option<Timestamp>,
    /// When it was last rotated.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub rotated_at: Option<Timestamp>,
    /// The version that the last rotation made.
    pub rotated_version: Option<Version>,
    /// When the credential itself ends.
    pub expires_on: Option<Day>,
}

/// A secret that waits for a rotation, or for its readers after one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DueView {
    /// Which one.
    pub id: SecretId,
    /// Its name.
    pub name: SecretName,
    /// Where it lives.
    pub environment: EnvironmentName,
    /// Its template.
    pub template: Option<String>,
    /// How urgent it is.
    pub rotation: RotationView,
    /// How many readers of the last 30 days still have values from before its last rotation.
    pub behind: u32,
}

/// The schedule of a template: it counts for secrets that have none of their own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TemplateSchedule {
    /// The template's id.
    pub template: String,
    /// Its schedule.
    pub schedule: ScheduleView,
}

/// What is due, the most urgent first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RotationList {
    /// How many are overdue.
    pub overdue: u32,
    /// How many are due today.
    pub due: u32,
    /// How many will be within two weeks.
    pub soon: u32,
    /// The secrets; also those whose credential ends within two weeks, and those with readers that have old values.
    pub secrets: Vec<DueView>,
    /// The schedules of templates.
    pub templates: Vec<TemplateSchedule>,
}
