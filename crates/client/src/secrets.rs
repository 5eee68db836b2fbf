//! `/secrets`, `/compare`, `/trash`

use model::api::{
    ChangeSecret, Compare, CompareAnswer, CopySecret, DestroySecret, MakeSecret, ReplaceSecret,
    RestoreSecret, RestoreVersion, SecretList, SecretView, TrashList, TrashedView, ValuesAnswer,
    VersionList,
};
use model::{Cursor, EnvironmentName, KeyName, SecretId, Tag, Version};

use crate::query::Query;
use crate::transport::{Client, Request};
use crate::{Place, Result};

/// Which secrets to list.
#[derive(Clone, Debug, Default)]
pub struct SecretsQuery {
    /// Only those of this environment.
    pub environment: Option<EnvironmentName>,
    /// Only those with all these words in their name, keys, template or tags.
    pub search: Option<String>,
    /// Only those made from this template.
    pub template: Option<String>,
    /// Only those with this tag.
    pub tag: Option<Tag>,
    /// Only those that nobody read in so many days, and that are as old.
    pub stale: Option<u32>,
    /// `name`, `name-down`, `updated`, `updated-up` or `created`.
    pub sort: Option<&'static str>,
    /// From where on.
    pub after: Option<Cursor>,
    /// How many: 1 to 200.
    pub limit: Option<u32>,
}

/// What became of something that was seen before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Since<T> {
    /// It is another now.
    Changed(T),
    /// It is the same.
    Unchanged,
}

impl Client {
    /// A page of secrets.
    pub fn secrets(&self, query: &SecretsQuery) -> Result<SecretList> {
        let path = Query::new("/secrets")
            .with("environment", query.environment.as_ref())
            .with("search", query.search.as_ref())
            .with("template", query.template.as_ref())
            .with("tag", query.tag.as_ref())
            .with("stale", query.stale)
            .with("sort", query.sort)
            .with("after", query.after.as_ref().map(|cursor| &cursor.0))
            .with("limit", query.limit);
        self.ask(Request::get(path.into_path()))
    }

    /// Makes a secret. Asked again after a lost answer it makes no second one.
    pub fn make_secret(&self, new: &MakeSecret) -> Result<SecretView> {
        self.ask(Request::post("/secrets").json(new).once_only())
    }

    /// A secret without its values.
    pub fn secret(&self, place: &Place) -> Result<SecretView> {
        self.ask(Request::get(place.path("")))
    }

    /// A secret without its values, unless it is still at this version.
    pub fn secret_since(&self, place: &Place, seen: Version) -> Result<Since<SecretView>> {
        self.ask_unless(Request::get(place.path("")).if_none_match(seen))
    }

    /// Gives a secret other contents; `seen` is the version that the caller made up their mind about.
    pub fn replace_secret(
        &self,
        place: &Place,
        seen: Version,
        new: &ReplaceSecret,
    ) -> Result<SecretView> {
        self.ask(Request::put(place.path("")).json(new).if_match(seen))
    }

    /// Changes a secret.
    pub fn change_secret(
        &self,
        place: &Place,
        seen: Version,
        change: &ChangeSecret,
    ) -> Result<SecretView> {
        self.ask(Request::patch(place.path("")).json(change).if_match(seen))
    }

    /// Moves a secret to the trash.
    pub fn delete_secret(&self, place: &Place, seen: Version) -> Result<TrashedView> {
        self.ask(Request::delete(place.path("")).if_match(seen))
    }

    /// The values of a secret, of the version of now and of every key unless something else is asked for.
    pub fn values(
        &self,
        place: &Place,
        version: Option<Version>,
        keys: &[KeyName],
    ) -> Result<ValuesAnswer> {
        let keys: Vec<_> = keys.iter().map(KeyName::as_str).collect();
        let path = Query::new(place.path("/values"))
            .with("version", version)
            .with("keys", (!keys.is_empty()).then(|| keys.join(",")));
        self.ask(Request::get(path.into_path()))
    }

    /// Makes a new secret with the same contents.
    pub fn copy_secret(&self, place: &Place, to: &CopySecret) -> Result<SecretView> {
        self.ask(Request::post(place.path("/copy")).json(to))
    }

    /// Takes a secret to another environment.
    pub fn move_secret(&self, place: &Place, to: &CopySecret) -> Result<SecretView> {
        self.ask(Request::post(place.path("/move")).json(to))
    }

    /// Makes the contents a new version of the secret of that name in another environment.
    pub fn promote_secret(&self, place: &Place, to: &CopySecret) -> Result<SecretView> {
        self.ask(Request::post(place.path("/promote")).json(to))
    }

    /// Every version, without values.
    pub fn versions(&self, place: &Place) -> Result<VersionList> {
        self.ask(Request::get(place.path("/versions")))
    }

    /// Goes back to an earlier version, by making a new one with its contents.
    pub fn restore_version(&self, place: &Place, restore: &RestoreVersion) -> Result<SecretView> {
        self.ask(Request::post(place.path("/restore")).json(restore))
    }

    /// What differs between two contents.
    pub fn compare(&self, compare: &Compare) -> Result<CompareAnswer> {
        self.ask(Request::post("/compare").json(compare).again())
    }

    /// The trash, of one environment or of all in reach.
    pub fn trash(&self, environment: Option<&EnvironmentName>) -> Result<TrashList> {
        self.ask(Request::get(Query::new("/trash").with("environment", environment).into_path()))
    }

    /// Takes a secret out of the trash.
    pub fn restore_secret(&self, id: SecretId, restore: &RestoreSecret) -> Result<SecretView> {
        self.ask(Request::post(format!("/trash/{id}/restore")).json(restore))
    }

    /// Deletes a secret in the trash for good.
    pub fn destroy_secret(&self, id: SecretId, destroy: &DestroySecret) -> Result<()> {
        self.tell(Request::post(format!("/trash/{id}/destroy")).json(destroy))
    }
}
