-- Who read a secret, kept beside the reads to the minute: who will notice when its values are replaced.
create table secret_readers (
  workspace_id text not null,
  secret_id text not null,
  -- a program's token; or the person, at a command line or in a browser
  reader text not null,
  kind text not null, -- person, program
  -- the one that was read last
  version bigint not null,
  first_at bigint not null,
  last_at bigint not null,
  -- No foreign key: a read does not fail because its secret was destroyed meanwhile.
  primary key (secret_id, reader)
);

-- Where a version was made from: the client's address, and the token if it was no browser.
alter table versions add column ip text not null default '';
alter table versions add column token_id text not null default '';
-- When its values were destroyed, and by whom; null is by the workspace's retention.
alter table versions add column destroyed_at bigint;
alter table versions add column destroyed_by text references users (id);

-- How long a workspace keeps the values of old versions; without a row for ever.
create table retention (
  workspace_id text primary key references workspaces (id),
  -- so many of a secret's versions stay, that of now counted
  versions bigint not null,
  -- and each for so many days after the next one was made
  days bigint not null
);

alter table secrets add column rotated_at bigint;
alter table secrets add column rotated_version bigint not null default 0;
-- The secret's own schedule: so many days after the last rotation, or on a day. Without either its template's counts.
alter table secrets add column rotate_days bigint not null default 0;
alter table secrets add column rotate_on bigint;
-- The day, its own or its template's, whose rotation is done.
alter table secrets add column done_on bigint;
-- When it has to be rotated, as its schedule and its last rotation make it; kept for lists.
alter table secrets add column due_at bigint;
-- When the credential itself ends, at whoever issued it.
alter table secrets add column expires_at bigint;
-- Which due_at was told of last, and how urgent it was: each step is told once, whatever the clock does.
alter table secrets add column told_due_at bigint;
alter table secrets add column told_step bigint not null default 0;
create index secrets_due on secrets (workspace_id, due_at) where due_at is not null;

-- Schedules for all secrets of a template that have none of their own.
create table template_schedules (
  workspace_id text not null references workspaces (id),
  template text not null,
  rotate_days bigint not null,
  rotate_on bigint,
  primary key (workspace_id, template)
);
