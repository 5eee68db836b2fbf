//! Links that make somebody a member, once.

mod accept;

use crate::{
    Store,
    audit::{self, Event},
    caller::Caller,
    db::query,
    error::{InvitationRefusal, MemberRefusal, Result, StoreError},
    members, row,
    sign_in::folded,
};
use model::{
    BearerToken, EmailAddress, Field, INVITATION_HOURS, INVITATIONS, InvitationInfo, PersonName,
    Problems, Reason, Role, TokenId, TokenKind, UserId, WorkspaceId, WorkspaceName,
};
use serde_json::json;
use sqlx::any::AnyRow;
use subtle::ConstantTimeEq as _;

/// An invitation, and the token of its link: shown once, to be brought to whom it is for.
#[derive(Debug)]
pub struct MadeInvitation {
    /// What the link ends in.
    pub token: BearerToken,
    /// What it is.
    pub info: InvitationInfo,
}

/// What an invitation says to whoever holds its link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invited {
    /// Where to.
    pub workspace_name: WorkspaceName,
    /// Whom it is for.
    pub email: EmailAddress,
    /// What they will be there.
    pub role: Role,
    /// Who invites.
    pub invited_by: PersonName,
    /// Until when, in unix milliseconds.
    pub expires_at: i64,
    /// Whether there is an account of the address, whose password it takes.
    pub has_account: bool,
}

/// An invitation that may be accepted now.
struct Open {
    id: TokenId,
    workspace: WorkspaceId,
    inviter: UserId,
    email_folded: String,
    /// Who has the address.
    account: Option<UserId>,
    told: Invited,
}

impl Store {
    /// Invites whoever has the address. Nothing is sent from here: the answer holds the link's token.
    pub async fn invite(&self, caller: &Caller, email: &str, role: Role) -> Result<MadeInvitation> {
        self.check_gives(caller, role).await?;
        let email = EmailAddress::parse(email)
            .map_err(|fault| Problems::one(Field::Email, Reason::Name(fault)))?;
        let (now, token) = (self.now(), Self::new_token(TokenKind::Invitation));
        let mut tx = self.db.begin().await?;
        members::lock(&mut tx, caller).await?;
        let counts = sqlx::query(
            "select (select count(*) from members m join users u on u.id = m.user_id
                     where m.workspace_id = $1 and u.email_folded = $2) as members,
               (select count(*) from invitations
                where workspace_id = $1 and state = 'pending' and expires_at > $3) as waiting,
               (select count(*) from invitations
                where workspace_id = $1 and state = 'pending' and expires_at > $3
                  and email_folded = $2) as same",
        )
        .bind(caller.workspace.to_string())
        .bind(folded(email.as_str()))
        .bind(now)
        .fetch_one(&mut *tx)
        .await
        .map_err(query)?;
        if row::int(&counts, "members")? > 0 {
            return Err(MemberRefusal::AlreadyMember.into());
        }
        if row::int(&counts, "same")? > 0 {
            return Err(MemberRefusal::AlreadyInvited.into());
        }
        if row::count::<usize>(&counts, "waiting")? >= INVITATIONS {
            return Err(MemberRefusal::TooManyInvitations.into());
        }
        sqlx::query(
            "delete from invitations where workspace_id = $1 and state = 'pending' and expires_at <= $2",
        )
        .bind(caller.workspace.to_string())
        .bind(now)
        .execute(&mut *tx)
        .await
        .map_err(query)?;
        sqlx::query(
            "insert into invitations (id, workspace_id, secret_hash, email, email_folded, role, invited_by,
               state, created_at, expires_at)
             values ($1, $2, $3, $4, $5, $6, $7, 'pending', $8, $9)",
        )
        .bind(token.id().as_str())
        .bind(caller.workspace.to_string())
        .bind(self.token_hash(&token).to_vec())
        .bind(email.as_str())
        .bind(folded(email.as_str()))
        .bind(role.as_str())
        .bind(caller.user.to_string())
        .bind(now)
        .bind(now + WORKS)
        .execute(&mut *tx)
        .await
        .map_err(query)?;
        let detail = json!({ "email": email.as_str(), "role": role.as_str() });
        let event = Event::by(caller, "invitation.create", token.id()).with(detail);
        audit::append(&mut tx, &self.clock, event).await?;
        tx.commit().await.map_err(query)?;
        let info = self.pending(caller, token.id()).await?;
        Ok(MadeInvitation { token, info })
    }

    /// The invitations of the caller's workspace that wait for an answer, the newest first; with those whose link has ended,
    /// which can be sent again.
    pub async fn list_invitations(&self, caller: &Caller) -> Result<Vec<InvitationInfo>> {
        match self.check_manages(caller).await {
            // Only looking takes no password.
            Ok(()) | Err(StoreError::SudoNeeded) => caller.check_reaches_everything()?,
            Err(error) => return Err(error),
        }
        let rows = sqlx::query(concat!(pending!(), " order by i.created_at desc, i.id"))
            .bind(caller.workspace.to_string())
            .fetch_all(self.db.read())
            .await
            .map_err(query)?;
        rows.iter().map(info).collect()
    }

    /// Gives an invitation another link and another 72 hours; the link of now ends.
    pub async fn resend_invitation(&self, caller: &Caller, id: &TokenId) -> Result<MadeInvitation> {
        self.check_manages(caller).await?;
        let before = self.pending(caller, id).await?;
        self.check_gives(caller, before.role).await?;
        let new = Self::new_token(TokenKind::Invitation);
        // The public half stays: lists know the invitation by it.
        let token =
            BearerToken::with_id(TokenKind::Invitation, id.clone(), *new.dangerously_expose());
        let now = self.now();
        let mut tx = self.db.begin().await?;
        let changed = sqlx::query(
            "update invitations set secret_hash = $1, invited_by = $2, created_at = $3, expires_at = $4
             where id = $5 and workspace_id = $6 and state = 'pending'",
        )
        .bind(self.token_hash(&token).to_vec())
        .bind(caller.user.to_string())
        .bind(now)
        .bind(now + WORKS)
        .bind(id.as_str())
        .bind(caller.workspace.to_string())
        .execute(&mut *tx)
        .await
        .map_err(query)?;
        if changed.rows_affected() == 0 {
            return Err(StoreError::NotFound);
        }
        let detail = json!({ "email": before.email.as_str(), "role": before.role.as_str() });
        let event = Event::by(caller, "invitation.resend", id).with(detail);
        audit::append(&mut tx, &self.clock, event).await?;
        tx.commit().await.map_err(query)?;
        let info = self.pending(caller, id).await?;
        Ok(MadeInvitation { token, info })
    }

    /// Takes an invitation back.
    pub async fn revoke_invitation(&self, caller: &Caller, id: &TokenId) -> Result<()> {
        self.check_manages(caller).await?;
        let before = self.pending(caller, id).await?;
        let mut tx = self.db.begin().await?;
        let changed = sqlx::query(
            "update invitations set state = 'revoked'
             where id = $1 and workspace_id = $2 and state = 'pending'",
        )
        .bind(id.as_str())
        .bind(caller.workspace.to_string())
        .execute(&mut *tx)
        .await
        .map_err(query)?;
        if changed.rows_affected() == 0 {
            return Err(StoreError::NotFound);
        }
        let detail = json!({ "email": before.email.as_str(), "role": before.role.as_str() });
        let event = Event::by(caller, "invitation.revoke", id).with(detail);
        audit::append(&mut tx, &self.clock, event).await?;
        tx.commit().await.map_err(query)
    }

    /// What the link of this token says to whoever holds it.
    pub async fn invitation(&self, token: &BearerToken) -> Result<Invited> {
        Ok(self.open_invitation(token).await?.told)
    }

    async fn open_invitation(&self, token: &BearerToken) -> Result<Open> {
        let found = sqlx::query(
            "select i.id, i.workspace_id, i.secret_hash, i.email, i.email_folded, i.role, i.invited_by, i.state,
               i.expires_at, w.name as workspace_name, u.name as inviter, coalesce(a.id, '') as account
             from invitations i
             join workspaces w on w.id = i.workspace_id
             join users u on u.id = i.invited_by
             left join users a on a.email_folded = i.email_folded
             where i.id = $1",
        )
        .bind(token.id().as_str())
        .fetch_optional(self.db.read())
        .await
        .map_err(query)?
        .filter(|_| token.kind() == TokenKind::Invitation)
        .ok_or(InvitationRefusal::Unknown)?;
        let state: String = row::text(&found, "state")?;
        let matches = row::bytes(&found, "secret_hash")?.ct_eq(&self.token_hash(token));
        match state.as_str() {
            // Another link was sent in its place; whether this one ever worked is not told.
            _ if !bool::from(matches) => return Err(InvitationRefusal::Revoked.into()),
            "accepted" => return Err(InvitationRefusal::Used.into()),
            "pending" => {}
            _ => return Err(InvitationRefusal::Revoked.into()),
        }
        let expires_at = row::int(&found, "expires_at")?;
        if expires_at <= self.now() {
            return Err(InvitationRefusal::Expired.into());
        }
        let account: String = row::text(&found, "account")?;
        let account = Some(account).filter(|id| !id.is_empty()).map(|id| id.parse());
        let account = account.transpose().map_err(|_| InvitationRefusal::Unknown)?;
        Ok(Open {
            id: row::parsed(&found, "id", TokenId::parse)?,
            workspace: row::text(&found, "workspace_id")?,
            inviter: row::text(&found, "invited_by")?,
            email_folded: row::text(&found, "email_folded")?,
            account,
            told: Invited {
                workspace_name: row::parsed(&found, "workspace_name", WorkspaceName::parse)?,
                email: row::parsed(&found, "email", EmailAddress::parse)?,
                role: row::text(&found, "role")?,
                invited_by: row::parsed(&found, "inviter", PersonName::parse)?,
                expires_at,
                has_account: account.is_some(),
            },
        })
    }

    async fn pending(&self, caller: &Caller, id: &TokenId) -> Result<InvitationInfo> {
        let found = sqlx::query(concat!(pending!(), " and i.id = $2"))
            .bind(caller.workspace.to_string())
            .bind(id.as_str())
            .fetch_optional(self.db.read())
            .await
            .map_err(query)?
            .ok_or(StoreError::NotFound)?;
        info(&found)
    }
}

fn info(found: &AnyRow) -> Result<InvitationInfo> {
    Ok(InvitationInfo {
        id: row::parsed(found, "id", TokenId::parse)?,
        email: row::parsed(found, "email", EmailAddress::parse)?,
        role: row::text(found, "role")?,
        invited_by: row::parsed(found, "inviter", PersonName::parse)?,
        created_at: row::int(found, "created_at")?,
        expires_at: row::int(found, "expires_at")?,
    })
}

macro_rules! pending {
    () => {
        "select i.id, i.email, i.role, u.name as inviter, i.created_at, i.expires_at
         from invitations i join users u on u.id = i.invited_by
         where i.workspace_id = $1 and i.state = 'pending'"
    };
}
use pending;

const WORKS: i64 = INVITATION_HOURS * 3_600_000;
