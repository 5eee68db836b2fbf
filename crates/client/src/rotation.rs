//! `/rotation`, and what secrets and templates have of it

use model::Version;
use model::api::{
    DestroyVersion, ReaderList, Rotate, RotateAnswer, RotationList, ScheduleView, SecretView,
    SetSchedule,
};

use crate::query::Query;
use crate::transport::{Client, Request};
use crate::{Place, Result};

impl Client {
    /// Gives keys other values on purpose; `seen` is the version that the caller made up their mind about.
    pub fn rotate_secret(
        &self,
        place: &Place,
        seen: Version,
        rotate: &Rotate,
    ) -> Result<RotateAnswer> {
        self.ask(Request::post(place.path("/rotate")).json(rotate).if_match(seen))
    }

    /// Who read a secret in the last days.
    pub fn readers(&self, place: &Place, days: Option<u32>) -> Result<ReaderList> {
        let path = Query::new(place.path("/readers")).with("days", days);
        self.ask(Request::get(path.into_path()))
    }

    /// Says when a secret's values are due, and when its credential ends.
    pub fn set_schedule(&self, place: &Place, new: &SetSchedule) -> Result<SecretView> {
        self.ask(Request::put(place.path("/schedule")).json(new))
    }

    /// Takes that away.
    pub fn clear_schedule(&self, place: &Place) -> Result<()> {
        self.tell(Request::delete(place.path("/schedule")))
    }

    /// Says when the secrets of a template are due that have no schedule of their own.
    pub fn set_template_schedule(&self, template: &str, new: &ScheduleView) -> Result<()> {
        self.tell(Request::put(format!("/templates/{template}/schedule")).json(new))
    }

    /// Takes that away.
    pub fn clear_template_schedule(&self, template: &str) -> Result<()> {
        self.tell(Request::delete(format!("/templates/{template}/schedule")))
    }

    /// What is due, the most urgent first.
    pub fn rotation(&self) -> Result<RotationList> {
        self.ask(Request::get("/rotation"))
    }

    /// Destroys the values of an old version for good.
    pub fn destroy_version(
        &self,
        place: &Place,
        version: Version,
        destroy: &DestroyVersion,
    ) -> Result<()> {
        let path = place.path(&format!("/versions/{version}/destroy"));
        self.tell(Request::post(path).json(destroy))
    }
}
