//! Pages of a workspace's audit log, and single rows.

use super::{
    index::{Facet, MOST_FACETS},
    row::Body,
};
use crate::{
    Store,
    caller::Caller,
    db::query,
    error::{Result, StoreError},
    row,
};
use data_encoding::HEXLOWER;
use model::{
    Action, AuditChain, AuditFilter, EnvironmentId, Permission,
    api::{AuditEntry, AuditEventView, AuditList},
};
use sqlx::{Row as _, any::AnyRow};
use std::collections::{BTreeSet, HashMap};

impl Store {
    /// A page of what happened in the caller's workspace, the newest first; of whoever may not see everybody's, their own.
    pub async fn list_audit(
        &self,
        caller: &Caller,
        filter: &AuditFilter,
        before: Option<i64>,
    ) -> Result<AuditList> {
        let of = self.audit_view(caller).await?;
        let filter = &self.filter_by_ids(caller, filter).await?;
        let chain = AuditChain::Workspace(caller.workspace);
        let facets = Facet::wanted(chain, filter, of.as_deref());
        // Without a facet the chain itself is the index.
        let mark = if facets.is_empty() { 0 } else { self.index_for_question(chain).await? };
        let reach = self.seqs_between(chain, filter, before).await?;

        let mut page =
            Page { filter, of: of.as_deref(), events: Vec::new(), looked_at: 0, at: reach.end };
        while page.wants_more() && page.at > reach.start.max(mark + 1) {
            let rows = sqlx::query(TAIL)
                .bind(chain.to_string())
                .bind(reach.start.max(mark + 1))
                .bind(page.at)
                .bind(page.batch())
                .fetch_all(self.db.read())
                .await
                .map_err(query)?;
            page.take(&rows, reach.start.max(mark + 1))?;
        }
        while page.wants_more() && page.at > reach.start && !facets.is_empty() {
            let mut found = sqlx::query(FOUND)
                .bind(chain.to_string())
                .bind(reach.start)
                .bind(page.at)
                .bind(page.batch());
            for place in 0..MOST_FACETS {
                found = found.bind(facets.get(place).map_or(0, |facet| facet.number()));
            }
            let rows = found.fetch_all(self.db.read()).await.map_err(query)?;
            page.take(&rows, reach.start)?;
        }
        let next = page.next(reach.start);
        let mut events = page.events;
        self.name_targets(caller, &mut events).await?;
        Ok(AuditList { events, next })
    }

    /// One row with what proves it.
    pub async fn audit_entry(&self, caller: &Caller, seq: i64) -> Result<AuditEntry> {
        let of = self.audit_view(caller).await?;
        let chain = AuditChain::Workspace(caller.workspace);
        let found = sqlx::query(
            "select r.seq, r.body, r.digest, r.hash, p.hash as previous from audit_rows r
             left join audit_rows p on p.chain = r.chain and p.seq = r.seq - 1
             where r.chain = $1 and r.seq = $2",
        )
        .bind(chain.to_string())
        .bind(seq)
        .fetch_optional(self.db.read())
        .await
        .map_err(query)?
        .ok_or(StoreError::NotFound)?;
        let text: Option<Vec<u8>> = found.try_get("body").map_err(query)?;
        let body = text.as_deref().and_then(Body::parse);
        // Whose row it was that is pruned nobody knows any more.
        if of.is_some() && body.as_ref().and_then(Body::person) != of.as_deref() {
            return Err(StoreError::NotFound);
        }
        let mut events: Vec<_> = body.into_iter().map(|body| body.view(seq)).collect();
        self.name_targets(caller, &mut events).await?;
        let previous: Option<Vec<u8>> = found.try_get("previous").map_err(query)?;
        Ok(AuditEntry {
            chain: chain.to_string(),
            seq,
            body: text.map(|text| String::from_utf8_lossy(&text).into_owned()),
            digest: HEXLOWER.encode(&row::bytes(&found, "digest")?),
            hash: HEXLOWER.encode(&row::bytes(&found, "hash")?),
            previous: HEXLOWER.encode(&previous.unwrap_or_else(|| vec![0; 32])),
            event: events.pop(),
        })
    }

    /// Whose events the caller sees; everybody's if nothing. A token that reaches a part of the workspace sees none: events are
    /// about all of it.
    pub(super) async fn audit_view(&self, caller: &Caller) -> Result<Option<String>> {
        if caller.permission(Action::ReadAudit, None) == Permission::Granted {
            caller.check_factor()?;
            caller.check_everything_in_reach()?;
            return Ok(None);
        }
        self.allow(caller, Action::ReadOwnAudit).await?;
        caller.check_everything_in_reach()?;
        Ok(Some(caller.user.to_string()))
    }

    /// The filter with ids in place of the names of what is there now. Events know ids alone.
    pub(super) async fn filter_by_ids(
        &self,
        caller: &Caller,
        filter: &AuditFilter,
    ) -> Result<AuditFilter> {
        let mut filter = filter.clone();
        if let Some((environment, name)) =
            filter.target.as_deref().and_then(|target| target.split_once('/'))
        {
            filter.target = Some(self.find_secret(caller, environment, name).await?.to_string());
        }
        if let Some(name) = filter.environment.as_deref()
            && name.parse::<EnvironmentId>().is_err()
        {
            filter.environment = Some(self.environment_at(caller, name).await?.id.to_string());
        }
        if let Some(email) = filter.actor.as_deref()
            && email.contains('@')
        {
            let found: Option<String> = sqlx::query_scalar(
                "select u.id from users u join members m on m.user_id = u.id
                 where m.workspace_id = $1 and u.email_folded = $2",
            )
            .bind(caller.workspace.to_string())
            .bind(email.trim().to_lowercase())
            .fetch_optional(self.db.read())
            .await
            .map_err(query)?;
            filter.actor = Some(found.ok_or(StoreError::NotFound)?);
        }
        Ok(filter)
    }

    /// Between which rows the times lie. Rows stand in the order of their times, give or take what the clocks of several
    /// servers differ by.
    async fn seqs_between(
        &self,
        chain: AuditChain,
        filter: &AuditFilter,
        before: Option<i64>,
    ) -> Result<std::ops::Range<i64>> {
        let head: Option<i64> = sqlx::query_scalar("select seq from audit_heads where chain = $1")
            .bind(chain.to_string())
            .fetch_optional(self.db.read())
            .await
            .map_err(query)?;
        let end = head.unwrap_or(0) + 1;
        let start = match filter.from {
            Some(from) => {
                self.first_seq_at(chain, end, from.as_millisecond() - CLOCKS_DIFFER).await?
            }
            None => 1,
        };
        let end = match filter.to {
            Some(to) => self.first_seq_at(chain, end, to.as_millisecond() + CLOCKS_DIFFER).await?,
            None => end,
        };
        Ok(start..before.unwrap_or(end).min(end))
    }

    /// The first row at this time or later; `end` if there is none.
    pub(super) async fn first_seq_at(&self, chain: AuditChain, end: i64, at: i64) -> Result<i64> {
        let (mut low, mut high) = (1, end);
        while low < high {
            let middle = i64::midpoint(low, high);
            let found: Option<i64> = sqlx::query_scalar(
                "select at from audit_rows where chain = $1 and seq >= $2 order by seq limit 1",
            )
            .bind(chain.to_string())
            .bind(middle)
            .fetch_optional(self.db.read())
            .await
            .map_err(query)?;
            if found.is_some_and(|found| found < at) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(low)
    }

    /// Says what targets and environments are called now, with one statement for half a [`PAGE`] of events.
    pub(super) async fn name_targets(
        &self,
        caller: &Caller,
        events: &mut [AuditEventView],
    ) -> Result<()> {
        for events in events.chunks_mut(PAGE / 2) {
            let ids: BTreeSet<String> = events.iter().flat_map(named_ids).collect();
            if ids.is_empty() {
                continue;
            }
            let mut asking = sqlx::query(NAMES).bind(caller.workspace.to_string());
            let left_over = std::iter::repeat_with(String::new);
            for id in ids.into_iter().chain(left_over).take(PAGE) {
                asking = asking.bind(id);
            }
            let mut names = HashMap::new();
            for found in asking.fetch_all(self.db.read()).await.map_err(query)? {
                let id: String = row::text(&found, "id")?;
                let at: String = row::text(&found, "environment_id")?;
                let hidden = at.parse().is_ok_and(|at| !caller.grants.shows(caller.role, at));
                if hidden {
                    continue;
                }
                let environment: String = row::text(&found, "environment")?;
                let name: String = row::text(&found, "name")?;
                names.insert(id, (name, Some(environment).filter(|name| !name.is_empty())));
            }
            for at in events.iter_mut().filter_map(|event| event.environment.as_mut()) {
                at.name = names.get(&at.id).map(|(name, _)| name.clone());
            }
            for target in events.iter_mut().filter_map(|event| event.target.as_mut()) {
                if let Some((name, environment)) = names.get(&target.id) {
                    target.name = Some(name.clone());
                    target.environment.clone_from(environment);
                }
            }
        }
        Ok(())
    }
}

/// What an event names by an id.
fn named_ids(event: &AuditEventView) -> impl Iterator<Item = String> + use<> {
    let target = event.target.as_ref().map(|target| target.id.clone());
    target.into_iter().chain(event.environment.as_ref().map(|environment| environment.id.clone()))
}

/// A page as it fills.
struct Page<'a> {
    filter: &'a AuditFilter,
    of: Option<&'a str>,
    /// One more than a page has, if there is one: then there is a next page.
    events: Vec<AuditEventView>,
    looked_at: usize,
    /// Everything from this row on has been looked at.
    at: i64,
}

impl Page<'_> {
    fn wants_more(&self) -> bool {
        self.events.len() <= PAGE && self.looked_at < MOST_LOOKED_AT
    }

    /// How many rows to fetch next: few while most fit, more when few do.
    fn batch(&self) -> i64 {
        if self.looked_at == 0 { 64 } else { 1024 }
    }

    /// Looks at rows, the newest first; none mean that there are no more down to `floor`.
    fn take(&mut self, rows: &[AnyRow], floor: i64) -> Result<()> {
        self.looked_at += rows.len();
        if rows.is_empty() {
            self.at = floor;
        }
        for found in rows {
            if self.events.len() > PAGE {
                break;
            }
            self.at = row::int(found, "seq")?;
            let body: Vec<u8> = row::bytes(found, "body")?;
            let body = Body::parse(&body).filter(|body| body.fits(self.filter, self.of));
            self.events.extend(body.map(|body| body.view(self.at)));
        }
        Ok(())
    }

    /// Where the next page begins; takes away the event that only told that there is one.
    fn next(&mut self, floor: i64) -> Option<i64> {
        if self.events.len() > PAGE {
            self.events.truncate(PAGE);
            return self.events.last().map(|last| last.seq);
        }
        (self.at > floor).then_some(self.at)
    }
}

const TAIL: &str = "
    select seq, body from audit_rows
    where chain = $1 and seq >= $2 and seq < $3 and body is not null
    order by seq desc limit $4";

const FOUND: &str = "
    select r.seq, r.body from audit_index i join audit_rows r on r.chain = $1 and r.seq = i.seq
    where i.facet = $5 and i.seq >= $2 and i.seq < $3 and r.body is not null
      and ($6 = 0 or exists (select 1 from audit_index o where o.facet = $6 and o.seq = i.seq))
      and ($7 = 0 or exists (select 1 from audit_index o where o.facet = $7 and o.seq = i.seq))
      and ($8 = 0 or exists (select 1 from audit_index o where o.facet = $8 and o.seq = i.seq))
      and ($9 = 0 or exists (select 1 from audit_index o where o.facet = $9 and o.seq = i.seq))
      and ($10 = 0 or exists (select 1 from audit_index o where o.facet = $10 and o.seq = i.seq))
      and ($11 = 0 or exists (select 1 from audit_index o where o.facet = $11 and o.seq = i.seq))
    order by i.seq desc limit $4";

macro_rules! ids {
    () => {
        "in ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
           $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37,
           $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, $50, $51)"
    };
}

/// What up to [`PAGE`] things are called.
const NAMES: &str = concat!(
    "select s.id, s.name, e.name as environment, e.id as environment_id from secrets s
     join environments e on e.id = s.environment_id where s.workspace_id = $1 and s.id ",
    ids!(),
    " union all select t.id, t.name, '', '' from tokens t where t.workspace_id = $1 and t.id ",
    ids!(),
    " union all select e.id, e.name, '', e.id from environments e where e.workspace_id = $1 and e.id ",
    ids!(),
    " union all select w.id, w.name, '', '' from workspaces w where w.id = $1 and w.id ",
    ids!(),
    " union all select u.id, u.name, '', '' from users u
     join members m on m.user_id = u.id where m.workspace_id = $1 and u.id ",
    ids!(),
);

/// Events of a page.
pub(super) const PAGE: usize = 50;
/// Most rows that one question looks at: then the page ends, and the next goes on from there.
const MOST_LOOKED_AT: usize = 20_000;
/// The clocks of several servers on one database may differ by an hour, in ms.
const CLOCKS_DIFFER: i64 = 3_600_000;
