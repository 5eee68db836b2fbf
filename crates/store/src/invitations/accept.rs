//! Accepting an invitation: as a new person, with the password of the account that the address has, or signed in to it.

use super::Open;
use crate::{
    Store,
    audit::{self, Actor, Event},
    caller::{Caller, Origin},
    db::{Tx, Unique, query},
    error::{InvitationRefusal, MemberRefusal, Result, StoreError},
    passwords, random,
    sessions::{Means, NewSession, Proven},
    setup::{NewUser, add_member, insert_user},
    sign_in::folded,
};
use model::{
    AuditChain, BearerToken, Field, PersonName, Problem, Problems, Reason, Role, SecretValue,
    UserId, WORKSPACES, WorkspaceId,
};
use serde_json::json;

impl Store {
    /// Makes the account of a new person, and them a member. What it answers opens their session.
    pub async fn accept_as_new(
        &self,
        token: &BearerToken,
        name: &str,
        password: SecretValue,
        origin: &Origin,
    ) -> Result<NewSession> {
        let open = self.open_invitation(token).await?;
        if open.account.is_some() {
            return Err(InvitationRefusal::SignIn.into());
        }
        let mut problems = Vec::new();
        let parsed = PersonName::parse(name);
        if let Err(fault) = parsed {
            problems.push(Problem::new(Field::PersonName, Reason::Name(fault)));
        }
        let about = [name, open.told.email.as_str(), open.told.workspace_name.as_str(), "keyloft"];
        if let Err(weak) = passwords::check_strength(&password, &about) {
            problems.extend(weak.iter());
        }
        Problems::check(problems)?;
        let name = parsed.expect("a bad name is among the problems");
        let password_hash = self.hasher.hash(&self.keyring, password).await?;
        let now = self.now();
        let user = UserId::from_uuid(random::uuid(now));
        let mut tx = self.db.begin().await?;
        let new = NewUser { id: user, name: &name, email: &open.told.email, password_hash };
        insert_user(&mut tx, new, now).await.map_err(|error| {
            if Unique::UserEmail.is_violated(&error) {
                InvitationRefusal::SignIn.into()
            } else {
                query(error)
            }
        })?;
        self.join(tx, token, &open, user, &name, origin).await?;
        Ok(NewSession::sign_in(Proven::new(user), open.workspace, Means::Password))
    }

    /// Makes whoever has the account of the address a member. They sign in as ever.
    pub async fn accept_with_password(
        &self,
        token: &BearerToken,
        password: SecretValue,
        origin: &Origin,
    ) -> Result<()> {
        let open = self.open_invitation(token).await?;
        let (person, name) = self.known_person(open.told.email.as_str(), password, origin).await?;
        let tx = self.db.begin().await?;
        self.join(tx, token, &open, person.user, &name, origin).await
    }

    /// Makes the caller, who is signed in with the address, a member; answers of which workspace.
    pub async fn accept(&self, caller: &Caller, token: &BearerToken) -> Result<WorkspaceId> {
        caller.session()?;
        let open = self.open_invitation(token).await?;
        if folded(caller.email.as_str()) != open.email_folded {
            return Err(InvitationRefusal::OtherPerson.into());
        }
        let tx = self.db.begin().await?;
        self.join(tx, token, &open, caller.user, &caller.name, &caller.origin).await?;
        Ok(open.workspace)
    }

    /// Takes the invitation, of which two at once get one, and asks again whether the inviter may give the role.
    async fn join(
        &self,
        mut tx: Tx,
        token: &BearerToken,
        open: &Open,
        user: UserId,
        name: &PersonName,
        origin: &Origin,
    ) -> Result<()> {
        let now = self.now();
        sqlx::query("update workspaces set name = name where id = $1")
            .bind(open.workspace.to_string())
            .execute(&mut *tx)
            .await
            .map_err(query)?;
        let claimed = sqlx::query(
            "update invitations set state = 'accepted'
             where id = $1 and state = 'pending' and secret_hash = $2 and expires_at > $3",
        )
        .bind(open.id.as_str())
        .bind(self.token_hash(token).to_vec())
        .bind(now)
        .execute(&mut *tx)
        .await
        .map_err(query)?;
        if claimed.rows_affected() == 0 {
            return Err(InvitationRefusal::Used.into());
        }
        let inviter: Option<String> =
            sqlx::query_scalar("select role from members where workspace_id = $1 and user_id = $2")
                .bind(open.workspace.to_string())
                .bind(open.inviter.to_string())
                .fetch_optional(&mut *tx)
                .await
                .map_err(query)?;
        let role = open.told.role;
        let may_give = inviter
            .and_then(|inviter| inviter.parse().ok())
            .is_some_and(|inviter: Role| inviter.may_give(role));
        if !may_give {
            return Err(InvitationRefusal::InviterGone.into());
        }
        check_memberships(&mut tx, open.workspace, user).await?;
        add_member(&mut tx, open.workspace, user, role, now).await?;
        let chain = AuditChain::Workspace(open.workspace);
        let detail = json!({
            "name": name.as_str(),
            "role": role.as_str(),
            "invitation": open.id.as_str(),
            "invited_by": open.inviter.to_string(),
        });
        let event = Event::new(chain, "member.join", Actor::user(user, name, None, None), user);
        audit::append(&mut tx, &self.clock, event.from(origin).with(detail)).await?;
        tx.commit().await.map_err(query)
    }
}

/// Nothing if the person is no member yet, and in no more workspaces than one may be.
async fn check_memberships(tx: &mut Tx, workspace: WorkspaceId, user: UserId) -> Result<()> {
    let workspaces: Vec<String> =
        sqlx::query_scalar("select workspace_id from members where user_id = $1")
            .bind(user.to_string())
            .fetch_all(&mut **tx)
            .await
            .map_err(query)?;
    if workspaces.contains(&workspace.to_string()) {
        return Err(StoreError::MemberRefused(MemberRefusal::AlreadyMember));
    }
    if workspaces.len() >= WORKSPACES {
        return Err(MemberRefusal::TooManyWorkspaces.into());
    }
    Ok(())
}
