//! Whoever looks at a page.

use crate::{error::AppError, ui::Theme};
use leptos::prelude::*;
use model::{
    Action, EmailAddress, Environment, EnvironmentId, Permission, PersonName, Role, UserId,
    WorkspaceId, WorkspaceName,
};
use serde::{Deserialize, Serialize};

/// Who is signed in, and what every page shows of the workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    /// Who.
    pub user: UserId,
    /// What they are called.
    pub name: PersonName,
    /// What they sign in with.
    pub email: EmailAddress,
    /// The workspace that every form names.
    pub workspace: WorkspaceId,
    /// What it is called.
    pub workspace_name: WorkspaceName,
    /// What they are there.
    pub role: Role,
    /// The workspace's environments, in their order.
    pub environments: Vec<Environment>,
    /// `light`, `dark` or `system`.
    pub theme: String,
}

/// The viewer, loaded once for all pages; refetched when a page changed what it says.
pub type ViewerResource = Resource<Result<Viewer, AppError>>;

/// The viewer of this page. Every page behind sign-in is drawn inside the frame that loads it.
pub fn use_viewer() -> Viewer {
    expect_context()
}

impl Viewer {
    #[cfg(feature = "ssr")]
    pub(crate) fn of(caller: store::Caller, environments: Vec<Environment>, theme: Theme) -> Self {
        Self {
            user: caller.user,
            name: caller.name,
            email: caller.email,
            workspace: caller.workspace,
            workspace_name: caller.workspace_name,
            role: caller.role,
            environments,
            theme: theme.as_str().to_owned(),
        }
    }

    /// The colours they chose.
    pub fn theme(&self) -> Theme {
        Theme::parse(&self.theme)
    }

    /// The environment of this id.
    pub fn environment(&self, id: EnvironmentId) -> Option<&Environment> {
        self.environments.iter().find(|environment| environment.id == id)
    }

    /// The environment of this name.
    pub fn environment_named(&self, name: &str) -> Option<&Environment> {
        self.environments.iter().find(|environment| environment.name.as_str() == name)
    }

    /// Whether they may do this in an environment, perhaps after giving their password again. The server decides anyway;
    /// this is for not offering what it would refuse.
    pub fn may(&self, action: Action, protected: bool) -> bool {
        self.role.permission(action, protected) != Permission::Refused
    }
}
