//! People beside the owner. Until there are invitations, they are put straight into the database: with
//! the owner's password, whose hash opens for whoever has it.

use std::path::Path;

use model::{Role, TokenId};
use sqlx::{Connection, SqliteConnection};

/// Who asks, in the order of the matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::tests) enum Person {
    Anonymous,
    Member(Role),
    /// The owner, whose password was given too long ago.
    StaleOwner,
    /// The owner of another workspace.
    Outsider,
}

impl Person {
    pub(in crate::tests) fn email(self) -> Option<String> {
        match self {
            Self::Anonymous => None,
            Self::Member(Role::Owner) => Some(super::EMAIL.into()),
            Self::StaleOwner => Some("stale@example.org".into()),
            Self::Outsider => Some("outsider@example.net".into()),
            Self::Member(role) => Some(format!("{role}@example.org")),
        }
    }
}

pub(in crate::tests) const OTHER_WORKSPACE: &str = "wsp_0000000000007000800000000000000a";

/// One person of every kind, in the set-up database of this folder.
pub(in crate::tests) async fn bring_everybody(folder: &Path) {
    let mut database = connect(folder).await;
    sqlx::raw_sql(
        "insert into workspaces (id, name, created_at) values ('wsp_0000000000007000800000000000000a', 'Other', 0);
         insert into audit_heads (chain, seq, hash) values ('wsp_0000000000007000800000000000000a', 0, zeroblob(32));
         insert into environments
           values ('env_0000000000007000800000000000000a', 'wsp_0000000000007000800000000000000a', 'dev', 0, 0, 0)",
    )
    .execute(&mut database)
    .await
    .unwrap();
    let ours: String = sqlx::query_scalar("select workspace_id from members")
        .fetch_one(&mut database)
        .await
        .unwrap();
    let mut bring = async |number: u32, person: Person, workspace: &str, role: Role| {
        let email = person.email().unwrap();
        let user = format!("usr_{number:032x}");
        sqlx::query(
            "insert into users (id, name, email, email_folded, password_hash, pepper_number, security_epoch, created_at)
             select $1, $2, $2, $2, password_hash, pepper_number, 0, 0 from users
             where email = $3",
        )
        .bind(&user)
        .bind(email)
        .bind(super::EMAIL)
        .execute(&mut database)
        .await
        .unwrap();
        sqlx::query(
            "insert into members (workspace_id, user_id, role, created_at) values ($1, $2, $3, 0)",
        )
        .bind(workspace)
        .bind(user)
        .bind(role.as_str())
        .execute(&mut database)
        .await
        .unwrap();
    };
    for (number, role) in (1..).zip([Role::Admin, Role::Developer, Role::Viewer, Role::Auditor]) {
        bring(number, Person::Member(role), &ours, role).await;
    }
    bring(5, Person::StaleOwner, &ours, Role::Owner).await;
    bring(6, Person::Outsider, OTHER_WORKSPACE, Role::Owner).await;
    database.close().await.unwrap();
}

/// Makes the stale owner's password count no longer.
pub(in crate::tests) async fn let_sudo_end(folder: &Path) {
    let mut database = connect(folder).await;
    let changed = sqlx::query(
        "update sessions set sudo_until = 0
         where user_id = (select id from users where email = 'stale@example.org')",
    )
    .execute(&mut database)
    .await
    .unwrap();
    assert_eq!(changed.rows_affected(), 1);
    database.close().await.unwrap();
}

/// Makes the token one of somebody who is no longer here.
pub(in crate::tests) async fn let_maker_leave(folder: &Path, token: &TokenId) {
    let mut database = connect(folder).await;
    sqlx::query(
        "insert into users (id, name, email, email_folded, password_hash, pepper_number, security_epoch, created_at)
           select 'usr_00000000000000000000000000000007', name, 'gone@example.org',
           'gone@example.org', password_hash, pepper_number, 0, 0 from users where email = $1",
    )
    .bind(super::EMAIL)
    .execute(&mut database)
    .await
    .unwrap();
    let changed = sqlx::query(
        "update tokens set created_by = 'usr_00000000000000000000000000000007' where id = $1",
    )
    .bind(token.as_str())
    .execute(&mut database)
    .await
    .unwrap();
    assert_eq!(changed.rows_affected(), 1);
    database.close().await.unwrap();
}

async fn connect(folder: &Path) -> SqliteConnection {
    let file = folder.join("keyloft.db");
    SqliteConnection::connect(&format!("sqlite:{}", file.display())).await.unwrap()
}
