//! What a server keeps, in lines that do not tell ids and times.

use client::{Client, Place};
use model::Version;
use serde_json::{Value, json};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, SqliteConnection};

use crate::server::Server;

/// Kinds of facts, each with its lines.
pub(crate) type Kept = Vec<(&'static str, Vec<String>)>;

/// Everything that a server keeps of environments and secrets.
pub(crate) fn everything(server: &Server) -> Kept {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut kept = runtime.block_on(facts(server));
    kept.push(("values", values(&server.client(Some(&server.token)))));
    kept
}

async fn facts(server: &Server) -> Kept {
    let options = SqliteConnectOptions::new().filename(server.database()).read_only(true);
    let mut database = options.connect().await.unwrap();
    let mut kept = Kept::new();
    for (what, query) in FACTS {
        let lines = sqlx::query_scalar(query).fetch_all(&mut database).await.unwrap();
        kept.push((what, lines));
    }
    kept.push(("audit", audit(&mut database).await));
    kept
}

/// What happened, but for reads.
async fn audit(database: &mut SqliteConnection) -> Vec<String> {
    let bodies: Vec<Vec<u8>> = sqlx::query_scalar(
        "select body from audit_rows
         where (action like 'secret.%' or action like 'environment.%')
           and action not in ('secret.read', 'secret.reveal', 'secret.view')
         order by chain, seq",
    )
    .fetch_all(database)
    .await
    .unwrap();
    let line = |body: &Vec<u8>| {
        let body: Value = serde_json::from_slice(body).unwrap();
        let mut detail = body["detail"].clone();
        // Nothing, said or not said.
        if let Some(fields) = detail.as_object_mut() {
            fields.retain(|_, value| !value.is_null() && *value != json!([]));
        }
        let (action, outcome, who) = (&body["action"], &body["outcome"], &body["actor"]["name"]);
        format!("{action} {outcome} {who} {detail}")
    };
    bodies.iter().map(line).collect()
}

/// Every value of every version that is not in the trash, as a program reads them.
fn values(program: &Client) -> Vec<String> {
    let mut lines = Vec::new();
    let query = client::SecretsQuery { limit: Some(200), ..client::SecretsQuery::default() };
    let secrets = program.secrets(&query).unwrap();
    assert!(secrets.next.is_none(), "one page has them all");
    for secret in secrets.secrets {
        let place = Place::new(secret.environment, secret.name);
        for version in 1..=secret.version.0 {
            let answer = program.values(&place, Some(Version(version)), &[]).unwrap();
            assert!(answer.withheld.is_empty(), "a program reads them all");
            lines.extend(answer.values.0.iter().map(|(key, value)| {
                format!("{place} {version} {key} {:?}", value.dangerously_expose())
            }));
        }
    }
    lines
}

/// Ids sort by when they were made, which was in the same order everywhere.
const FACTS: [(&str, &str); 4] = [
    (
        "environments",
        "select json_object('name', name, 'position', position, 'protected', protected)
         from environments order by position, id",
    ),
    (
        "secrets",
        "select json_object('environment', e.name, 'name', s.name, 'folded', s.name_folded,
           'template', s.template, 'key_count', s.key_count, 'version', s.version, 'search', s.search,
           'created_by', c.name, 'updated_by', u.name, 'trashed_by', t.name, 'trashed', s.trashed_at is not null)
         from secrets s
         join environments e on e.id = s.environment_id
         join users c on c.id = s.created_by
         join users u on u.id = s.updated_by
         left join users t on t.id = s.trashed_by
         order by s.id",
    ),
    (
        "versions",
        "select json_object('environment', e.name, 'secret', s.name, 'version', v.version,
           'sealed_in', b.name, 'sealed', v.sealed is not null, 'cause', v.cause, 'note', v.note,
           'created_by', u.name, 'keys', json(v.keys))
         from versions v
         join secrets s on s.id = v.secret_id
         join environments e on e.id = s.environment_id
         join environments b on b.id = v.environment_id
         join users u on u.id = v.created_by
         order by s.id, v.version",
    ),
    (
        "tags",
        "select json_object('environment', e.name, 'secret', s.name, 'tag', g.tag)
         from secret_tags g
         join secrets s on s.id = g.secret_id
         join environments e on e.id = s.environment_id
         order by s.id, g.tag",
    ),
];
