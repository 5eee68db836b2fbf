//! What the store knows, as the API tells it.

use jiff::Timestamp;
use model::api::{
    DueView, EnvironmentGrants, EnvironmentView, InvitationView, KnownSecret, KnownSecrets,
    MemberView, ReaderView, RotationView, RotatorLogEntry, RotatorView, ScheduleView, SecretView,
    TokenView, TrashedView, VersionView,
};
use model::{
    Day, Environment, EnvironmentId, EnvironmentName, Grants, InvitationInfo, MemberInfo,
    RotationInfo, RotatorSettings, Schedule, SecretDetail, SecretReader, ToRotate, TokenInfo,
    TrashedSecret, VersionInfo,
};
use store::{Caller, DueSecret, LogEntry, RotatorInfo, StoreError};

use crate::state::AppState;

/// The names of the environments that the caller reaches.
pub(super) struct Names(Vec<Environment>);

impl Names {
    pub(super) async fn load(state: &AppState, caller: &Caller) -> Result<Self, StoreError> {
        state.store.list_environments(caller).await.map(Self)
    }

    pub(super) fn of(&self, id: EnvironmentId) -> Result<EnvironmentName, StoreError> {
        let found = self.0.iter().find(|environment| environment.id == id);
        found.map(|environment| environment.name.clone()).ok_or(StoreError::NotFound)
    }

    /// Those of them that are named. One that was deleted in the meantime has no name any more.
    pub(super) fn of_all<'a>(
        &self,
        ids: impl IntoIterator<Item = &'a EnvironmentId>,
    ) -> Vec<EnvironmentName> {
        ids.into_iter().filter_map(|id| self.of(*id).ok()).collect()
    }

    pub(super) fn environments(self) -> Vec<EnvironmentView> {
        self.0.into_iter().map(environment).collect()
    }

    pub(super) fn secret(&self, detail: SecretDetail) -> Result<SecretView, StoreError> {
        let SecretDetail {
            summary,
            keys,
            note,
            created_at,
            created_by,
            last_read_at,
            rotation: due,
        } = detail;
        Ok(SecretView {
            id: summary.id,
            name: summary.name,
            environment: self.of(summary.environment)?,
            template: summary.template,
            keys,
            tags: summary.tags,
            note,
            version: summary.version,
            created_at: timestamp(created_at),
            created_by,
            updated_at: timestamp(summary.updated_at),
            updated_by: summary.updated_by,
            last_read_at: last_read_at.map(timestamp),
            rotation: rotation(due),
        })
    }

    pub(super) fn due(&self, due: DueSecret) -> Result<DueView, StoreError> {
        let DueSecret { detail: SecretDetail { summary, rotation: info, .. }, behind } = due;
        Ok(DueView {
            id: summary.id,
            name: summary.name,
            environment: self.of(summary.environment)?,
            template: summary.template,
            rotation: rotation(info),
            behind,
        })
    }

    pub(super) fn trashed(&self, trashed: TrashedSecret) -> Result<TrashedView, StoreError> {
        let TrashedSecret { summary, trashed_at, trashed_by, days_left } = trashed;
        Ok(TrashedView {
            id: summary.id,
            name: summary.name,
            environment: self.of(summary.environment)?,
            version: summary.version,
            trashed_at: timestamp(trashed_at),
            trashed_by,
            days_left,
        })
    }

    pub(super) fn member(&self, info: MemberInfo) -> MemberView {
        MemberView {
            user: info.user,
            name: info.name,
            email: info.email,
            role: info.role,
            limited: info.grants.limited,
            grants: self.grants(&info.grants),
            since: timestamp(info.since),
        }
    }

    /// What was granted, in the order of the environments.
    pub(super) fn grants(&self, grants: &Grants) -> Vec<EnvironmentGrants> {
        let granted = |id: EnvironmentId| {
            let here = grants.given.iter().filter(move |(environment, _)| *environment == id);
            here.map(|(_, grant)| *grant).collect::<Vec<_>>()
        };
        self.0
            .iter()
            .map(|found| (found, granted(found.id)))
            .filter(|(_, grants)| !grants.is_empty())
            .map(|(found, grants)| EnvironmentGrants { environment: found.name.clone(), grants })
            .collect()
    }

    pub(super) fn rotator(&self, info: RotatorInfo) -> Result<RotatorView, StoreError> {
        let kind = info.settings.kind();
        let (role, other_role) = match info.settings {
            RotatorSettings::Postgres { role, other_role, .. } => (Some(role), other_role),
            RotatorSettings::Generated { .. } | RotatorSettings::Webhook { .. } => (None, None),
        };
        Ok(RotatorView {
            id: info.id,
            environment: self.of(info.environment)?,
            secret: info.secret_name,
            kind,
            keys: info.keys,
            role,
            other_role,
            days: info.days,
            overlap_minutes: info.overlap_minutes,
            state: info.state,
            gave_up: info.gave_up,
            error: info.error,
            next_at: info.next_at.map(timestamp),
            last_at: info.last_at.map(timestamp),
            overlap_until: info.overlap_until.map(timestamp),
            created_at: timestamp(info.created_at),
            created_by: info.created_by,
        })
    }

    pub(super) fn token(&self, info: TokenInfo) -> TokenView {
        TokenView {
            id: info.id,
            kind: info.kind,
            name: info.name,
            scopes: info.scopes,
            environments: self.of_all(&info.environments),
            secrets: info.secrets,
            addresses: info.addresses,
            uses_left: info.uses_left,
            state: info.state,
            created_at: timestamp(info.created_at),
            created_by: info.created_by,
            expires_at: info.expires_at.map(timestamp),
            last_used_at: info.last_used_at.map(timestamp),
            last_used_from: info.last_used_from,
            previous_until: info.previous_until.map(timestamp),
        }
    }
}

pub(super) fn invitation(info: InvitationInfo) -> InvitationView {
    let InvitationInfo { id, email, role, invited_by, created_at, expires_at } = info;
    let (created_at, expires_at) = (timestamp(created_at), timestamp(expires_at));
    InvitationView { id, email, role, invited_by, created_at, expires_at }
}

pub(super) fn known(known: Vec<ToRotate>) -> KnownSecrets {
    let rotate = known.into_iter().map(|known| KnownSecret {
        secret: known.secret,
        name: known.name,
        environment: known.environment,
        could_read: known.could_read,
        read_at: known.read_at.map(timestamp),
    });
    KnownSecrets { rotate: rotate.collect() }
}

pub(super) fn environment(environment: Environment) -> EnvironmentView {
    let Environment { id, name, protected, secrets } = environment;
    EnvironmentView { id, name, protected, secrets }
}

pub(super) fn version(info: VersionInfo) -> VersionView {
    VersionView {
        version: info.version,
        keys: info.keys,
        changed: info.changed,
        cause: info.cause,
        note: info.note,
        created_at: timestamp(info.created_at),
        created_by: info.created_by,
        made_with: info.made_with,
        made_from: Some(info.made_from).filter(|ip| !ip.is_empty()),
        destroyed_at: info.destroyed.as_ref().map(|destroyed| timestamp(destroyed.at)),
        destroyed_by: info.destroyed.and_then(|destroyed| destroyed.by),
        readers: info.readers.into_iter().map(reader).collect(),
    }
}

pub(super) fn reader(reader: SecretReader) -> ReaderView {
    ReaderView {
        id: reader.reader.to_string(),
        kind: reader.reader.kind(),
        name: reader.name,
        version: reader.version,
        behind: reader.behind,
        gone: reader.gone,
        first_read_at: timestamp(reader.first_at),
        last_read_at: timestamp(reader.last_at),
    }
}

pub(super) fn rotation(info: RotationInfo) -> RotationView {
    RotationView {
        state: info.state,
        schedule: info.schedule.map(schedule),
        of_template: info.of_template,
        // A schedule has no longest time, and the calendar an end.
        due_at: info.due_at.map(|ms| Timestamp::from_millisecond(ms).unwrap_or(Timestamp::MAX)),
        rotated_at: info.rotated_at.map(timestamp),
        rotated_version: info.rotated_version,
        expires_on: info.expires_at.map(Day::of),
    }
}

pub(super) fn schedule(schedule: Schedule) -> ScheduleView {
    match schedule {
        Schedule::Every(days) => ScheduleView::EveryDays(days.get()),
        Schedule::On(ms) => ScheduleView::On(Day::of(ms)),
    }
}

pub(super) fn log_entry(entry: LogEntry) -> RotatorLogEntry {
    let LogEntry { run, at, step, message } = entry;
    RotatorLogEntry { run, at: timestamp(at), step, message }
}

/// Unix milliseconds as a time.
pub(super) fn timestamp(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH)
}
