//! What the body of a row says, read back.

use super::Actor;
use model::{
    AuditClass, AuditFilter, AuditOutcome,
    api::{AuditEnvironment, AuditEventView, AuditTarget, AuditWho, AuditWhoKind},
};
use serde::Deserialize;
use serde_json::Value;

/// A body, as [`super::Event`] wrote it.
#[derive(Debug, Deserialize)]
pub(super) struct Body {
    pub(super) at: i64,
    pub(super) action: String,
    pub(super) outcome: AuditOutcome,
    pub(super) actor: Actor,
    pub(super) target: String,
    #[serde(default)]
    pub(super) environment: Option<String>,
    ip: String,
    user_agent: String,
    request: String,
    pub(super) detail: Value,
}

impl Body {
    /// Nothing if the bytes are no body: `audit verify` says more of such a row than a list could.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }

    pub(super) fn class(&self) -> AuditClass {
        AuditClass::of(&self.action)
    }

    /// The ids of who did it: a person at a command line acts with a token, too.
    pub(super) fn actors(&self) -> [Option<&str>; 2] {
        let token = match &self.actor {
            Actor::User { token, .. } => token.as_deref(),
            _ => None,
        };
        [Some(self.actor.id()), token]
    }

    /// The person who answers for it: who did it, or made the token that did.
    pub(super) fn person(&self) -> Option<&str> {
        match &self.actor {
            Actor::Anonymous | Actor::Operator => None,
            Actor::Rotator { maker, .. } | Actor::Token { maker, .. } => Some(maker),
            Actor::User { id, .. } => Some(id),
        }
    }

    /// Whether it is what was asked for, and `of` that person if one is named.
    pub(super) fn fits(&self, filter: &AuditFilter, of: Option<&str>) -> bool {
        let AuditFilter { class, action, actor, target, environment, outcome, from, to } = filter;
        class.is_none_or(|class| self.class() == class)
            && action.as_ref().is_none_or(|action| self.action == *action)
            && actor.as_deref().is_none_or(|actor| self.actors().contains(&Some(actor)))
            && target.as_ref().is_none_or(|target| self.target == *target)
            && environment.as_ref().is_none_or(|at| self.environment.as_ref() == Some(at))
            && outcome.is_none_or(|outcome| self.outcome == outcome)
            && from.is_none_or(|from| self.at >= from.as_millisecond())
            && to.is_none_or(|to| self.at < to.as_millisecond())
            && of.is_none_or(|of| self.person() == Some(of))
    }

    /// As it goes to people. What the target is called now is filled in later.
    pub(super) fn view(self, seq: i64) -> AuditEventView {
        let class = self.class();
        let who =
            |kind| AuditWho { kind, id: None, name: None, maker: None, session: None, token: None };
        AuditEventView {
            seq,
            at: jiff::Timestamp::from_millisecond(self.at).unwrap_or_default(),
            class,
            action: self.action,
            outcome: self.outcome,
            who: match self.actor {
                Actor::Anonymous => who(AuditWhoKind::Anonymous),
                Actor::Operator => who(AuditWhoKind::Operator),
                Actor::Rotator { id, maker } => {
                    AuditWho { id: Some(id), maker: Some(maker), ..who(AuditWhoKind::Rotator) }
                }
                Actor::Token { id, name, maker } => AuditWho {
                    id: Some(id),
                    name: Some(name),
                    maker: Some(maker),
                    ..who(AuditWhoKind::Token)
                },
                Actor::User { id, name, session, token } => AuditWho {
                    id: Some(id),
                    name: Some(name),
                    session,
                    token,
                    ..who(AuditWhoKind::User)
                },
            },
            target: (!self.target.is_empty()).then_some(AuditTarget {
                id: self.target,
                name: None,
                environment: None,
            }),
            environment: self.environment.map(|id| AuditEnvironment { id, name: None }),
            ip: self.ip,
            user_agent: self.user_agent,
            request: self.request,
            detail: self.detail,
        }
    }
}
