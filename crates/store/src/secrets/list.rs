//! Finding secrets.

use crate::{
    Store,
    caller::Caller,
    db::query,
    error::{Result, StoreError},
    row,
};
use data_encoding::BASE64URL_NOPAD;
use model::{
    Action, Cursor, KeyInfo, KeyName, ListQuery, Page, PersonName, Reach, RotationState,
    SecretDetail, SecretId, SecretName, SecretSummary, Sort, TOKEN_NAMES, TRASH_DAYS, Tag,
    TrashedSecret, Version,
};
use serde::{Deserialize, Serialize};
use sqlx::{Row as _, any::AnyRow};
use std::collections::BTreeMap;

use super::{record, schedule};

impl Store {
    /// A page of the secrets of the caller's workspace that match, without the trash.
    pub async fn list_secrets(
        &self,
        caller: &Caller,
        wanted: &ListQuery,
    ) -> Result<Page<SecretSummary>> {
        let Page { rows, total, next } = self.list_details(caller, wanted, PAGE).await?;
        Ok(Page { rows: rows.into_iter().map(|detail| detail.summary).collect(), total, next })
    }

    /// The same with all that is known of each, and so many rows a page.
    pub async fn list_details(
        &self,
        caller: &Caller,
        wanted: &ListQuery,
        rows: usize,
    ) -> Result<Page<SecretDetail>> {
        self.allow(caller, Action::ListSecrets).await?;
        let now = self.now();
        let total = matching(sqlx::query(COUNT), caller, wanted, now)
            .fetch_one(self.db.read())
            .await
            .map_err(query)?;
        let after = wanted.after.as_ref().and_then(|cursor| Place::parse(cursor, wanted.sort));
        let found = matching(sqlx::query(page_sql(wanted.sort)), caller, wanted, now)
            .bind(i64::from(after.is_none()))
            .bind(after.as_ref().map(|place| place.name.clone()).unwrap_or_default())
            .bind(after.as_ref().map_or(0, |place| place.at))
            .bind(after.map(|place| place.id).unwrap_or_default())
            .bind(i64::try_from(rows + 1).expect("a page is short"))
            .bind(i64::from(wanted.skip))
            .fetch_all(self.db.read())
            .await
            .map_err(query)?;
        let more = found.len() > rows;
        let mut page: Vec<SecretDetail> =
            found.iter().take(rows).map(|found| detail(found, now)).collect::<Result<_>>()?;
        for part in page.chunks_mut(PAGE) {
            self.add_tags(caller, part).await?;
        }
        for detail in &mut page {
            detail.summary.found_by = found_by(&wanted.search, detail);
        }
        let next = page.last().filter(|_| more).map(|last| Place::of(last, wanted.sort).cursor());
        Ok(Page { rows: page, total: row::count(&total, "total")?, next })
    }

    /// A secret without its values.
    pub async fn secret(&self, caller: &Caller, id: SecretId) -> Result<SecretDetail> {
        self.allow(caller, Action::ListSecrets).await?;
        self.secret_in_reach(caller, id).await
    }

    /// The same for whoever may write it: they need not be allowed to list.
    pub async fn written_secret(&self, caller: &Caller, id: SecretId) -> Result<SecretDetail> {
        let found = self.find_live(caller, id).await?;
        self.allow_at(caller, Action::RotateValues, found.place()).await?;
        self.secret_in_reach(caller, id).await
    }

    async fn secret_in_reach(&self, caller: &Caller, id: SecretId) -> Result<SecretDetail> {
        let found = sqlx::query(concat!(
            detail_columns!(),
            "from secrets s ",
            detail_joins!(),
            "where s.id = $1 and s.workspace_id = $2 and s.trashed_at is null"
        ))
        .bind(id.to_string())
        .bind(caller.workspace.to_string())
        .fetch_optional(self.db.read())
        .await
        .map_err(query)?
        .ok_or(StoreError::NotFound)?;
        let mut details = [detail(&found, self.now())?];
        self.add_tags(caller, &mut details).await?;
        let [detail] = details;
        caller.check_reach(detail.summary.environment, Some(&detail.summary.name))?;
        Ok(detail)
    }

    /// The tags and templates in use, for the filters of the list.
    pub async fn list_filters(&self, caller: &Caller) -> Result<(Vec<Tag>, Vec<String>)> {
        self.allow(caller, Action::ListSecrets).await?;
        let tags: Vec<String> = sqlx::query_scalar(
            "select distinct t.tag from secret_tags t join secrets s on s.id = t.secret_id
             where t.workspace_id = $1 and s.trashed_at is null
               and ($2 = '' or $2 like '%' || s.environment_id || '%')
             order by t.tag",
        )
        .bind(caller.workspace.to_string())
        .bind(seen(caller))
        .fetch_all(self.db.read())
        .await
        .map_err(query)?;
        let templates = self.count_by_template(caller).await?.into_keys().collect();
        Ok((tags.iter().filter_map(|tag| Tag::parse(tag).ok()).collect(), templates))
    }

    /// How many secrets that the caller sees were made from each template, by its id.
    pub async fn count_by_template(&self, caller: &Caller) -> Result<BTreeMap<String, u64>> {
        self.allow(caller, Action::ListSecrets).await?;
        let rows = sqlx::query(
            "select template, count(*) as secrets from secrets
             where workspace_id = $1 and trashed_at is null and template <> ''
               and ($2 = '' or $2 like '%' || environment_id || '%')
             group by template",
        )
        .bind(caller.workspace.to_string())
        .bind(seen(caller))
        .fetch_all(self.db.read())
        .await
        .map_err(query)?;
        let counted =
            |found: &AnyRow| Ok((row::text(found, "template")?, row::count(found, "secrets")?));
        rows.iter().map(counted).collect()
    }

    /// The trash, newest first.
    pub async fn list_trash(&self, caller: &Caller) -> Result<Vec<TrashedSecret>> {
        self.allow(caller, Action::ListSecrets).await?;
        let rows = sqlx::query(trash!("order by s.trashed_at desc, s.id limit 500"))
            .bind(caller.workspace.to_string())
            .fetch_all(self.db.read())
            .await
            .map_err(query)?;
        let trashed = rows.iter().map(|found| trashed(found, self.now()));
        let trashed = trashed.collect::<Result<Vec<_>>>()?;
        let reached = |trashed: &TrashedSecret| {
            let SecretSummary { environment, name, .. } = &trashed.summary;
            caller.check_reach(*environment, Some(name)).is_ok()
        };
        Ok(trashed.into_iter().filter(reached).collect())
    }

    /// One secret in the trash.
    pub(super) async fn trashed_secret(
        &self,
        caller: &Caller,
        id: SecretId,
    ) -> Result<TrashedSecret> {
        let found = sqlx::query(trash!("and s.id = $2"))
            .bind(caller.workspace.to_string())
            .bind(id.to_string())
            .fetch_optional(self.db.read())
            .await
            .map_err(query)?
            .ok_or(StoreError::NotFound)?;
        let trashed = trashed(&found, self.now())?;
        caller.check_shown(trashed.summary.environment)?;
        Ok(trashed)
    }

    /// One statement for up to [`PAGE`] secrets.
    async fn add_tags(&self, caller: &Caller, page: &mut [SecretDetail]) -> Result<()> {
        let mut tags = sqlx::query(TAGS).bind(caller.workspace.to_string());
        for place in 0..PAGE {
            // A place that the page does not fill names no secret.
            tags = tags
                .bind(page.get(place).map(|row| row.summary.id.to_string()).unwrap_or_default());
        }
        let rows = tags.fetch_all(self.db.read()).await.map_err(query)?;
        for found in rows {
            let id: SecretId = row::text(&found, "secret_id")?;
            if let Some(found_by_id) = page.iter_mut().find(|detail| detail.summary.id == id) {
                found_by_id.summary.tags.push(row::parsed(&found, "tag", Tag::parse)?);
            }
        }
        Ok(())
    }
}

pub(super) fn detail(found: &AnyRow, now: i64) -> Result<SecretDetail> {
    let rotation = schedule::rotation(found, now)?;
    Ok(SecretDetail {
        summary: SecretSummary { rotation: rotation.state, ..summary(found)? },
        keys: record::keys(found)?,
        note: row::text(found, "note")?,
        created_at: row::int(found, "created_at")?,
        created_by: row::parsed(found, "created_by", PersonName::parse)?,
        last_read_at: found.try_get("last_read_at").map_err(query)?,
        rotation,
    })
}

fn summary(found: &AnyRow) -> Result<SecretSummary> {
    let template: String = row::text(found, "template")?;
    Ok(SecretSummary {
        id: row::text(found, "id")?,
        name: row::parsed(found, "name", SecretName::parse)?,
        environment: row::text(found, "environment_id")?,
        template: Some(template).filter(|template| !template.is_empty()),
        keys: row::count(found, "key_count")?,
        tags: Vec::new(),
        version: Version(row::count(found, "version")?),
        updated_at: row::int(found, "updated_at")?,
        updated_by: row::parsed(found, "updated_by", PersonName::parse)?,
        rotation: RotationState::default(),
        found_by: None,
    })
}

fn trashed(found: &AnyRow, now: i64) -> Result<TrashedSecret> {
    let trashed_at = row::int(found, "trashed_at")?;
    Ok(TrashedSecret {
        summary: summary(found)?,
        trashed_at,
        days_left: days_left(trashed_at, now),
        trashed_by: row::parsed(found, "trashed_by", PersonName::parse)?,
    })
}

fn days_left(trashed_at: i64, now: i64) -> u32 {
    let left = trashed_at + TRASH_DAYS * DAY - now;
    u32::try_from((left + DAY - 1) / DAY).unwrap_or(0)
}

/// Where a page ended: the sort key of its last row, and its id among equals.
#[derive(Serialize, Deserialize)]
struct Place {
    sort: Sort,
    name: String,
    at: i64,
    id: String,
}

impl Place {
    fn of(last: &SecretDetail, sort: Sort) -> Self {
        Self {
            sort,
            name: last.summary.name.as_str().to_lowercase(),
            at: if sort == Sort::Created { last.created_at } else { last.summary.updated_at },
            id: last.summary.id.to_string(),
        }
    }

    fn cursor(&self) -> Cursor {
        let json = serde_json::to_vec(self).expect("a place is text and numbers");
        Cursor(BASE64URL_NOPAD.encode(&json))
    }

    /// The place that a cursor names; nothing if it is none, or one of another order: the list then starts anew.
    fn parse(cursor: &Cursor, sort: Sort) -> Option<Self> {
        let json = BASE64URL_NOPAD.decode(cursor.0.as_bytes()).ok()?;
        serde_json::from_slice(&json).ok().filter(|place: &Self| place.sort == sort)
    }
}

/// Up to four words, as they are looked for; more are looked for as one.
fn words(search: &str) -> Vec<String> {
    let folded = search.to_lowercase();
    let words = folded.trim().splitn(4, char::is_whitespace).map(str::trim);
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// They as patterns for `like`.
fn search_words(search: &str) -> [String; 4] {
    let mut words = words(search).into_iter().map(|word| {
        let escaped = word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        format!("%{escaped}%")
    });
    std::array::from_fn(|_| words.next().unwrap_or_else(|| "%".into()))
}

/// The key that says a word which the name does not say.
fn found_by(search: &str, detail: &SecretDetail) -> Option<KeyName> {
    let name = detail.summary.name.as_str().to_lowercase();
    let mut others = words(search).into_iter().filter(|word| !name.contains(word));
    let key = |word: String| {
        let says = |key: &&KeyInfo| key.name.as_str().to_lowercase().contains(&word);
        detail.keys.iter().find(says)
    };
    others.find_map(key).map(|key| key.name.clone())
}

type Statement = sqlx::query::Query<'static, sqlx::Any, sqlx::any::AnyArguments>;

/// Binds what [`matching!`] names.
fn matching(statement: Statement, caller: &Caller, wanted: &ListQuery, now: i64) -> Statement {
    let environments = seen(caller);
    let mut statement = statement
        .bind(caller.workspace.to_string())
        .bind(wanted.environment.map(|id| id.to_string()).unwrap_or_default())
        .bind(wanted.template.clone().unwrap_or_default())
        .bind(wanted.tag.as_ref().map(ToString::to_string).unwrap_or_default());
    for word in search_words(&wanted.search) {
        statement = statement.bind(word);
    }
    statement = statement.bind(environments);
    for beginning in name_beginnings(caller.reach()) {
        statement = statement.bind(beginning);
    }
    let (after, until) = wanted.rotation.map_or((0, 0), |urgency| urgency.range(now));
    let unread = wanted.stale.map_or(0, |days| (now - i64::from(days) * DAY).max(1));
    statement.bind(after).bind(until).bind(unread)
}

/// The environments that the caller sees, one after the other; '' is all of them, and a dash none.
pub(super) fn seen(caller: &Caller) -> String {
    match caller.seen_environments() {
        None => String::new(),
        Some(seen) if seen.is_empty() => "-".to_owned(),
        Some(seen) => seen.iter().map(ToString::to_string).collect(),
    }
}

/// The names that a token reaches, as beginnings of a name with a slash after it. The empty one begins every name; a slash alone
/// begins none.
fn name_beginnings(reach: Option<&Reach>) -> [String; TOKEN_NAMES] {
    let names = reach.map(|reach| &reach.names).filter(|names| !names.is_empty());
    let Some(names) = names else { return std::array::from_fn(|_| String::new()) };
    let mut beginnings = names.iter().map(|name| match name.as_str().strip_suffix('*') {
        Some(beginning) => beginning.to_owned(),
        None => format!("{name}/"),
    });
    std::array::from_fn(|_| beginnings.next().unwrap_or_else(|| "/".to_owned()))
}

macro_rules! trash {
    ($more:literal) => {
        concat!(
            "select s.id, s.name, s.environment_id, s.template, s.key_count, s.version, s.updated_at,
               u.name as updated_by, s.trashed_at, t.name as trashed_by
             from secrets s
             join users u on u.id = s.updated_by
             join users t on t.id = s.trashed_by
             where s.workspace_id = $1 and s.trashed_at is not null ",
            $more
        )
    };
}
use trash;

macro_rules! detail_columns {
    () => {
        "select s.id, s.name, s.environment_id, s.template, s.key_count, s.version, s.updated_at,
           u.name as updated_by, s.created_at, c.name as created_by, s.last_read_at, v.keys, v.note,
           s.rotated_at, s.rotated_version, s.rotate_days, s.rotate_on, s.due_at, s.expires_at,
           coalesce(p.rotate_days, 0) as template_days, p.rotate_on as template_on "
    };
}
pub(super) use detail_columns;

macro_rules! detail_joins {
    () => {
        "join users u on u.id = s.updated_by
         join users c on c.id = s.created_by
         join versions v on v.secret_id = s.id and v.version = s.version
         left join template_schedules p on p.workspace_id = s.workspace_id and p.template = s.template "
    };
}
pub(super) use detail_joins;

macro_rules! matching {
    () => {
        "where s.workspace_id = $1 and s.trashed_at is null
           and ($2 = '' or s.environment_id = $2)
           and ($3 = '' or s.template = $3)
           and ($4 = '' or exists (select 1 from secret_tags t where t.secret_id = s.id and t.tag = $4))
           and ($5 = '%' or s.search like $5 escape '\\') and ($6 = '%' or s.search like $6 escape '\\')
           and ($7 = '%' or s.search like $7 escape '\\') and ($8 = '%' or s.search like $8 escape '\\')
           and ($9 = '' or $9 like '%' || s.environment_id || '%')
           and ($10 = '' or substr(s.name || '/', 1, length($10)) = $10
             or substr(s.name || '/', 1, length($11)) = $11
             or substr(s.name || '/', 1, length($12)) = $12 or substr(s.name || '/', 1, length($13)) = $13
             or substr(s.name || '/', 1, length($14)) = $14 or substr(s.name || '/', 1, length($15)) = $15
             or substr(s.name || '/', 1, length($16)) = $16 or substr(s.name || '/', 1, length($17)) = $17)
           and ($19 = 0 or s.due_at > $18 and s.due_at <= $19)
           and ($20 = 0 or s.created_at <= $20 and coalesce(s.last_read_at, 0) <= $20 and not exists (
             select 1 from secret_readers r where r.secret_id = s.id and r.last_at > $20))"
    };
}

// Finds the rows of the page first, so that what stands beside a secret is read for those alone.
macro_rules! page {
    ($after:literal, $order:literal) => {
        concat!(
            detail_columns!(),
            "from (select s.* from secrets s ",
            matching!(),
            " and ($21 = 1 or ",
            $after,
            ") order by ",
            $order,
            " limit $25 offset $26) s ",
            detail_joins!(),
            "order by ",
            $order
        )
    };
}

const COUNT: &str = concat!("select count(*) as total from secrets s ", matching!());

// Each names $22 and $23 both, since PostgreSQL must see every parameter's type.
const fn page_sql(sort: Sort) -> &'static str {
    match sort {
        Sort::Name => {
            page!("((s.name_folded, s.id) > ($22, $24) and $23 = $23)", "s.name_folded, s.id")
        }
        Sort::NameDown => page!(
            "((s.name_folded, s.id) < ($22, $24) and $23 = $23)",
            "s.name_folded desc, s.id desc"
        ),
        Sort::Updated => page!(
            "((s.updated_at, s.id) < ($23, $24) and $22 = $22)",
            "s.updated_at desc, s.id desc"
        ),
        Sort::UpdatedUp => {
            page!("((s.updated_at, s.id) > ($23, $24) and $22 = $22)", "s.updated_at, s.id")
        }
        Sort::Created => page!(
            "((s.created_at, s.id) < ($23, $24) and $22 = $22)",
            "s.created_at desc, s.id desc"
        ),
    }
}

/// The tags of up to [`PAGE`] secrets.
const TAGS: &str = "
    select secret_id, tag from secret_tags
    where workspace_id = $1 and secret_id in (
      $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
      $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37,
      $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, $50, $51)
    order by tag";

/// Rows of a page.
const PAGE: usize = 50;
const DAY: i64 = 86_400_000;
