//! Whoever looks at a page.

use crate::{error::AppError, keyboard::Letters, page_data::PageJson, ui::Theme};
use leptos::prelude::*;
use model::{
    Action, At, EmailAddress, Environment, EnvironmentId, Grants, Permission, PersonName, Role,
    SecretSummary, UserId, WorkspaceId, WorkspaceName,
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
    /// What they were granted beyond that.
    pub grants: Grants,
    /// Whether they have a second factor.
    pub has_factor: bool,
    /// The workspace's environments, in their order.
    pub environments: Vec<Environment>,
    /// `light`, `dark` or `system`.
    pub theme: String,
    /// After how many seconds a value that is shown hides itself, if it does.
    pub shown_for: Option<u32>,
    /// How they want the list.
    pub list: ListLooks,
    /// Their keys of one character.
    pub letters: Letters,
    /// How many of the secrets that they see are overdue, or have a rotator that gave up.
    pub overdue: u32,
}

/// How somebody wants lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListLooks {
    /// The secrets in pages with links between them, which a browser searches whole and a screen reader leaves, in place of one list that is scrolled.
    pub in_pages: bool,
    /// Every table with lower rows.
    pub compact: bool,
}

/// What a browser keeps of how somebody wants the dashboard.
#[cfg(feature = "ssr")]
#[derive(Clone, Debug, Default)]
pub struct Preferences {
    /// The colours.
    pub theme: Theme,
    /// After how many seconds a value that is shown hides itself, if it does.
    pub shown_for: Option<u32>,
    /// How the list of secrets comes.
    pub list: ListLooks,
    /// The keys of one character.
    pub letters: Letters,
}

/// The viewer of this page. Every page behind sign-in is drawn inside the frame that loads it.
pub fn use_viewer() -> Viewer {
    expect_context()
}

impl Viewer {
    /// The viewer that the server found for this page, if anybody is signed in. It is no `Resource`: pages that wait for something
    /// would be drawn inside of another wait, more than once, and the browser would take over a page that differs from its own.
    pub fn of_page() -> Option<Self> {
        SharedValue::<_, PageJson>::new_with_encoding(use_context::<Self>).into_inner()
    }

    /// The viewer that a session belongs to.
    #[cfg(feature = "ssr")]
    pub fn of(
        caller: store::Caller,
        environments: Vec<Environment>,
        overdue: u32,
        preferences: Preferences,
    ) -> Self {
        let Preferences { theme, shown_for, list, letters } = preferences;
        Self {
            user: caller.user,
            name: caller.name,
            email: caller.email,
            workspace: caller.workspace,
            workspace_name: caller.workspace_name,
            role: caller.role,
            grants: caller.grants,
            has_factor: caller.has_factor,
            environments,
            theme: theme.as_str().to_owned(),
            shown_for,
            list,
            letters,
            overdue,
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

    /// Where a secret is, as commands and the API spell it: environment and name.
    pub fn reference(&self, secret: &SecretSummary) -> String {
        let place = self.environment(secret.environment).map(|found| found.name.to_string());
        format!("{}/{}", place.unwrap_or_default(), secret.name)
    }

    /// Whether they may do this in one environment, perhaps after giving their password again.
    pub fn may_in(&self, environment: EnvironmentId, action: Action) -> bool {
        let protected = self.environment(environment).is_some_and(|found| found.protected);
        let at = At { environment, protected };
        model::permission(self.role, &self.grants, action, Some(at)) != Permission::Refused
    }

    /// Why they may write secrets nowhere, if they may not.
    pub fn writes_nowhere(&self) -> Option<String> {
        let may = |environment: &Environment| self.may_in(environment.id, Action::WriteSecrets);
        let nowhere = !self.environments.iter().any(may);
        nowhere.then(|| AppError::Denied(Action::WriteSecrets).to_string())
    }

    /// Whether their role may do this in any environment, perhaps after giving their password again. The server decides anyway;
    /// this is for not offering what it would refuse.
    pub fn may(&self, action: Action, protected: bool) -> bool {
        self.role.permission(action, protected) != Permission::Refused
    }
}
