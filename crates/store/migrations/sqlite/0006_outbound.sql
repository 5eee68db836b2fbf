-- What replaces the values of a secret's keys by itself, and how far the rotation of now is.
create table rotators (
  id text primary key,
  workspace_id text not null references workspaces (id),
  secret_id text not null,
  keys text not null, -- a JSON list
  settings text not null, -- JSON; nothing of it is secret
  -- what of the settings is secret
  key_number bigint not null default 0,
  sealed blob,
  interval_days bigint not null, -- 0 by hand only
  overlap_minutes bigint not null,
  created_at bigint not null,
  -- whose rights bound the rotator's, at every step
  created_by text not null references users (id),
  next_at bigint not null, -- 0 never
  last_at bigint not null default 0,
  -- the rotation of now: every step is one update of this row, by whoever holds the lease
  state text not null default 'idle', -- idle, made, applied, verified, overlap
  run_id text not null default '',
  -- the new values, until the old ones are retired
  pending_key_number bigint not null default 0,
  pending blob,
  overlap_until bigint not null default 0,
  failures bigint not null default 0,
  retry_at bigint not null default 0,
  gave_up bigint not null default 0,
  error text not null default '',
  lease_holder text not null default '',
  lease_until bigint not null default 0
);
create index rotators_secret on rotators (workspace_id, secret_id);

create table rotator_log (
  workspace_id text not null references workspaces (id),
  rotator_id text not null references rotators (id) on delete cascade,
  seq bigint not null,
  run_id text not null,
  at bigint not null,
  step text not null, -- made, applied, verified, stored, retired, failed, gave-up
  message text not null,
  primary key (rotator_id, seq)
);
