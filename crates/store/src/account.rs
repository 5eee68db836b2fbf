//! A person's own account.

use crate::{
    Store,
    audit::{self, Actor, Event},
    caller::Caller,
    db::{Unique, query},
    error::{Result, StoreError},
    passwords, row,
    sessions::{self, Means, NewSession, Proven},
    sign_in::folded,
};
use model::{EmailAddress, Field, PersonName, Problem, Problems, Reason, SecretValue, UserId};
use serde_json::json;

/// What a person may change about themselves, as it was typed.
#[derive(Debug)]
pub struct Profile {
    /// What they are called.
    pub name: String,
    /// What they sign in with.
    pub email: String,
}

/// A new password, and the one of now.
#[derive(Debug)]
pub struct PasswordChange {
    /// The password of now.
    pub current: SecretValue,
    /// The new one.
    pub new: SecretValue,
}

impl Store {
    /// Changes the caller's name and address. Another address needs the password again, and ends the caller's other sessions.
    pub async fn change_profile(&self, caller: &Caller, profile: Profile) -> Result<()> {
        let mut problems = Vec::new();
        let mut note = |field, fault| problems.push(Problem::new(field, Reason::Name(fault)));
        let name = PersonName::parse(&profile.name).map_err(|fault| note(Field::PersonName, fault));
        let email = EmailAddress::parse(&profile.email).map_err(|fault| note(Field::Email, fault));
        Problems::check(problems)?;
        let (name, email) =
            name.ok().zip(email.ok()).expect("a bad name or address is among the problems");
        let moved = email.as_str() != caller.email.as_str();
        if moved && !caller.has_sudo(self.now()) {
            return Err(StoreError::SudoNeeded);
        }
        let mut tx = self.db.begin().await?;
        sqlx::query("update users set name = $1, email = $2, email_folded = $3 where id = $4")
            .bind(name.as_str())
            .bind(email.as_str())
            .bind(folded(email.as_str()))
            .bind(caller.user.to_string())
            .execute(&mut *tx)
            .await
            .map_err(|error| {
                if Unique::UserEmail.is_violated(&error) {
                    Problems::one(Field::Email, Reason::Taken).into()
                } else {
                    query(error)
                }
            })?;
        if moved {
            sqlx::query("delete from sessions where user_id = $1 and public_key <> $2")
                .bind(caller.user.to_string())
                .bind(caller.session()?.to_string())
                .execute(&mut *tx)
                .await
                .map_err(query)?;
        }
        let event = Event::by(caller, "user.change", caller.user);
        audit::append(&mut tx, &self.clock, event.with(json!({ "email_changed": moved }))).await?;
        tx.commit().await.map_err(query)
    }

    /// Changes the caller's password and ends all their sessions; what it answers opens the one that goes on. Whoever has a second
    /// factor has shown it in the last minutes: a password alone proves less than they signed in with.
    pub async fn change_password(
        &self,
        caller: &Caller,
        change: PasswordChange,
    ) -> Result<NewSession> {
        if caller.has_factor && !caller.has_sudo(self.now()) {
            return Err(StoreError::SudoNeeded);
        }
        self.check_password(caller, change.current).await?;
        let about = [caller.name.as_str(), caller.email.as_str(), caller.workspace_name.as_str()];
        passwords::check_strength(&change.new, &about)?;
        let hash = self.hasher.hash(&self.keyring, change.new).await?;
        let mut tx = self.db.begin().await?;
        let person = set_password(&mut tx, caller.user, hash).await?;
        let event = Event::by(caller, "user.password", caller.user);
        audit::append(&mut tx, &self.clock, event).await?;
        tx.commit().await.map_err(query)?;
        Ok(NewSession::sign_in(person, caller.workspace, Means::Password))
    }

    /// Gives a person who lost theirs another password, and ends their sessions. For whoever runs commands on the server's
    /// machine.
    pub async fn reset_password(&self, email: &str, password: SecretValue) -> Result<()> {
        let found = sqlx::query("select id, name, email from users where email_folded = $1")
            .bind(folded(email))
            .fetch_optional(self.db.read())
            .await
            .map_err(query)?
            .ok_or(StoreError::NotFound)?;
        let user: UserId = row::text(&found, "id")?;
        let about: [String; 2] = [row::text(&found, "name")?, row::text(&found, "email")?];
        passwords::check_strength(&password, &about.each_ref().map(String::as_str))?;
        let hash = self.hasher.hash(&self.keyring, password).await?;
        let mut tx = self.db.begin().await?;
        set_password(&mut tx, user, hash).await?;
        let event =
            Event::of_instance(self.instance(), "user.password-reset", Actor::Operator, user);
        audit::append(&mut tx, &self.clock, event).await?;
        tx.commit().await.map_err(query)?;
        self.forget_failures(&format!("account:{}", folded(email))).await
    }
}

async fn set_password(tx: &mut crate::db::Tx, user: UserId, hash: String) -> Result<Proven> {
    let security_epoch = sqlx::query_scalar(
        "update users set password_hash = $1, pepper_number = 1, security_epoch = security_epoch + 1
         where id = $2 returning security_epoch",
    )
    .bind(hash)
    .bind(user.to_string())
    .fetch_one(&mut **tx)
    .await
    .map_err(query)?;
    sessions::end_all(tx, &user.to_string()).await?;
    Ok(Proven { user, security_epoch })
}
