//! `/environments`

use model::EnvironmentName;
use model::api::{ChangeEnvironment, EnvironmentList, EnvironmentView, MakeEnvironment};

use crate::Result;
use crate::transport::{Client, Request};

impl Client {
    /// The environments in reach.
    pub fn environments(&self) -> Result<EnvironmentList> {
        self.ask(Request::get("/environments"))
    }

    /// Makes an environment.
    pub fn make_environment(&self, new: &MakeEnvironment) -> Result<EnvironmentView> {
        self.ask(Request::post("/environments").json(new))
    }

    /// Renames an environment, or changes its protection.
    pub fn change_environment(
        &self,
        environment: &EnvironmentName,
        change: &ChangeEnvironment,
    ) -> Result<EnvironmentView> {
        self.ask(Request::patch(format!("/environments/{environment}")).json(change))
    }

    /// Deletes an environment, which must be empty.
    pub fn delete_environment(&self, environment: &EnvironmentName) -> Result<()> {
        self.tell(Request::delete(format!("/environments/{environment}")))
    }
}
