//! Rows at the end of an audit chain in one round trip: the one statement that each database has in its own words.
//!
//! It moves the chain's head from where it is thought to be, and adds the rows only if the head was there. On SQLite the rows take the
//! head with them, by a trigger. Its parameters are the chain, the time, the head's new place and hash, its old ones, and then
//! seven for each row.

use super::{Database, Kind, Tx, query};
use crate::error::Result;
use sqlx::{Any, AnyConnection, AssertSqlSafe, pool::PoolConnection};
use std::{fmt::Write as _, sync::LazyLock};

/// Rows of one chain, and the head that they follow.
pub(crate) struct Appending {
    /// The chain's name.
    pub(crate) chain: String,
    /// When, in unix ms.
    pub(crate) at: i64,
    pub(crate) after: Head,
    /// At least one, at most [`MOST_ROWS`].
    pub(crate) rows: Vec<Row>,
}

/// The end of a chain.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    /// The number of its last row.
    pub(crate) seq: i64,
    /// That row's hash.
    pub(crate) hash: Vec<u8>,
}

/// An event in its place.
pub(crate) struct Row {
    pub(crate) head: Head,
    pub(crate) body: Vec<u8>,
    pub(crate) digest: Vec<u8>,
    pub(crate) action: &'static str,
    pub(crate) actor: String,
    pub(crate) target: String,
}

impl Appending {
    /// The chain's head once these rows are in it.
    pub(crate) fn head(&self) -> &Head {
        self.rows.last().map_or(&self.after, |row| &row.head)
    }

    /// Adds the rows, or nothing if the head was somewhere else.
    async fn run(self, texts: &Texts, connection: &mut AnyConnection) -> Result<bool> {
        let places = self.rows.len().next_power_of_two();
        let Head { seq, hash } = self.head().clone();
        let text = AssertSqlSafe(texts[places.ilog2() as usize].as_str());
        let mut statement = sqlx::query(text)
            .bind(self.chain)
            .bind(self.at)
            .bind(seq)
            .bind(hash)
            .bind(self.after.seq)
            .bind(self.after.hash);
        let rows = self.rows.into_iter().map(Some);
        for row in rows.chain(std::iter::repeat_with(|| None)).take(places) {
            let Some(Row { head, body, digest, action, actor, target }) = row else {
                statement = statement
                    .bind(None::<i64>)
                    .bind(None::<Vec<u8>>)
                    .bind(None::<Vec<u8>>)
                    .bind(None::<Vec<u8>>)
                    .bind(None::<&str>)
                    .bind(None::<String>)
                    .bind(None::<String>);
                continue;
            };
            statement = statement
                .bind(head.seq)
                .bind(body)
                .bind(digest)
                .bind(head.hash)
                .bind(action)
                .bind(actor)
                .bind(target);
        }
        Ok(statement.execute(connection).await.map_err(query)?.rows_affected() > 0)
    }
}

/// Appends rows outside of transactions, on a connection that it keeps: a pool asks at every return whether it is still there.
pub(crate) struct Appender {
    database: Database,
    connection: Option<PoolConnection<Any>>,
}

impl Appender {
    pub(crate) const fn new(database: Database) -> Self {
        Self { database, connection: None }
    }

    /// Appends rows and commits them, on SQLite without waiting for the disk. False if the head was somewhere else.
    pub(crate) async fn append(&mut self, rows: Appending) -> Result<bool> {
        self.database.check_file()?;
        let texts = match self.database.kind {
            Kind::Sqlite { .. } => &SQLITE,
            Kind::Postgres => &POSTGRES,
        };
        let appended = rows.run(texts, self.connection().await?).await;
        if appended.is_err() {
            // It may have ended with a database that was started anew. The pool looks at what it gets back.
            self.give_back();
        }
        appended
    }

    /// Lets others have the connection.
    pub(crate) fn give_back(&mut self) {
        self.connection = None;
    }

    async fn connection(&mut self) -> Result<&mut AnyConnection> {
        if self.connection.is_none() {
            let mut connection = self.database.write.acquire().await.map_err(query)?;
            if matches!(self.database.kind, Kind::Sqlite { .. }) {
                let setting = sqlx::raw_sql("pragma synchronous = normal");
                setting.execute(&mut *connection).await.map_err(query)?;
            }
            self.connection = Some(connection);
        }
        Ok(self.connection.as_mut().expect("there is one now"))
    }
}

/// Appends rows in a transaction that holds the chain's head, or at least has just read it.
pub(crate) async fn append(tx: &mut Tx, rows: Appending) -> Result<bool> {
    let texts = if tx.backend_name() == "SQLite" { &SQLITE } else { &POSTGRES };
    rows.run(texts, tx).await
}

/// 454 parameters, where SQLite takes 32,766 and PostgreSQL 65,535.
pub(crate) const MOST_ROWS: usize = 1 << MOST;
const MOST: usize = 6;

/// With places for 1, 2, 4, … rows, so that each text stays prepared. A place without a row has null as its number.
type Texts = LazyLock<[String; MOST + 1]>;

static POSTGRES: Texts = LazyLock::new(|| {
    texts(|places| {
        format!(
            "with {places}, head as (
               update audit_heads set seq = $3, hash = $4 where chain = $1 and seq = $5 and hash = $6 returning chain)
             {ADD}, head where seq is not null"
        )
    })
});

static SQLITE: Texts = LazyLock::new(|| {
    texts(|places| {
        format!(
            "with {places} {ADD} where seq is not null and exists (
               select 1 from audit_heads h where h.chain = $1 and h.seq = $5 and h.hash = $6)"
        )
    })
});

const ADD: &str = "insert into audit_rows (chain, at, seq, body, digest, hash, action, actor, target)
    select $1, $2, places.seq, places.body, places.digest, places.hash, places.action, places.actor, places.target from places";

fn texts(statement: impl Fn(&str) -> String) -> [String; MOST + 1] {
    std::array::from_fn(|power| statement(&places(1 << power)))
}

fn places(number: usize) -> String {
    let mut places =
        String::from("places (seq, body, digest, hash, action, actor, target) as (values ");
    for place in 0..number {
        let first = 7 + 7 * place;
        let parameters: Vec<String> = (first..first + 7).map(|n| format!("${n}")).collect();
        let comma = if place == 0 { "" } else { ", " };
        write!(places, "{comma}({})", parameters.join(", ")).expect("a string takes any text");
    }
    places.push(')');
    places
}
