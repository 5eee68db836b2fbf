-- Programs that are told what happens in a workspace.
create table webhooks (
  id text primary key,
  workspace_id text not null references workspaces (id),
  url text not null,
  events text not null, -- words with a space before and after each
  enabled bigint not null default 1,
  disabled_why text not null default '',
  -- what messages are signed with
  key_number bigint not null,
  sealed blob not null,
  -- the one before the last rotation, while both sign
  previous_key_number bigint not null default 0,
  previous blob,
  previous_until bigint not null default 0,
  created_at bigint not null,
  created_by text not null references users (id),
  -- the audit row up to which messages were made: not a time, so that no clock tells anything twice
  told_seq bigint not null,
  -- when it was last looked at for a reminder, when one was made, and what that said, as a hash
  looked_at bigint not null default 0,
  reminded_at bigint not null default 0,
  reminded text not null default '',
  failing_since bigint not null default 0,
  unique (workspace_id, id)
);

-- How often people are reminded by mail; who has no row is as if it said daily.
create table reminders (
  user_id text primary key references users (id),
  cadence text not null default 'daily', -- daily, weekly, off
  looked_at bigint not null default 0,
  reminded_at bigint not null default 0,
  reminded text not null default ''
);

-- Messages to webhooks and mails to people, each until it was taken or given up, and then for the log.
create table deliveries (
  id text primary key,
  workspace_id text not null references workspaces (id),
  webhook_id text references webhooks (id) on delete cascade, -- null is a mail
  kind text not null,
  recipient text not null default '', -- of a mail
  payload text not null default '', -- of a webhook: JSON, never a value
  -- of a mail: its subject and text, until it is sent or given up
  key_number bigint not null default 0,
  sealed blob,
  state text not null default 'pending', -- pending, sent, failed
  attempts bigint not null default 0,
  created_at bigint not null,
  -- when the next try was set, and for when: a clock before the first of them went back
  set_at bigint not null,
  next_at bigint not null,
  tried_at bigint not null default 0,
  status bigint not null default 0,
  duration_ms bigint not null default 0,
  error text not null default '',
  lease_holder text not null default '',
  lease_until bigint not null default 0
);
create index deliveries_pending on deliveries (next_at) where state = 'pending';
create index deliveries_webhook on deliveries (webhook_id, id);
create index deliveries_workspace on deliveries (workspace_id, id);
