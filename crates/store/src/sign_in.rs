//! Signing in: the same answer, in the same time, for a wrong password, an unknown address and too many tries. Whoever has a second
//! factor comes to the second step with the right password, and to no session.

use crate::{
    Store,
    audit::{Actor, Event},
    caller::{Caller, Origin},
    db::query,
    error::{Result, StoreError},
    factors::SecondStep,
    keyring::Purpose,
    row,
    sessions::{Begins, Means, NewSession, Proven},
};
use model::{Field, PersonName, Problems, Reason, SecretValue, UserId, WorkspaceId};
use serde_json::json;
use unicode_normalization::UnicodeNormalization as _;

/// What address and password lead to.
#[derive(Debug)]
pub enum SignIn {
    /// A session may be opened.
    Open(NewSession),
    /// The person has a second factor, which comes next.
    Second(SecondStep),
}

impl SignIn {
    /// The session, if the password is all that was needed.
    pub fn session(self) -> Option<NewSession> {
        match self {
            Self::Open(new) => Some(new),
            Self::Second(_) => None,
        }
    }
}

impl Store {
    /// Checks address and password.
    pub async fn sign_in(
        &self,
        email: &str,
        password: SecretValue,
        origin: &Origin,
    ) -> Result<SignIn> {
        let (person, _) = self.known_person(email, password, origin).await?;
        let home = self.home(person.user).await?;
        if home.factors > 0 {
            return self.begin_second_step(person, home.workspace).await.map(SignIn::Second);
        }
        Ok(SignIn::Open(NewSession::sign_in(person, home.workspace, Means::Password)))
    }

    /// Where a person signs in to. Whoever is in no workspace has nowhere.
    pub(crate) async fn home(&self, user: UserId) -> Result<Home> {
        let found = sqlx::query(
            "select m.workspace_id, u.factors
             from members m join users u on u.id = m.user_id
             where m.user_id = $1 order by m.created_at, m.workspace_id limit 1",
        )
        .bind(user.to_string())
        .fetch_optional(self.db.read())
        .await
        .map_err(query)?
        .ok_or(StoreError::SignInFailed)?;
        Ok(Home {
            workspace: row::text(&found, "workspace_id")?,
            factors: row::int(&found, "factors")?,
        })
    }

    /// Who has this address and password.
    pub(crate) async fn known_person(
        &self,
        email: &str,
        password: SecretValue,
        origin: &Origin,
    ) -> Result<(Proven, PersonName)> {
        let folded = folded(email);
        let account = format!("account:{folded}");
        let address = format!("address:{}", origin.ip);
        let blocked = self.failures(&account).await? >= ACCOUNT_FAILURES
            || self.failures(&address).await? >= ADDRESS_FAILURES;
        let found = sqlx::query(
            "select id, name, password_hash, security_epoch from users where email_folded = $1",
        )
        .bind(&folded)
        .fetch_optional(self.db.read())
        .await
        .map_err(query)?;
        let phc = found.as_ref().map(|row| row::text(row, "password_hash")).transpose()?;
        let matches = self.hasher.verify(&self.keyring, password, phc).await?;
        if let Some(person) = found.filter(|_| matches && !blocked) {
            self.forget_failures(&account).await?;
            let name = row::parsed(&person, "name", PersonName::parse)?;
            let (user, security_epoch) =
                (row::text(&person, "id")?, row::int(&person, "security_epoch")?);
            return Ok((Proven { user, security_epoch }, name));
        }
        self.count_failure(&account).await?;
        self.count_failure(&address).await?;
        let detail = json!({ "blocked": blocked });
        let event = Event::of_instance(self.instance(), "session.refused", Actor::Anonymous, "");
        self.reads.record(event.from(origin).with(detail).denied()).await?;
        Err(StoreError::SignInFailed)
    }

    /// Checks the password again, and a code of whoever has a second factor. What it answers replaces the session by one that may
    /// do what needs it.
    pub async fn confirm(
        &self,
        caller: &Caller,
        password: SecretValue,
        code: &SecretValue,
    ) -> Result<NewSession> {
        let person = self.check_password(caller, password).await?;
        let with = if caller.has_factor {
            self.confirming_code(caller, code).await?
        } else {
            Means::Password
        };
        NewSession::confirmed(caller, person, with)
    }

    /// Checks that this is the caller's password. Wrong ones count as failed sign-ins.
    pub(crate) async fn check_password(
        &self,
        caller: &Caller,
        password: SecretValue,
    ) -> Result<Proven> {
        let account = format!("account:{}", folded(caller.email.as_str()));
        let blocked = self.failures(&account).await? >= ACCOUNT_FAILURES;
        let found = sqlx::query("select password_hash, security_epoch from users where id = $1")
            .bind(caller.user.to_string())
            .fetch_one(self.db.read())
            .await
            .map_err(query)?;
        let phc = row::text(&found, "password_hash")?;
        let matches = self.hasher.verify(&self.keyring, password, Some(phc)).await?;
        if matches && !blocked {
            self.forget_failures(&account).await?;
            let security_epoch = row::int(&found, "security_epoch")?;
            return Ok(Proven { user: caller.user, security_epoch });
        }
        self.count_failure(&account).await?;
        self.reads
            .record(Event::by(caller, "session.sudo-refused", caller.session()?).denied())
            .await?;
        Err(Problems::one(Field::CurrentPassword, Reason::Wrong).into())
    }

    /// Failed tries for this subject in the last 15 minutes.
    async fn failures(&self, subject: &str) -> Result<i64> {
        let failures: Option<i64> = sqlx::query_scalar(
            "select failures from sign_in_failures where subject = $1 and since > $2",
        )
        .bind(self.subject(subject))
        .bind(self.now() - WINDOW)
        .fetch_optional(self.db.read())
        .await
        .map_err(query)?;
        Ok(failures.unwrap_or(0))
    }

    pub(crate) async fn count_failure(&self, subject: &str) -> Result<()> {
        let now = self.now();
        let mut tx = self.db.begin().await?;
        sqlx::query(
            "insert into sign_in_failures (subject, failures, since) values ($1, 1, $2)
             on conflict (subject) do update set
               failures = case when sign_in_failures.since > $3 then sign_in_failures.failures + 1 else 1 end,
               since = case when sign_in_failures.since > $3 then sign_in_failures.since else $2 end",
        )
        .bind(self.subject(subject))
        .bind(now)
        .bind(now - WINDOW)
        .execute(&mut *tx)
        .await
        .map_err(query)?;
        // The table stays as small as the last quarter of an hour.
        sqlx::query("delete from sign_in_failures where since <= $1")
            .bind(now - WINDOW)
            .execute(&mut *tx)
            .await
            .map_err(query)?;
        tx.commit().await.map_err(query)
    }

    pub(crate) async fn forget_failures(&self, subject: &str) -> Result<()> {
        if self.failures(subject).await? == 0 {
            return Ok(());
        }
        let mut tx = self.db.begin().await?;
        sqlx::query("delete from sign_in_failures where subject = $1")
            .bind(self.subject(subject))
            .execute(&mut *tx)
            .await
            .map_err(query)?;
        tx.commit().await.map_err(query)
    }

    pub(crate) fn subject(&self, subject: &str) -> Vec<u8> {
        self.keyring.keyed_hash(Purpose::SignInCounter, subject).to_vec()
    }
}

/// The one spelling of an address that is looked up and counted: compatibility forms, case and surrounding space do not matter
/// (Unicode Standard Annex 15, NFKC).
pub(crate) fn folded(email: &str) -> String {
    email.nfkc().collect::<String>().trim().to_lowercase()
}

impl NewSession {
    pub(crate) const fn sign_in(person: Proven, workspace: WorkspaceId, with: Means) -> Self {
        Self { person, workspace, begins: Begins::New(with) }
    }

    pub(crate) fn confirmed(caller: &Caller, person: Proven, with: Means) -> Result<Self> {
        let begins = Begins::Confirmed(caller.session()?, with);
        Ok(Self { person, workspace: caller.workspace, begins })
    }
}

/// Where a person signs in to, and whether the password is enough.
pub(crate) struct Home {
    pub(crate) workspace: WorkspaceId,
    pub(crate) factors: i64,
}

const WINDOW: i64 = 15 * 60_000;
const ACCOUNT_FAILURES: i64 = 5;
const ADDRESS_FAILURES: i64 = 30;

#[cfg(test)]
mod tests {
    use super::folded;

    #[test]
    fn spellings_of_one_address_are_one_account() {
        for spelling in
            ["Bob@Example.org", " bob@example.org ", "ＢＯＢ@example.org", "bob@example.org"]
        {
            assert_eq!(folded(spelling), "bob@example.org");
        }
    }
}
