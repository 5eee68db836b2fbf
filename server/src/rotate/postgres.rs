//! Passwords of PostgreSQL roles: one role, or two in turn.
//!
//! With one role there is a gap: from `alter role` until the new version is stored, and in programs until they read it, the stored
//! password is not the one that the server takes. With two roles the one that is not in use gets the new password, so that the old
//! one goes on working until its overlap is over.

use model::{Alphabet, KeyName, RotatorSettings, RotatorState, SecretId, SecretValue, WireValue};
use outbound::{DatabaseUrl, Failure, Verifier};
use store::{Caller, Pending, RotationStep, RotatorWork};
use url::Url;

use super::{Outcome, Rotators, Trouble, generated};

/// The settings, without those of other kinds.
struct Roles<'a> {
    admin_secret: SecretId,
    admin_key: &'a KeyName,
    password_key: &'a KeyName,
    user_key: Option<&'a KeyName>,
    url_key: Option<&'a KeyName>,
    role: &'a str,
    other_role: Option<&'a str>,
}

impl Rotators {
    pub(super) async fn postgres_step(&self, work: &RotatorWork, caller: &Caller) -> Outcome {
        let roles = Roles::of(&work.settings).ok_or("These are not the settings of PostgreSQL.")?;
        let admin = self.read(caller, roles.admin_secret, roles.admin_key).await?;
        let admin = DatabaseUrl::parse(admin.dangerously_expose())
            .map_err(|bad| format!("The administrator's URL cannot be read: {bad}."))?;
        if work.state == RotatorState::Idle {
            return self.make(work, caller, &roles).await.map(RotationStep::Made);
        }
        let pending = work.pending.as_ref().ok_or("The new password is gone.")?;
        let password = pending.of(roles.password_key).ok_or("The new password is gone.")?;
        let role = pending.role.as_deref().unwrap_or(roles.role);
        match work.state {
            RotatorState::Idle | RotatorState::Verified => Ok(RotationStep::Stored),
            RotatorState::Made => self.apply(work, caller, &roles, &admin, role, &password).await,
            RotatorState::Applied => {
                if self.logs_in(&admin, role, &password).await? {
                    return Ok(RotationStep::Verified);
                }
                let holds = self.what_holds(work, caller, &roles, &admin).await;
                Err(Trouble {
                    message: format!("The new password of {role} does not log in. {holds}"),
                    back_to: Some(RotatorState::Made),
                })
            }
            RotatorState::Overlap => self.retire(work, caller, &roles, &admin, role).await,
        }
    }

    /// A new password for the role that gets it.
    async fn make(
        &self,
        work: &RotatorWork,
        caller: &Caller,
        roles: &Roles<'_>,
    ) -> Result<Pending, Trouble> {
        let role = match (roles.user_key, roles.other_role) {
            (Some(key), Some(other)) => {
                let current = self.read(caller, work.secret, key).await?;
                match current.dangerously_expose() {
                    current if current == roles.role => other,
                    current if current == other => roles.role,
                    _ => {
                        return Err(format!("The key {key} names neither of the two roles.").into());
                    }
                }
            }
            _ => roles.role,
        };
        let password = generated::text(LENGTH, Alphabet::Alphanumeric);
        let mut values =
            vec![(roles.password_key.clone(), WireValue::new(password.as_str().to_owned()))];
        if let Some(key) = roles.user_key {
            values.push((key.clone(), WireValue::new(role.to_owned())));
        }
        if let Some(key) = roles.url_key {
            let current = self.read(caller, work.secret, key).await?;
            let url = with_login(current.dangerously_expose(), role, &password)
                .ok_or_else(|| format!("The key {key} holds no connection URL."))?;
            values.push((key.clone(), WireValue::new(url)));
        }
        Ok(Pending { values, role: Some(role.to_owned()) })
    }

    /// Gives the role its new password, unless it has it already from a try that was cut off.
    async fn apply(
        &self,
        work: &RotatorWork,
        caller: &Caller,
        roles: &Roles<'_>,
        admin: &DatabaseUrl,
        role: &str,
        password: &SecretValue,
    ) -> Outcome {
        if self.logs_in(admin, role, password).await? {
            return Ok(RotationStep::Applied);
        }
        let mut salt = [0; 16];
        getrandom::fill(&mut salt).expect("the operating system has random numbers");
        let verifier = Verifier::of(password.dangerously_expose(), &salt)
            .ok_or("The new password has characters that cannot be sent.")?;
        let set =
            async { self.outbound.postgres(admin).await?.set_password(role, &verifier).await };
        match set.await {
            Ok(()) => Ok(RotationStep::Applied),
            Err(failure) => {
                let holds = self.what_holds(work, caller, roles, admin).await;
                Err(format!("The password of {role} could not be set: {failure}. {holds}").into())
            }
        }
    }

    /// Takes the password of the role that is no longer in use.
    async fn retire(
        &self,
        work: &RotatorWork,
        caller: &Caller,
        roles: &Roles<'_>,
        admin: &DatabaseUrl,
        role: &str,
    ) -> Outcome {
        let (Some(key), Some(other)) = (roles.user_key, roles.other_role) else {
            return Ok(RotationStep::Retired("The old password ended with the change.".into()));
        };
        let old = if role == roles.role { other } else { roles.role };
        let current = self.read(caller, work.secret, key).await?;
        if current.dangerously_expose() != role {
            let message = format!("{old} is in use again, and keeps its password.");
            return Ok(RotationStep::Retired(message));
        }
        let take = async { self.outbound.postgres(admin).await?.take_password(old).await };
        take.await.map_err(|failure| {
            format!(
                "The password of {old} could not be taken away: {failure}. The current one works."
            )
        })?;
        Ok(RotationStep::Retired(format!("{old} has no password any more.")))
    }

    /// Which of the two passwords the server takes, in a sentence.
    async fn what_holds(
        &self,
        work: &RotatorWork,
        caller: &Caller,
        roles: &Roles<'_>,
        admin: &DatabaseUrl,
    ) -> &'static str {
        let user = match roles.user_key {
            Some(key) => self.read(caller, work.secret, key).await.ok(),
            None => Some(SecretValue::new(roles.role.to_owned())),
        };
        let old = self.read(caller, work.secret, roles.password_key).await.ok();
        let old = match (&user, &old) {
            (Some(user), Some(old)) => {
                self.outbound.logs_in(&admin.login(user.dangerously_expose(), old)).await.ok()
            }
            _ => None,
        };
        let new =
            match work.pending.as_ref().map(|pending| (pending, pending.of(roles.password_key))) {
                Some((pending, Some(new))) => {
                    let role = pending.role.as_deref().unwrap_or(roles.role);
                    self.outbound.logs_in(&admin.login(role, &new)).await.ok()
                }
                _ => None,
            };
        match (old, new) {
            (Some(true), _) => "The old password works.",
            (_, Some(true)) => "The new password works; it is kept sealed until it is stored.",
            (Some(false), Some(false)) => {
                "Neither the old nor the new password works: somebody else changed it, or the role may not log in."
            }
            _ => "Which password works could not be found out: the server cannot be reached.",
        }
    }

    async fn logs_in(
        &self,
        admin: &DatabaseUrl,
        role: &str,
        password: &SecretValue,
    ) -> Result<bool, Trouble> {
        self.outbound.logs_in(&admin.login(role, password)).await.map_err(|failure: Failure| {
            format!("Whether {role} logs in could not be tried: {failure}.").into()
        })
    }
}

impl<'a> Roles<'a> {
    fn of(settings: &'a RotatorSettings) -> Option<Self> {
        let RotatorSettings::Postgres {
            admin_secret,
            admin_key,
            password_key,
            user_key,
            url_key,
            role,
            other_role,
        } = settings
        else {
            return None;
        };
        Some(Self {
            admin_secret: *admin_secret,
            admin_key,
            password_key,
            user_key: user_key.as_ref(),
            url_key: url_key.as_ref(),
            role,
            other_role: other_role.as_deref(),
        })
    }
}

/// A connection URL with another name and password.
fn with_login(url: &str, user: &str, password: &str) -> Option<String> {
    let mut url = Url::parse(url).ok()?;
    url.set_username(user).ok()?;
    url.set_password(Some(password)).ok()?;
    Some(url.into())
}

/// 190 bits.
const LENGTH: u32 = 32;
