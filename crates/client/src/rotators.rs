//! `/rotators`

use model::RotatorId;
use model::api::{MakeRotator, RotatorList, RotatorLog, RotatorView};

use crate::Result;
use crate::transport::{Client, Request};

impl Client {
    /// The rotators of secrets in reach.
    pub fn rotators(&self) -> Result<RotatorList> {
        self.ask(Request::get("/rotators"))
    }

    /// One rotator.
    pub fn rotator(&self, id: RotatorId) -> Result<RotatorView> {
        self.ask(Request::get(format!("/rotators/{id}")))
    }

    /// Makes a rotator.
    pub fn make_rotator(&self, new: &MakeRotator) -> Result<RotatorView> {
        self.ask(Request::post("/rotators").json(new))
    }

    /// Has a rotator run now. The answer does not wait for it.
    pub fn run_rotator(&self, id: RotatorId) -> Result<RotatorView> {
        self.ask(Request::post(format!("/rotators/{id}/run")))
    }

    /// What a rotator did, the latest first.
    pub fn rotator_log(&self, id: RotatorId) -> Result<RotatorLog> {
        self.ask(Request::get(format!("/rotators/{id}/log")))
    }

    /// Deletes a rotator; during a rotation only with `force`.
    pub fn delete_rotator(&self, id: RotatorId, force: bool) -> Result<()> {
        self.tell(Request::delete(format!("/rotators/{id}?force={force}")))
    }
}
