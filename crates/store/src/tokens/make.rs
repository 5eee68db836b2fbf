//! Making tokens.

use super::rights::Rights;
use crate::{
    Store,
    audit::{self, Actor, Event},
    caller::Caller,
    db::{Tx, query},
    error::{Result, StoreError},
    once::Once,
};
use model::{
    Action, AuditChain, BearerToken, Field, NamePattern, Network, PersonName, Problem, Problems,
    Reach, Reason, Scope, TOKEN_ADDRESSES, TOKEN_DAYS, TOKEN_NAMES, TokenInfo, TokenKind, UserId,
    WorkspaceId,
};
use serde_json::json;
use std::{collections::BTreeSet, fmt};

/// What a token is to be, as it was given.
#[derive(Clone, Debug, Default)]
pub struct NewToken {
    /// What it is called.
    pub name: String,
    /// What it may do.
    pub scopes: BTreeSet<Scope>,
    /// The names of the environments that it reaches; all if empty.
    pub environments: Vec<String>,
    /// The secrets that it reaches; all if empty.
    pub secrets: Vec<String>,
    /// The addresses it may come from; any if empty.
    pub addresses: Vec<String>,
    /// How many days it lives; 0 for ever.
    pub days: u32,
    /// How often it may be used; no limit if nothing.
    pub max_uses: Option<u32>,
}

/// A token, and its text: shown once.
#[derive(Debug)]
pub struct MadeToken {
    /// The text.
    pub token: BearerToken,
    /// What it is.
    pub info: TokenInfo,
}

/// What was given, checked.
struct Parsed {
    name: PersonName,
    scopes: BTreeSet<Scope>,
    reach: Reach,
    addresses: Vec<Network>,
    expires_at: Option<i64>,
    max_uses: Option<u32>,
}

impl Store {
    /// Makes a service token, which may never do more than whoever makes it.
    pub async fn make_token(
        &self,
        caller: &Caller,
        new: NewToken,
        once: Option<&Once>,
    ) -> Result<MadeToken> {
        self.allow(caller, Action::ManageTokens).await?;
        if let Some(made) = self.made_before(caller, once).await? {
            return Err(StoreError::TokenMade(made));
        }
        let new = self.parse_token(caller, new).await?;
        if new.expires_at.is_none() || new.scopes.contains(&Scope::Admin) {
            self.allow(caller, Action::MakeStrongTokens).await?;
        }
        new.rights().check_within(caller)?;
        let token = Self::new_token(TokenKind::Service);
        let mut tx = self.db.begin().await?;
        self.insert_token(&mut tx, caller.workspace, caller.user, &token, &new).await?;
        self.remember_made(&mut tx, caller, once, token.id()).await?;
        let event = Event::by(caller, "token.create", token.id()).with(new.detail());
        audit::append(&mut tx, &self.clock, event).await?;
        tx.commit().await.map_err(query)?;
        let info = self.token(caller, token.id()).await?;
        Ok(MadeToken { token, info })
    }

    /// Makes a token that may do everything its owner may, for whoever runs commands on the server's machine. It ends after a
    /// year, as every admin token does.
    pub async fn make_first_token(&self, owner: UserId) -> Result<BearerToken> {
        let workspace: String =
            sqlx::query_scalar("select workspace_id from members where user_id = $1")
                .bind(owner.to_string())
                .fetch_one(self.db.read())
                .await
                .map_err(query)?;
        let workspace: WorkspaceId =
            workspace.parse().map_err(|_| StoreError::Integrity { record: "member".into() })?;
        let new = Parsed {
            name: PersonName::parse("setup").expect("this is a name"),
            scopes: Scope::ALL.into(),
            reach: Reach::default(),
            addresses: Vec::new(),
            expires_at: Some(self.now() + i64::from(TOKEN_DAYS) * DAY),
            max_uses: None,
        };
        let token = Self::new_token(TokenKind::Service);
        let mut tx = self.db.begin().await?;
        self.insert_token(&mut tx, workspace, owner, &token, &new).await?;
        let chain = AuditChain::Workspace(workspace);
        let event = Event::new(chain, "token.create", Actor::Operator, token.id());
        audit::append(&mut tx, &self.clock, event.with(new.detail())).await?;
        tx.commit().await.map_err(query)?;
        Ok(token)
    }

    async fn insert_token(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        maker: UserId,
        token: &BearerToken,
        new: &Parsed,
    ) -> Result<()> {
        sqlx::query(
            "insert into tokens (id, workspace_id, kind, name, secret_hash, scopes, environments, names,
               addresses, created_by, security_epoch, created_at, expires_at, max_uses)
             values ($1, $2, 'service', $3, $4, $5, $6, $7, $8, $9, 0, $10, $11, $12)",
        )
        .bind(token.id().as_str())
        .bind(workspace.to_string())
        .bind(new.name.as_str())
        .bind(self.token_hash(token).to_vec())
        .bind(listed(&new.scopes))
        .bind(listed(&new.reach.environments))
        .bind(listed(&new.reach.names))
        .bind(listed(&new.addresses))
        .bind(maker.to_string())
        .bind(self.now())
        .bind(new.expires_at.unwrap_or(0))
        .bind(new.max_uses.map_or(0, i64::from))
        .execute(&mut **tx)
        .await
        .map_err(query)?;
        Ok(())
    }

    async fn parse_token(&self, caller: &Caller, new: NewToken) -> Result<Parsed> {
        let mut problems = Vec::new();
        let name = PersonName::parse(&new.name);
        if let Err(fault) = name {
            problems.push(Problem::new(Field::TokenName, Reason::Name(fault)));
        }
        if new.scopes.is_empty() {
            problems.push(Problem::new(Field::Scopes, Reason::Missing));
        }
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let mut environments = BTreeSet::new();
        for name in &new.environments {
            match self.environment_named(caller, name).await {
                Ok(environment) => drop(environments.insert(environment.id)),
                Err(StoreError::Invalid(unknown)) => problems.extend(unknown.iter()),
                Err(error) => return Err(error),
            }
        }
        let mut names = BTreeSet::new();
        for name in &new.secrets {
            match NamePattern::parse(name) {
                Ok(name) => drop(names.insert(name)),
                Err(fault) => problems.push(Problem::new(Field::TokenSecrets, Reason::Name(fault))),
            }
        }
        if names.len() > TOKEN_NAMES {
            let reason = Reason::TooMany { limit: count(TOKEN_NAMES), actual: count(names.len()) };
            problems.push(Problem::new(Field::TokenSecrets, reason));
        }
        let mut addresses = Vec::new();
        for address in &new.addresses {
            match Network::parse(address) {
                Ok(address) => addresses.push(address),
                Err(_) => problems.push(Problem::new(Field::Addresses, Reason::Wrong)),
            }
        }
        if addresses.len() > TOKEN_ADDRESSES {
            let reason =
                Reason::TooMany { limit: count(TOKEN_ADDRESSES), actual: count(addresses.len()) };
            problems.push(Problem::new(Field::Addresses, reason));
        }
        if new.days > TOKEN_DAYS {
            let reason = Reason::TooMany { limit: TOKEN_DAYS, actual: new.days };
            problems.push(Problem::new(Field::Days, reason));
        }
        if new.max_uses == Some(0) {
            problems.push(Problem::new(Field::MaxUses, Reason::Wrong));
        }
        Problems::check(problems)?;
        Ok(Parsed {
            name: name.expect("a bad name is among the problems"),
            scopes: new.scopes,
            reach: Reach { environments, names },
            addresses,
            expires_at: (new.days > 0).then(|| self.now() + i64::from(new.days) * DAY),
            max_uses: new.max_uses,
        })
    }
}

impl Parsed {
    fn rights(&self) -> Rights {
        Rights {
            scopes: self.scopes.clone(),
            reach: self.reach.clone(),
            addresses: self.addresses.iter().map(ToString::to_string).collect(),
            expires_at: self.expires_at,
        }
    }

    fn detail(&self) -> serde_json::Value {
        json!({
            "name": self.name.as_str(),
            "scopes": listed(&self.scopes),
            "environments": listed(&self.reach.environments),
            "names": listed(&self.reach.names),
            "addresses": listed(&self.addresses),
            "expires_at": self.expires_at,
            "max_uses": self.max_uses,
        })
    }
}

/// A list as a column holds it: a space before and after each entry, so that `like '% x %'` finds one.
fn listed<T: fmt::Display>(entries: impl IntoIterator<Item = T>) -> String {
    let mut text = String::new();
    for entry in entries {
        if text.is_empty() {
            text.push(' ');
        }
        text.push_str(&entry.to_string());
        text.push(' ');
    }
    text
}

const DAY: i64 = 86_400_000;
