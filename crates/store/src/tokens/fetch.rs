//! What programs ask for, fetched together: requests that queue while one statement runs share the next.

use crate::{
    db::{Database, query},
    error::{Result, StoreError},
    row,
};
use model::{EnvironmentName, SecretName, TokenId, api::RESOLVE_NAMES};
use sqlx::{Any, AnyPool, AssertSqlSafe, any::AnyRow, pool::PoolConnection};
use std::{
    fmt::Write as _,
    sync::{Arc, LazyLock},
};
use tokio::sync::{Mutex, mpsc, oneshot};

/// Fetches tokens, and the secrets that their bearers name.
#[derive(Clone, Debug)]
pub(crate) struct Fetcher(mpsc::Sender<Request>);

struct Request {
    token: TokenId,
    environment: String,
    /// At least one; one that is empty names no secret.
    names: Vec<String>,
    rows: oneshot::Sender<Option<Vec<AnyRow>>>,
}

impl Fetcher {
    /// Starts the readers. They end with the last fetcher, or once the database closes.
    pub(crate) fn start(database: &Database) -> Self {
        let (sender, receiver) = mpsc::channel(QUEUE);
        let queue = Arc::new(Mutex::new(receiver));
        for _ in 0..READERS {
            let reader = Reader { pool: database.read().clone(), connection: None };
            tokio::spawn(reader.serve(queue.clone()));
        }
        Self(sender)
    }

    /// The token with all that a caller is made of; nothing if there is no such token.
    pub(super) async fn token(&self, token: &TokenId) -> Result<Option<AnyRow>> {
        let mut rows = self.fetch(token, String::new(), vec![String::new()]).await?;
        Ok(rows.pop())
    }

    /// A row for each of the named secrets, each with the token; without a secret if there is none of that name.
    pub(crate) async fn secrets(
        &self,
        token: &TokenId,
        environment: &EnvironmentName,
        names: &[SecretName],
    ) -> Result<Vec<AnyRow>> {
        let names = names.iter().map(ToString::to_string).collect();
        self.fetch(token, environment.to_string(), names).await
    }

    async fn fetch(
        &self,
        token: &TokenId,
        environment: String,
        names: Vec<String>,
    ) -> Result<Vec<AnyRow>> {
        let (rows, fetched) = oneshot::channel();
        let request = Request { token: token.clone(), environment, names, rows };
        self.0.send(request).await.map_err(|_| closed())?;
        fetched.await.map_err(|_| closed())?.ok_or_else(|| {
            StoreError::Unavailable("the database did not answer what a token asked for".into())
        })
    }
}

fn closed() -> StoreError {
    StoreError::Unavailable("the database is closed".into())
}

struct Reader {
    pool: AnyPool,
    /// Kept from one statement to the next: the pool asks the database at each return whether it is still there.
    connection: Option<PoolConnection<Any>>,
}

impl Reader {
    async fn serve(mut self, queue: Arc<Mutex<mpsc::Receiver<Request>>>) {
        // A connection that is held would keep the database from closing.
        let mut closing = self.pool.close_event();
        let serving = async {
            while let Some(requests) = next_requests(&queue).await {
                match self.fetch(&requests).await {
                    Ok(fetched) => {
                        for (request, rows) in requests.into_iter().zip(fetched) {
                            // Whoever hung up in between needs no answer.
                            let _ = request.rows.send(Some(rows));
                        }
                    }
                    Err(error) => {
                        tracing::error!(%error, "what tokens ask for could not be fetched");
                        for request in requests {
                            let _ = request.rows.send(None);
                        }
                    }
                }
            }
        };
        let _ = closing.do_until(serving).await;
    }

    /// The rows of each request.
    async fn fetch(&mut self, requests: &[Request]) -> Result<Vec<Vec<AnyRow>>> {
        let rows = match self.try_fetch(requests).await {
            // A held connection ends with a database that was started anew, and its pool then has another.
            Err(_) if self.connection.take().is_some() => self.try_fetch(requests).await?,
            rows => rows?,
        };
        let mut fetched: Vec<Vec<AnyRow>> = requests.iter().map(|_| Vec::new()).collect();
        for row in rows {
            let place: usize = row::count(&row, "place")?;
            fetched[place].push(row);
        }
        Ok(fetched)
    }

    async fn try_fetch(&mut self, requests: &[Request]) -> Result<Vec<AnyRow>> {
        let connection = match &mut self.connection {
            Some(connection) => connection,
            none => none.insert(self.pool.acquire().await.map_err(query)?),
        };
        let asked = requests.iter().enumerate().flat_map(|(place, request)| {
            request.names.iter().map(move |name| (place, request, name.as_str()))
        });
        let number: usize = requests.iter().map(|request| request.names.len()).sum();
        let places = number.next_power_of_two();
        let mut read = sqlx::query(AssertSqlSafe(READS[places.ilog2() as usize].as_str()));
        for (place, request, name) in asked {
            let place = i64::try_from(place).expect("a batch is small");
            read = read
                .bind(place)
                .bind(request.token.as_str())
                .bind(request.environment.as_str())
                .bind(name);
        }
        for _ in number..places {
            read = read.bind(None::<i64>).bind(None::<&str>).bind(None::<&str>).bind(None::<&str>);
        }
        read.fetch_all(&mut **connection).await.map_err(query)
    }
}

/// Waits for a request, and takes those that came meanwhile with it; nothing once nobody can ask any more.
async fn next_requests(queue: &Mutex<mpsc::Receiver<Request>>) -> Option<Vec<Request>> {
    let mut queue = queue.lock().await;
    let first = queue.recv().await?;
    let mut names = first.names.len();
    let mut requests = vec![first];
    while names + RESOLVE_NAMES <= MOST
        && let Ok(next) = queue.try_recv()
    {
        names += next.names.len();
        requests.push(next);
    }
    Some(requests)
}

/// For 1, 2, 4, … names, so that each text stays prepared. Places without a name are null, and no token has null as its id.
static READS: LazyLock<[String; MOST.ilog2() as usize + 1]> =
    LazyLock::new(|| std::array::from_fn(|power| read(1 << power)));

fn read(places: usize) -> String {
    let mut asked = String::new();
    for first in (0..places).map(|place| 4 * place + 1) {
        let comma = if first == 1 { "" } else { ", " };
        write!(asked, "{comma}(${first}, ${}, ${}, ${})", first + 1, first + 2, first + 3)
            .expect("a string takes any text");
    }
    format!(
        "with asked (place, token, environment, name) as (values {asked})
         select a.place, t.id as token_id, t.kind, t.name as token_name, t.secret_hash, t.previous_hash,
           t.previous_until, t.scopes, t.environments, t.names, t.addresses, t.expires_at, t.max_uses, t.uses,
           t.last_used_at, t.sudo_until, t.revoked_at, t.workspace_id, t.created_by as user_id,
           case when u.security_epoch = t.security_epoch then 1 else 0 end as same_epoch,
           u.name as user_name, u.email, u.factors, w.name as workspace_name, w.factor_role, case when t.orphaned_at is null then coalesce(m.role, '') else '' end as role,
           coalesce(m.limited, 0) as limited, coalesce(m.grants, '') as grants,
           e.id as environment_id, e.protected, s.id as secret_id, s.name as secret_name, s.version,
           s.last_read_at, v.keys, v.sealed, v.environment_id as sealed_in, r.version as noted_version,
           r.last_at as noted_at, h.changes
         from asked a
         join tokens t on t.id = a.token
         join users u on u.id = t.created_by
         join workspaces w on w.id = t.workspace_id
         join audit_heads h on h.chain = t.workspace_id
         left join members m on m.workspace_id = t.workspace_id and m.user_id = t.created_by
         left join environments e on e.workspace_id = t.workspace_id and e.name = a.environment
         left join secrets s on s.environment_id = e.id and s.trashed_at is null and s.name = a.name
         left join versions v on v.secret_id = s.id and v.version = s.version
         left join secret_readers r on r.secret_id = s.id
           and r.reader = case t.kind when 'cli' then t.created_by else t.id end"
    )
}

const READERS: usize = 2;
const QUEUE: usize = 4096;
/// Names in one statement.
const MOST: usize = 64;
