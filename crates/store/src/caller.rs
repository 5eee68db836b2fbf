//! Who asks, and whether they may.

use model::{
    Action, EmailAddress, Permission, PersonName, Role, SessionKey, UserId, WorkspaceId,
    WorkspaceName,
};
use serde::{Deserialize, Serialize};

/// A signed-in person in a workspace, as one request finds them: read anew for each, so that what was taken away is gone.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Caller {
    /// Who.
    pub user: UserId,
    /// What they are called.
    pub name: PersonName,
    /// What they sign in with.
    pub email: EmailAddress,
    /// The workspace of their session.
    pub workspace: WorkspaceId,
    /// What that is called.
    pub workspace_name: WorkspaceName,
    /// What they are there.
    pub role: Role,
    /// The session that asks.
    pub session: SessionKey,
    /// Until when the password given last counts, in unix milliseconds.
    pub sudo_until: i64,
    /// Where the request came from.
    #[serde(skip)]
    pub origin: Origin,
}

impl Caller {
    /// Whether the password was given in the last minutes.
    pub const fn has_sudo(&self, now: i64) -> bool {
        self.sudo_until > now
    }

    /// What the role table says.
    pub const fn permission(&self, action: Action, protected: bool) -> Permission {
        self.role.permission(action, protected)
    }
}

/// Where a request came from, for the audit log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The client's address.
    pub ip: String,
    /// What the client calls itself, cut to 200 characters.
    pub user_agent: String,
    /// The request's id, as in the server's log.
    pub request: String,
}
