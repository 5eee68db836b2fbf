//! Whom a token stands for, found anew at every use.

use crate::{
    Store,
    audit::{Actor, Event, NOTED_EVERY},
    caller::{Caller, Credential, Origin},
    db::query,
    error::{Result, StoreError, TokenRefusal},
    row,
};
use model::{
    AuditChain, BearerToken, EmailAddress, NamePattern, Network, PersonName, Reach, Role, Scope,
    TokenId, TokenState, WorkspaceName,
};
use serde_json::json;
use sqlx::{Row as _, any::AnyRow};
use std::{collections::BTreeSet, net::IpAddr, str::FromStr};
use subtle::ConstantTimeEq as _;

impl Store {
    /// Whom the token stands for, with their rights of now.
    pub async fn authenticate(&self, token: &BearerToken, origin: &Origin) -> Result<Caller> {
        let found = self.fetcher.token(token.id()).await?;
        self.caller_of(token, origin, found.as_ref()).await
    }

    /// The same from a row that was fetched with others.
    pub(crate) async fn caller_of(
        &self,
        token: &BearerToken,
        origin: &Origin,
        found: Option<&AnyRow>,
    ) -> Result<Caller> {
        let Some(found) = found else {
            let actor = Actor::Anonymous;
            let event = Event::of_instance(self.instance(), "token.refused", actor, "");
            return self.refuse(TokenRefusal::Unknown, event, origin).await;
        };
        let caller = match self.recognize(token, origin, found)? {
            Ok(caller) => caller,
            Err(refusal) => {
                let chain = AuditChain::Workspace(row::text(found, "workspace_id")?);
                let event = Event::new(chain, "token.refused", Actor::Anonymous, token.id());
                return self.refuse(refusal, event, origin).await;
            }
        };
        if caller.lacks_factor() {
            let event = Event::by(&caller, "token.refused", token.id());
            let event = event.with(json!({ "why": "SecondFactorNeeded" })).denied();
            self.record_refusal(event).await?;
            return Err(StoreError::FactorNeeded);
        }
        self.count_use(token.id(), found, origin).await?;
        Ok(caller)
    }

    /// Whom the token stands for by its row alone: nothing is noted, and no refusal audited.
    pub(crate) fn recognize(
        &self,
        token: &BearerToken,
        origin: &Origin,
        found: &AnyRow,
    ) -> Result<std::result::Result<Caller, TokenRefusal>> {
        let hash = self.token_hash(token);
        let now = self.now();
        let current = row::bytes(found, "secret_hash")?.ct_eq(&hash);
        let previous: Option<Vec<u8>> = found.try_get("previous_hash").map_err(query)?;
        let previous = previous.unwrap_or_default().ct_eq(&hash);
        let overlaps = row::int(found, "previous_until")? > now;
        let matches = bool::from(current) || bool::from(previous) && overlaps;
        if !matches {
            return Ok(Err(TokenRefusal::Unknown));
        }
        if let Some(refusal) = refusal(found, origin, now)? {
            return Ok(Err(refusal));
        }
        // Nobody's role is empty: a maker who left was refused above.
        Ok(caller(found, origin)?.ok_or(TokenRefusal::Orphaned))
    }

    async fn refuse(&self, refusal: TokenRefusal, event: Event, origin: &Origin) -> Result<Caller> {
        let event = event.from(origin).with(json!({ "why": format!("{refusal:?}") })).denied();
        self.record_refusal(event).await?;
        Err(refusal.into())
    }

    /// Takes one of a limited number of uses; notes when the token was last used, give or take a minute.
    async fn count_use(&self, id: &TokenId, found: &AnyRow, origin: &Origin) -> Result<()> {
        let now = self.now();
        if row::int(found, "max_uses")? > 0 {
            let mut tx = self.db.begin().await?;
            let taken = sqlx::query(
                "update tokens set uses = uses + 1, last_used_at = $1, last_used_ip = $2
                 where id = $3 and uses < max_uses",
            )
            .bind(now)
            .bind(&origin.ip)
            .bind(id.as_str())
            .execute(&mut *tx)
            .await
            .map_err(query)?;
            if taken.rows_affected() == 0 {
                return Err(TokenRefusal::UsedUp.into());
            }
            return tx.commit().await.map_err(query);
        }
        let seen: Option<i64> = found.try_get("last_used_at").map_err(query)?;
        if seen.is_none_or(|seen| seen < now - NOTED_EVERY) {
            self.reads.note_token_use(id.clone(), origin.ip.clone());
        }
        Ok(())
    }
}

fn refusal(found: &AnyRow, origin: &Origin, now: i64) -> Result<Option<TokenRefusal>> {
    let addresses: String = row::text(found, "addresses")?;
    let ip: Option<IpAddr> = origin.ip.parse().ok();
    let from_allowed = addresses.is_empty()
        || words::<Network>(&addresses).any(|network| ip.is_some_and(|ip| network.contains(ip)));
    Ok(match state(found, now)? {
        TokenState::Active if from_allowed => None,
        TokenState::Active => Some(TokenRefusal::Address),
        TokenState::Expired => Some(TokenRefusal::Expired),
        TokenState::Orphaned => Some(TokenRefusal::Orphaned),
        TokenState::Revoked => Some(TokenRefusal::Revoked),
        TokenState::UsedUp => Some(TokenRefusal::UsedUp),
    })
}

/// Whether a token works, as both its uses and the lists tell it. A command line ends with its person's sessions.
pub(super) fn state(found: &AnyRow, now: i64) -> Result<TokenState> {
    let kind: String = row::text(found, "kind")?;
    let role: String = row::text(found, "role")?;
    let revoked: Option<i64> = found.try_get("revoked_at").map_err(query)?;
    let expires_at = row::int(found, "expires_at")?;
    let (uses, max_uses) = (row::int(found, "uses")?, row::int(found, "max_uses")?);
    Ok(if revoked.is_some() || kind == "cli" && !row::flag(found, "same_epoch")? {
        TokenState::Revoked
    } else if expires_at != 0 && expires_at <= now {
        TokenState::Expired
    } else if role.is_empty() {
        TokenState::Orphaned
    } else if max_uses > 0 && uses >= max_uses {
        TokenState::UsedUp
    } else {
        TokenState::Active
    })
}

/// Nothing if whoever made the token is no member.
fn caller(found: &AnyRow, origin: &Origin) -> Result<Option<Caller>> {
    let role: String = row::text(found, "role")?;
    if role.is_empty() {
        return Ok(None);
    }
    let kind: String = row::text(found, "kind")?;
    let token = row::parsed(found, "token_id", TokenId::parse)?;
    let name = row::text(found, "token_name")?;
    let expires_at = Some(row::int(found, "expires_at")?).filter(|&at| at != 0);
    let credential = if kind == "cli" {
        let sudo_until = row::int(found, "sudo_until")?;
        Credential::CommandLine { token, name, expires_at, sudo_until }
    } else {
        let addresses: String = row::text(found, "addresses")?;
        Credential::Service {
            token,
            name,
            scopes: scopes(found)?,
            reach: reach(found)?,
            addresses: addresses.split_whitespace().map(str::to_owned).collect(),
            expires_at,
        }
    };
    let role = row::parsed(found, "role", Role::from_str)?;
    let (has_factor, factor_required) = row::factors(found, role)?;
    Ok(Some(Caller {
        user: row::text(found, "user_id")?,
        name: row::parsed(found, "user_name", PersonName::parse)?,
        email: row::parsed(found, "email", EmailAddress::parse)?,
        workspace: row::text(found, "workspace_id")?,
        workspace_name: row::parsed(found, "workspace_name", WorkspaceName::parse)?,
        role,
        grants: row::grants(found)?,
        has_factor,
        factor_required,
        credential,
        origin: origin.clone(),
    }))
}

pub(super) fn scopes(found: &AnyRow) -> Result<BTreeSet<Scope>> {
    let stored: String = row::text(found, "scopes")?;
    let scopes: BTreeSet<Scope> = words(&stored).collect();
    whole(&stored, scopes.len(), "scopes")?;
    Ok(scopes)
}

pub(super) fn reach(found: &AnyRow) -> Result<Reach> {
    let environments: String = row::text(found, "environments")?;
    let names: String = row::text(found, "names")?;
    let reach = Reach {
        environments: words(&environments).collect(),
        names: names.split_whitespace().filter_map(|name| NamePattern::parse(name).ok()).collect(),
    };
    whole(&environments, reach.environments.len(), "environments")?;
    whole(&names, reach.names.len(), "names")?;
    Ok(reach)
}

/// A word that does not parse must not widen what the list allows: an empty list is no limit.
fn whole(stored: &str, parsed: usize, column: &str) -> Result<()> {
    if stored.split_whitespace().count() == parsed {
        return Ok(());
    }
    Err(StoreError::Integrity { record: format!("column {column}") })
}

fn words<T: FromStr>(stored: &str) -> impl Iterator<Item = T> {
    stored.split_whitespace().filter_map(|word| word.parse().ok())
}
