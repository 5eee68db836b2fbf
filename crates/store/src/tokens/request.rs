//! A command line asks, a person answers in their browser: to sign it in, or to confirm with their password.

use crate::{
    Store,
    audit::{self, Event},
    caller::{Caller, Origin},
    db::query,
    error::{Result, StoreError},
    random, row,
};
use model::{BearerToken, Field, PersonName, Problems, Reason, TokenId, TokenKind};
use serde::{Deserialize, Serialize};
use serde_json::json;
use subtle::ConstantTimeEq as _;

/// A request that waits for its answer.
#[derive(Debug)]
pub struct StartedRequest {
    /// The code that both sides show.
    pub code: String,
    /// What the command line polls with.
    pub poll: BearerToken,
    /// Until when it can be answered, in unix milliseconds.
    pub expires_at: i64,
}

/// A request as the person sees it who answers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoginRequest {
    /// The code that both sides show.
    pub code: String,
    /// Which machine it says it runs on.
    pub machine: String,
    /// From which address it came.
    pub ip: String,
    /// When it was made, in unix milliseconds.
    pub created_at: i64,
    /// Whether it only asks to confirm with the password; otherwise it wants to sign in.
    pub confirms: bool,
}

/// How a request stands.
#[derive(Debug)]
pub enum RequestAnswer {
    /// The person said yes: the token, given once.
    Approved(BearerToken),
    /// The person said no.
    Denied,
    /// Nobody answered in time, or the token was fetched before.
    Expired,
    /// Nobody answered yet.
    Pending,
}

impl Store {
    /// A command line wants to sign in.
    pub async fn start_login(&self, machine: &str, origin: &Origin) -> Result<StartedRequest> {
        let machine = machine_name(machine)?;
        self.start_request(machine.as_str(), "", origin).await
    }

    /// A command line wants its person's password confirmed.
    pub async fn start_confirmation(&self, caller: &Caller) -> Result<StartedRequest> {
        let token = caller.token().filter(|_| !caller.is_program()).ok_or(StoreError::NotFound)?;
        let name: String = sqlx::query_scalar("select name from tokens where id = $1")
            .bind(token.as_str())
            .fetch_one(self.db.read())
            .await
            .map_err(query)?;
        self.start_request(&name, token.as_str(), &caller.origin).await
    }

    async fn start_request(
        &self,
        machine: &str,
        token: &str,
        origin: &Origin,
    ) -> Result<StartedRequest> {
        let now = self.now();
        let poll = Self::new_token(TokenKind::Login);
        let code = random::short_code();
        let expires_at = now + ANSWERED_WITHIN;
        let mut tx = self.db.begin().await?;
        sqlx::query("delete from login_requests where expires_at <= $1")
            .bind(now)
            .execute(&mut *tx)
            .await
            .map_err(query)?;
        sqlx::query(
            "insert into login_requests (id, secret_hash, code, machine, ip, token_id, created_at, expires_at,
               state)
             values ($1, $2, $3, $4, $5, $6, $7, $8, 'pending')",
        )
        .bind(poll.id().as_str())
        .bind(self.token_hash(&poll).to_vec())
        .bind(&code)
        .bind(machine)
        .bind(&origin.ip)
        .bind(token)
        .bind(now)
        .bind(expires_at)
        .execute(&mut *tx)
        .await
        .map_err(query)?;
        tx.commit().await.map_err(query)?;
        Ok(StartedRequest { code, poll, expires_at })
    }

    /// The request of this code, however it was typed. One that is about another person's command line is not shown.
    pub async fn login_request(&self, caller: &Caller, code: &str) -> Result<LoginRequest> {
        caller.session()?;
        let found = sqlx::query(
            "select r.code, r.machine, r.ip, r.created_at, r.token_id from login_requests r
             where r.code = $1 and r.state = 'pending' and r.expires_at > $2
               and (r.token_id = '' or exists (
                 select 1 from tokens t
                 where t.id = r.token_id and t.created_by = $3 and t.workspace_id = $4))",
        )
        .bind(random::spelled_short(code))
        .bind(self.now())
        .bind(caller.user.to_string())
        .bind(caller.workspace.to_string())
        .fetch_optional(self.db.read())
        .await
        .map_err(query)?
        .ok_or(StoreError::NotFound)?;
        let token: String = row::text(&found, "token_id")?;
        Ok(LoginRequest {
            code: row::text(&found, "code")?,
            machine: row::text(&found, "machine")?,
            ip: row::text(&found, "ip")?,
            created_at: row::int(&found, "created_at")?,
            confirms: !token.is_empty(),
        })
    }

    /// The person's answer. Yes takes their password of just now: a command line may do all that they may.
    pub async fn answer_login(&self, caller: &Caller, code: &str, approve: bool) -> Result<()> {
        let request = self.login_request(caller, code).await?;
        let now = self.now();
        if approve {
            caller.check_factor()?;
        }
        if approve && !caller.has_sudo(now) {
            return Err(StoreError::SudoNeeded);
        }
        let mut tx = self.db.begin().await?;
        let answered = sqlx::query(
            "update login_requests set state = $1, user_id = $2, workspace_id = $3
             where code = $4 and state = 'pending' and expires_at > $5 returning token_id",
        )
        .bind(if approve { "approved" } else { "denied" })
        .bind(caller.user.to_string())
        .bind(caller.workspace.to_string())
        .bind(&request.code)
        .bind(now)
        .fetch_optional(&mut *tx)
        .await
        .map_err(query)?
        .ok_or(StoreError::NotFound)?;
        let token: String = row::text(&answered, "token_id")?;
        if approve && request.confirms {
            sqlx::query("update tokens set sudo_until = $1 where id = $2 and created_by = $3")
                .bind(now + CONFIRMED)
                .bind(&token)
                .bind(caller.user.to_string())
                .execute(&mut *tx)
                .await
                .map_err(query)?;
        }
        let action = match (approve, request.confirms) {
            (true, false) => "login.approve",
            (true, true) => "login.confirm",
            (false, _) => "login.deny",
        };
        let detail = json!({ "machine": request.machine, "ip": request.ip });
        let event = Event::by(caller, action, token).with(detail);
        audit::append(&mut tx, &self.clock, event).await?;
        tx.commit().await.map_err(query)
    }

    /// How the request stands that this token polls for. An approved one gives its token once.
    pub async fn poll_login(&self, poll: &BearerToken) -> Result<RequestAnswer> {
        let found = sqlx::query(
            "select secret_hash, state, machine, token_id, user_id, workspace_id from login_requests
             where id = $1 and expires_at > $2",
        )
        .bind(poll.id().as_str())
        .bind(self.now())
        .fetch_optional(self.db.read())
        .await
        .map_err(query)?;
        let Some(found) = found else { return Ok(RequestAnswer::Expired) };
        if !bool::from(row::bytes(&found, "secret_hash")?.ct_eq(&self.token_hash(poll))) {
            return Ok(RequestAnswer::Expired);
        }
        let state: String = row::text(&found, "state")?;
        let confirmed: String = row::text(&found, "token_id")?;
        match state.as_str() {
            "pending" => Ok(RequestAnswer::Pending),
            "denied" => Ok(RequestAnswer::Denied),
            "approved" if confirmed.is_empty() => {
                let machine: String = row::text(&found, "machine")?;
                let (user, workspace) =
                    (row::text(&found, "user_id")?, row::text(&found, "workspace_id")?);
                self.give_command_line(poll.id(), &machine, user, workspace).await
            }
            _ => Ok(RequestAnswer::Expired),
        }
    }

    async fn give_command_line(
        &self,
        request: &TokenId,
        machine: &str,
        user: String,
        workspace: String,
    ) -> Result<RequestAnswer> {
        let now = self.now();
        let token = Self::new_token(TokenKind::Cli);
        let mut tx = self.db.begin().await?;
        let fetched = sqlx::query(
            "update login_requests set state = 'done' where id = $1 and state = 'approved'",
        )
        .bind(request.as_str())
        .execute(&mut *tx)
        .await
        .map_err(query)?;
        if fetched.rows_affected() == 0 {
            return Ok(RequestAnswer::Expired);
        }
        sqlx::query(
            "insert into tokens (id, workspace_id, kind, name, secret_hash, scopes, environments, names,
               addresses, created_by, security_epoch, created_at, expires_at, max_uses)
             select $1, $2, 'cli', $3, $4, '', '', '', '', u.id, u.security_epoch, $5, $6, 0
             from users u where u.id = $7",
        )
        .bind(token.id().as_str())
        .bind(workspace)
        .bind(machine)
        .bind(self.token_hash(&token).to_vec())
        .bind(now)
        .bind(now + SIGNED_IN)
        .bind(user)
        .execute(&mut *tx)
        .await
        .map_err(query)?;
        tx.commit().await.map_err(query)?;
        Ok(RequestAnswer::Approved(token))
    }
}

/// One line of text that a page may show.
fn machine_name(text: &str) -> Result<PersonName> {
    PersonName::parse(text)
        .map_err(|fault| Problems::one(Field::Machine, Reason::Name(fault)).into())
}

const ANSWERED_WITHIN: i64 = 10 * 60_000;
const CONFIRMED: i64 = 5 * 60_000;
/// A command line stays signed in for 90 days.
const SIGNED_IN: i64 = 90 * 86_400_000;
