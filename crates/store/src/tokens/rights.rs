//! What a token may do at most, and whether another may do as much.

use crate::{
    caller::{Caller, Credential},
    error::Result,
};
use model::{Field, Problem, Problems, Reach, Reason, Scope, TokenInfo};
use std::collections::BTreeSet;

pub(super) struct Rights {
    pub(super) scopes: BTreeSet<Scope>,
    pub(super) reach: Reach,
    pub(super) addresses: BTreeSet<String>,
    pub(super) expires_at: Option<i64>,
}

impl Rights {
    /// A token gives no more than it has itself. A person's role is asked at every use instead: a developer's token reaches no
    /// protected environment, whatever it says.
    pub(super) fn check_within(&self, caller: &Caller) -> Result<()> {
        let Credential::Service { scopes, reach, addresses, expires_at, .. } = &caller.credential
        else {
            return Ok(());
        };
        let ends_first = match (expires_at, self.expires_at) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(own), Some(new)) => new <= *own,
        };
        let own_addresses: BTreeSet<String> = addresses.iter().cloned().collect();
        let same_addresses = own_addresses.is_empty()
            || !self.addresses.is_empty() && self.addresses.is_subset(&own_addresses);
        let mut problems = Vec::new();
        for (within, field) in [
            (self.scopes.is_subset(scopes), Field::Scopes),
            (reach.covers_all_of(&self.reach), Field::TokenSecrets),
            (same_addresses, Field::Addresses),
            (ends_first, Field::Days),
        ] {
            if !within {
                problems.push(Problem::new(field, Reason::MoreThanMaker));
            }
        }
        Problems::check(problems).map_err(Into::into)
    }
}

impl From<&TokenInfo> for Rights {
    fn from(info: &TokenInfo) -> Self {
        Self {
            scopes: info.scopes.iter().copied().collect(),
            reach: Reach {
                environments: info.environments.iter().copied().collect(),
                names: info.secrets.iter().cloned().collect(),
            },
            addresses: info.addresses.iter().cloned().collect(),
            expires_at: info.expires_at,
        }
    }
}
