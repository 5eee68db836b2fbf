//! What a member may in one environment: their role, what they were granted there, and the limit that they were given.

use crate::{Action, EnvironmentId, Permission, Role};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// What one member may be granted in one environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Grant {
    /// A developer reveals hidden values although the environment is protected, with the password again.
    Reveal,
    /// A member who is limited sees this environment. The other grants include it.
    See,
    /// A developer changes secrets although the environment is protected.
    Write,
}

impl Grant {
    /// Every grant.
    pub const ALL: [Self; 3] = [Self::Reveal, Self::See, Self::Write];

    /// The grant as the database, the API and the command spell it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reveal => "reveal",
            Self::See => "see",
            Self::Write => "write",
        }
    }

    /// Whether it means anything for a member of this role: owners and admins have all of it, auditors see every name and no
    /// value, and viewers reveal nothing.
    pub const fn fits(self, role: Role) -> bool {
        matches!((self, role), (_, Role::Developer) | (Self::See, Role::Viewer))
    }
}

impl fmt::Display for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such grant: expected see, reveal or write")]
pub struct NoSuchGrant;

impl FromStr for Grant {
    type Err = NoSuchGrant;

    fn from_str(text: &str) -> Result<Self, NoSuchGrant> {
        Self::ALL.into_iter().find(|grant| grant.as_str() == text).ok_or(NoSuchGrant)
    }
}

/// All that a member was granted beyond their role, and whether they are limited to it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grants {
    /// Whether a developer or viewer sees only the environments in which they were granted something.
    pub limited: bool,
    /// What, where.
    pub given: Vec<(EnvironmentId, Grant)>,
}

/// An environment, as far as it decides who may what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At {
    /// Which one.
    pub environment: EnvironmentId,
    /// Whether it is protected.
    pub protected: bool,
}

impl Grants {
    /// Whether a member of this role sees the environment at all.
    pub fn shows(&self, role: Role, environment: EnvironmentId) -> bool {
        !self.limits(role) || self.given.iter().any(|(granted, _)| *granted == environment)
    }

    /// Whether a member of this role sees only some environments.
    pub const fn limits(&self, role: Role) -> bool {
        self.limited && matches!(role, Role::Developer | Role::Viewer)
    }

    fn has(&self, environment: EnvironmentId, grant: Grant) -> bool {
        self.given.contains(&(environment, grant))
    }
}

/// Whether a member may take the action: the one place that says so. Actions on no environment are at none.
pub fn permission(role: Role, grants: &Grants, action: Action, at: Option<At>) -> Permission {
    let Some(at) = at else { return role.permission(action, false) };
    if !grants.shows(role, at.environment) {
        return Permission::Refused;
    }
    match (action, role) {
        (Action::RevealValues, Role::Developer)
            if at.protected && grants.has(at.environment, Grant::Reveal) =>
        {
            Permission::GrantedWithSudo
        }
        (Action::RotateValues | Action::WriteSecrets, Role::Developer)
            if at.protected && grants.has(at.environment, Grant::Write) =>
        {
            Permission::Granted
        }
        _ => role.permission(action, at.protected),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;
    use uuid::Uuid;

    /// What a workspace says of itself in words, answered by looking every sentence up anew: slow, and nothing like the code
    /// above.
    struct Reference {
        role: Role,
        limited: bool,
        sentences: BTreeSet<(u128, &'static str)>,
    }

    impl Reference {
        /// `+` yes, `s` with the password, `.` no.
        fn answer(&self, action: Action, environment: u128, protected: bool) -> char {
            let staff = matches!(self.role, Role::Owner | Role::Admin);
            let granted = |what| self.sentences.contains(&(environment, what));
            let anything = self.sentences.iter().any(|(at, _)| *at == environment);
            let bounded = self.role == Role::Developer || self.role == Role::Viewer;
            if bounded && self.limited && !anything {
                return '.';
            }
            let yes = |yes: bool| if yes { '+' } else { '.' };
            match action {
                Action::ListSecrets | Action::ListMembers => '+',
                Action::ReadPlainValues => yes(self.role != Role::Auditor),
                Action::RevealValues if staff => {
                    if protected {
                        's'
                    } else {
                        '+'
                    }
                }
                Action::RevealValues if self.role != Role::Developer => '.',
                Action::RevealValues if !protected => '+',
                Action::RevealValues => {
                    if granted("reveal") {
                        's'
                    } else {
                        '.'
                    }
                }
                Action::WriteSecrets | Action::RotateValues => {
                    yes(staff || self.role == Role::Developer && (!protected || granted("write")))
                }
                Action::CreateWorkspaces
                | Action::ManageEnvironments
                | Action::ManageSchedules
                | Action::ManageTemplates
                | Action::RenameWorkspace => yes(staff),
                Action::DestroySecret
                | Action::ManageMembers
                | Action::ManageRotators
                | Action::ManageWebhooks
                | Action::ProtectEnvironments => {
                    if staff {
                        's'
                    } else {
                        '.'
                    }
                }
                Action::ManageTokens if staff || self.role == Role::Developer => 's',
                Action::MakeStrongTokens | Action::RequireSecondFactors | Action::SetRetention
                    if self.role == Role::Owner =>
                {
                    's'
                }
                Action::ManageTokens
                | Action::MakeStrongTokens
                | Action::RequireSecondFactors
                | Action::SetRetention => '.',
                Action::ReadAudit => yes(staff || self.role == Role::Auditor),
                Action::ReadOwnAudit => yes(self.role != Role::Viewer),
                Action::ExportAudit if staff || self.role == Role::Auditor => 's',
                Action::ExportAudit => '.',
            }
        }
    }

    fn environment(number: u128) -> EnvironmentId {
        EnvironmentId::from_uuid(Uuid::from_u128(number))
    }

    fn any_grants() -> impl Strategy<Value = Vec<(u128, Grant)>> {
        proptest::collection::vec((0_u128..4, proptest::sample::select(&Grant::ALL[..])), 0..8)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn grants_decide_as_the_reference_does(
            role in proptest::sample::select(&Role::ALL[..]),
            limited: bool,
            given in any_grants(),
            number in 0_u128..4,
            protected: bool,
        ) {
            let grants = Grants {
                limited,
                given: given.iter().map(|(at, grant)| (environment(*at), *grant)).collect(),
            };
            let sentences = given.iter().map(|(at, grant)| (*at, grant.as_str())).collect();
            let reference = Reference { role, limited, sentences };
            let at = At { environment: environment(number), protected };
            for action in Action::ALL {
                let answer = match permission(role, &grants, action, Some(at)) {
                    Permission::Granted => '+',
                    Permission::GrantedWithSudo => 's',
                    Permission::Refused => '.',
                };
                prop_assert_eq!(answer, reference.answer(action, number, protected), "{:?}", action);
                // Whatever may be done to a secret, it takes seeing that it is there.
                let seen = permission(role, &grants, Action::ListSecrets, Some(at));
                prop_assert!(answer == '.' || seen == Permission::Granted);
            }
        }

        #[test]
        fn another_grant_never_takes_a_right_away_and_a_limit_never_gives_one(
            role in proptest::sample::select(&Role::ALL[..]),
            limited: bool,
            given in any_grants(),
            more in (0_u128..4, proptest::sample::select(&Grant::ALL[..])),
            protected: bool,
        ) {
            let before = Grants {
                limited,
                given: given.iter().map(|(at, grant)| (environment(*at), *grant)).collect(),
            };
            let mut after = before.clone();
            after.given.push((environment(more.0), more.1));
            let lifted = Grants { limited: false, ..before.clone() };
            for number in 0..4 {
                let at = Some(At { environment: environment(number), protected });
                for action in Action::ALL {
                    let had = permission(role, &before, action, at);
                    prop_assert!(had == Permission::Refused || permission(role, &after, action, at) == had);
                    prop_assert!(had == Permission::Refused || permission(role, &lifted, action, at) == had);
                }
            }
        }
    }

    #[test]
    fn a_grant_is_for_whoever_has_not_the_right_already() {
        for (grant, fits) in
            [(Grant::See, "..++."), (Grant::Reveal, "..+.."), (Grant::Write, "..+..")]
        {
            let row: String =
                Role::ALL.map(|role| if grant.fits(role) { '+' } else { '.' }).iter().collect();
            assert_eq!(row, fits, "{grant}");
        }
        assert_eq!("Write".parse::<Grant>(), Err(NoSuchGrant));
    }
}
