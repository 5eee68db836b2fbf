//! Who asks, and whether they may.

use crate::error::{Result, StoreError};
use model::{
    Action, At, EmailAddress, EnvironmentId, Grants, Permission, PersonName, Reach, ReaderId, Role,
    RotatorId, Scope, SecretName, SessionKey, TokenId, UserId, WorkspaceId, WorkspaceName,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A person in a workspace, or a program that they gave a token, as one request finds them: read anew for each, so that what was
/// taken away is gone.
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
    /// What they are there. A token may never do more.
    pub role: Role,
    /// What they were granted beyond that, and what they are limited to.
    pub grants: Grants,
    /// Whether they have a second factor.
    pub has_factor: bool,
    /// Whether the workspace asks their role for one.
    pub factor_required: bool,
    /// What they showed.
    pub credential: Credential,
    /// Where the request came from.
    #[serde(skip)]
    pub origin: Origin,
}

/// What a request was made with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Credential {
    /// A person's command line.
    CommandLine {
        /// Its token.
        token: TokenId,
        /// The machine it runs on.
        name: String,
        /// When it ends, in unix milliseconds.
        expires_at: Option<i64>,
        /// Until when the password given last counts.
        sudo_until: i64,
    },
    /// A rotator of ours, which stands for whoever made it.
    Rotator {
        /// Which.
        id: RotatorId,
    },
    /// A program.
    Service {
        /// Its token.
        token: TokenId,
        /// What that is called.
        name: String,
        /// What it may do.
        scopes: BTreeSet<Scope>,
        /// To what.
        reach: Reach,
        /// From where, as CIDR; from anywhere if empty.
        addresses: Vec<String>,
        /// When it ends, in unix milliseconds.
        expires_at: Option<i64>,
    },
    /// A signed-in browser.
    Session {
        /// Which.
        key: SessionKey,
        /// Until when the password given last counts.
        sudo_until: i64,
        /// When it ends however much it is used, in unix milliseconds.
        ends_at: i64,
    },
}

impl Caller {
    /// Whether the password was given in the last minutes. A service token's and a rotator's was when they were made.
    pub const fn has_sudo(&self, now: i64) -> bool {
        match self.credential {
            Credential::Rotator { .. } | Credential::Service { .. } => true,
            Credential::CommandLine { sudo_until, .. } | Credential::Session { sudo_until, .. } => {
                sudo_until > now
            }
        }
    }

    /// Whether the workspace asks for a second factor that the person does not have: until they set one up, that is all they
    /// can do. Programs go on; see decision 15.
    pub const fn lacks_factor(&self) -> bool {
        self.factor_required && !self.has_factor && !self.is_program()
    }

    /// Nothing if the person has the second factor that the workspace asks for.
    pub(crate) const fn check_factor(&self) -> Result<()> {
        if self.lacks_factor() { Err(StoreError::FactorNeeded) } else { Ok(()) }
    }

    /// The browser's session; programs have none, and may not do what is about one.
    pub fn session(&self) -> Result<SessionKey> {
        match self.credential {
            Credential::Session { key, .. } => Ok(key),
            _ => Err(StoreError::BrowserOnly),
        }
    }

    /// The token that asks; nothing if it is a browser.
    pub const fn token(&self) -> Option<&TokenId> {
        match &self.credential {
            Credential::CommandLine { token, .. } | Credential::Service { token, .. } => {
                Some(token)
            }
            Credential::Rotator { .. } | Credential::Session { .. } => None,
        }
    }

    /// When the token ends that asks, in unix milliseconds; nothing for a browser, or a token that does not end.
    pub const fn expires_at(&self) -> Option<i64> {
        match self.credential {
            Credential::CommandLine { expires_at, .. } | Credential::Service { expires_at, .. } => {
                expires_at
            }
            Credential::Rotator { .. } | Credential::Session { .. } => None,
        }
    }

    /// When the browser's session ends however much it is used, in unix milliseconds; nothing for whatever else.
    pub const fn session_ends_at(&self) -> Option<i64> {
        match self.credential {
            Credential::Session { ends_at, .. } => Some(ends_at),
            _ => None,
        }
    }

    /// Whether it is a program, which write-only values are for.
    pub const fn is_program(&self) -> bool {
        matches!(self.credential, Credential::Rotator { .. } | Credential::Service { .. })
    }

    /// Who reads: a program by its token, a person by themselves, whatever reads for them.
    pub(crate) fn reader(&self) -> ReaderId {
        match &self.credential {
            Credential::Service { token, .. } => ReaderId::Program(token.clone()),
            Credential::CommandLine { .. }
            | Credential::Rotator { .. }
            | Credential::Session { .. } => ReaderId::Person(self.user),
        }
    }

    /// How far a service token reaches; a person reaches everything.
    pub const fn reach(&self) -> Option<&Reach> {
        match &self.credential {
            Credential::Service { reach, .. } => Some(reach),
            _ => None,
        }
    }

    /// What the person may, and the token's scopes.
    pub(crate) fn permission(&self, action: Action, at: Option<At>) -> Permission {
        match &self.credential {
            Credential::Service { scopes, .. }
                if !action.scopes().iter().any(|scope| scopes.contains(scope)) =>
            {
                Permission::Refused
            }
            _ => self.person_permission(action, at),
        }
    }

    /// Whether the workspace's own templates are theirs to see: for whoever lists secrets, makes them, or makes templates.
    pub fn sees_templates(&self) -> bool {
        let actions = [Action::ListSecrets, Action::WriteSecrets, Action::ManageTemplates];
        let may = |action| self.permission(action, None) == Permission::Granted;
        !self.lacks_factor() && actions.into_iter().any(may)
    }

    /// What the person may, whatever they showed.
    pub(crate) fn person_permission(&self, action: Action, at: Option<At>) -> Permission {
        model::permission(self.role, &self.grants, action, at)
    }

    /// Nothing if the environment is none that was hidden from the person: it is not there for them.
    pub(crate) fn check_shown(&self, environment: EnvironmentId) -> Result<()> {
        let shown = self.grants.shows(self.role, environment);
        if shown { Ok(()) } else { Err(StoreError::NotFound) }
    }

    /// The environments that the caller sees; all if nothing.
    pub(crate) fn seen_environments(&self) -> Option<BTreeSet<EnvironmentId>> {
        let reached = self.reach().map(|reach| &reach.environments).filter(|all| !all.is_empty());
        let shown = self.grants.limits(self.role).then(|| {
            self.grants.given.iter().map(|(environment, _)| *environment).collect::<BTreeSet<_>>()
        });
        match (reached, shown) {
            (Some(reached), Some(shown)) => Some(reached & &shown),
            (Some(reached), None) => Some(reached.clone()),
            (None, shown) => shown,
        }
    }

    /// Nothing if it is a person, or a token that is not kept from any environment or secret.
    pub(crate) fn check_reaches_everything(&self) -> Result<()> {
        let all = self
            .reach()
            .is_none_or(|reach| reach.environments.is_empty() && reach.names.is_empty());
        if all { Ok(()) } else { Err(StoreError::OutOfReach) }
    }

    /// Nothing if every environment lies within the token's reach.
    pub(crate) fn check_whole_reach(&self) -> Result<()> {
        let whole = self.reach().is_none_or(|reach| reach.environments.is_empty());
        if whole { Ok(()) } else { Err(StoreError::OutOfReach) }
    }

    /// Nothing if every secret lies within the token's reach.
    pub(crate) fn check_everything_in_reach(&self) -> Result<()> {
        let named = self.reach().is_some_and(|reach| !reach.names.is_empty());
        if named { Err(StoreError::OutOfReach) } else { self.check_whole_reach() }
    }

    /// Nothing if the environment, and the secret if one is named, lie within the token's reach. What lies outside is refused
    /// whether it is there or not.
    pub(crate) fn check_reach(
        &self,
        environment: EnvironmentId,
        name: Option<&SecretName>,
    ) -> Result<()> {
        self.check_shown(environment)?;
        let covered = self.reach().is_none_or(|reach| {
            reach.covers_environment(environment) && name.is_none_or(|name| reach.covers_name(name))
        });
        if covered { Ok(()) } else { Err(StoreError::OutOfReach) }
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
