//! The first person, the first workspace.

use crate::{
    Store,
    audit::{self, Actor, Event},
    caller::Origin,
    db::{Tx, query},
    error::{Result, StoreError},
    passwords, random, row, sign_in,
};
use model::{
    AuditChain, EmailAddress, EnvironmentId, EnvironmentName, Field, PersonName, Problem, Problems,
    Reason, Role, SecretValue, UserId, WorkspaceId, WorkspaceName,
};
use serde_json::json;
use subtle::ConstantTimeEq as _;

/// What setting up asks for, as it was typed.
#[derive(Debug)]
pub struct NewWorkspace {
    /// What the first person is called.
    pub name: String,
    /// What they will sign in with.
    pub email: String,
    /// Their password.
    pub password: SecretValue,
    /// What their workspace is called.
    pub workspace: String,
}

struct Parsed {
    name: PersonName,
    email: EmailAddress,
    password: SecretValue,
    workspace: WorkspaceName,
}

impl Store {
    /// Whether there is a first person.
    pub async fn is_set_up(&self) -> Result<bool> {
        let found = sqlx::query("select 1 from instance where set_up_at is not null")
            .fetch_optional(self.db.read())
            .await
            .map_err(query)?;
        Ok(found.is_some())
    }

    /// A new setup code, which makes an older one worthless; nothing once set up. Whoever has it may set the server up, so that
    /// only those who see the server's output can.
    pub async fn new_setup_code(&self) -> Result<Option<String>> {
        let code = random::code();
        let mut tx = self.db.begin().await?;
        let changed =
            sqlx::query("update instance set setup_code_hash = $1 where set_up_at is null")
                .bind(random::code_hash(&code).to_vec())
                .execute(&mut *tx)
                .await
                .map_err(query)?;
        tx.commit().await.map_err(query)?;
        Ok((changed.rows_affected() == 1).then_some(code))
    }

    /// Sets the server up for whoever has the setup code: a person, who owns a workspace with `dev`, `staging` and a protected
    /// `prod`.
    pub async fn setup_with_code(
        &self,
        code: &str,
        new: NewWorkspace,
        origin: &Origin,
    ) -> Result<UserId> {
        self.check_setup_code(code).await?;
        self.setup(new, Actor::Anonymous, origin).await
    }

    /// Sets the server up for whoever runs commands on its machine.
    pub async fn setup_as_operator(&self, new: NewWorkspace) -> Result<UserId> {
        self.setup(new, Actor::Operator, &Origin::default()).await
    }

    async fn check_setup_code(&self, code: &str) -> Result<()> {
        let now = self.now();
        let mut tx = self.db.begin().await?;
        let instance = sqlx::query(
            "update instance
             set setup_tries = case when setup_tries_since < $1 then 1 else setup_tries + 1 end,
                 setup_tries_since = case when setup_tries_since < $1 then $2 else setup_tries_since end
             where set_up_at is null
             returning setup_code_hash, setup_tries, setup_tries_since",
        )
        .bind(now - MINUTE)
        .bind(now)
        .fetch_optional(&mut *tx)
        .await
        .map_err(query)?
        .ok_or(StoreError::Setup { done: true })?;
        tx.commit().await.map_err(query)?;
        if row::int(&instance, "setup_tries")? > CODE_TRIES {
            let wait = row::int(&instance, "setup_tries_since")? + MINUTE - now;
            let seconds = u32::try_from(wait / 1000 + 1).unwrap_or(60);
            return Err(StoreError::TooManyTries { seconds });
        }
        // Without a code in the database every code is wrong.
        let expected = row::bytes(&instance, "setup_code_hash").unwrap_or_default();
        if bool::from(expected.ct_eq(&random::code_hash(code))) {
            Ok(())
        } else {
            Err(Problems::one(Field::SetupCode, Reason::Wrong).into())
        }
    }

    async fn setup(&self, new: NewWorkspace, actor: Actor, origin: &Origin) -> Result<UserId> {
        let new = new.parse()?;
        let hash = self.hasher.hash(&self.keyring, new.password).await?;
        let now = self.now();
        let user = UserId::from_uuid(random::uuid(now));
        let workspace = WorkspaceId::from_uuid(random::uuid(now));

        let mut tx = self.db.begin().await?;
        let claimed = sqlx::query(
            "update instance set set_up_at = $1, setup_code_hash = null where set_up_at is null",
        )
        .bind(now)
        .execute(&mut *tx)
        .await
        .map_err(query)?;
        if claimed.rows_affected() != 1 {
            return Err(StoreError::Setup { done: true });
        }
        let person = NewUser { id: user, name: &new.name, email: &new.email, password_hash: hash };
        insert_user(&mut tx, person, now).await.map_err(query)?;
        self.insert_workspace(&mut tx, workspace, &new.workspace, user, now).await?;
        let instance = AuditChain::Instance(self.instance());
        for chain in [instance, AuditChain::Workspace(workspace)] {
            let event = created(chain, actor.clone(), workspace, &new.workspace, user);
            audit::append(&mut tx, &self.clock, event.from(origin)).await?;
        }
        tx.commit().await.map_err(query)?;
        Ok(user)
    }

    /// A workspace with its key, its owner, the environments to begin with, and its audit chain.
    pub(crate) async fn insert_workspace(
        &self,
        tx: &mut Tx,
        id: WorkspaceId,
        name: &WorkspaceName,
        owner: UserId,
        now: i64,
    ) -> Result<()> {
        sqlx::query("insert into workspaces (id, name, created_at) values ($1, $2, $3)")
            .bind(id.to_string())
            .bind(name.as_str())
            .bind(now)
            .execute(&mut **tx)
            .await
            .map_err(query)?;
        self.keyring.add_workspace(tx, id, now).await?;
        add_member(tx, id, owner, Role::Owner, now).await?;
        for (position, (name, protected)) in ENVIRONMENTS.into_iter().enumerate() {
            let name = EnvironmentName::parse(name).expect("our own names are legal");
            insert_environment(tx, id, &name, position, protected, now).await.map_err(query)?;
        }
        audit::begin_chain(tx, AuditChain::Workspace(id)).await
    }
}

/// What the audit log says of a new workspace.
pub(crate) fn created(
    chain: AuditChain,
    actor: Actor,
    workspace: WorkspaceId,
    name: &WorkspaceName,
    owner: UserId,
) -> Event {
    let detail = json!({ "owner": owner.to_string(), "name": name.as_str() });
    Event::new(chain, "workspace.create", actor, workspace).with(detail)
}

impl NewWorkspace {
    fn parse(self) -> Result<Parsed, Problems> {
        let mut problems = Vec::new();
        let mut note = |field, fault| problems.push(Problem::new(field, Reason::Name(fault)));
        let name = PersonName::parse(&self.name).map_err(|fault| note(Field::PersonName, fault));
        let email = EmailAddress::parse(&self.email).map_err(|fault| note(Field::Email, fault));
        let workspace = WorkspaceName::parse(&self.workspace)
            .map_err(|fault| note(Field::WorkspaceName, fault));
        let about = [self.name.as_str(), &self.email, &self.workspace, "keyloft"];
        if let Err(weak) = passwords::check_strength(&self.password, &about) {
            problems.extend(weak.iter());
        }
        Problems::check(problems)?;
        let legal = "a bad name is among the problems";
        Ok(Parsed {
            name: name.expect(legal),
            email: email.expect(legal),
            password: self.password,
            workspace: workspace.expect(legal),
        })
    }
}

/// A person, as they are first stored.
pub(crate) struct NewUser<'a> {
    pub(crate) id: UserId,
    pub(crate) name: &'a PersonName,
    pub(crate) email: &'a EmailAddress,
    pub(crate) password_hash: String,
}

pub(crate) async fn insert_user(
    tx: &mut Tx,
    new: NewUser<'_>,
    now: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into users (id, name, email, email_folded, password_hash, pepper_number, created_at)
         values ($1, $2, $3, $4, $5, 1, $6)",
    )
    .bind(new.id.to_string())
    .bind(new.name.as_str())
    .bind(new.email.as_str())
    .bind(sign_in::folded(new.email.as_str()))
    .bind(new.password_hash)
    .bind(now)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub(crate) async fn add_member(
    tx: &mut Tx,
    workspace: WorkspaceId,
    user: UserId,
    role: Role,
    now: i64,
) -> Result<()> {
    sqlx::query(
        "insert into members (workspace_id, user_id, role, created_at) values ($1, $2, $3, $4)",
    )
    .bind(workspace.to_string())
    .bind(user.to_string())
    .bind(role.as_str())
    .bind(now)
    .execute(&mut **tx)
    .await
    .map_err(query)?;
    Ok(())
}

pub(crate) async fn insert_environment(
    tx: &mut Tx,
    workspace: WorkspaceId,
    name: &EnvironmentName,
    position: usize,
    protected: bool,
    now: i64,
) -> Result<EnvironmentId, sqlx::Error> {
    let id = EnvironmentId::from_uuid(random::uuid(now));
    sqlx::query(
        "insert into environments (id, workspace_id, name, position, protected, created_at)
         values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(id.to_string())
    .bind(workspace.to_string())
    .bind(name.as_str())
    .bind(i64::try_from(position).unwrap_or(i64::MAX))
    .bind(i64::from(protected))
    .bind(now)
    .execute(&mut **tx)
    .await?;
    Ok(id)
}

/// What a new workspace starts with, and which of them are protected.
const ENVIRONMENTS: [(&str, bool); 3] = [("dev", false), ("staging", false), ("prod", true)];
const CODE_TRIES: i64 = 10;
const MINUTE: i64 = 60_000;
