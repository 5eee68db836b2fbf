-- Credentials of programs and of people at a command line.
create table tokens (
  -- the public half: 11 letters and digits
  id text collate "C" primary key,
  workspace_id text collate "C" not null references workspaces (id),
  kind text collate "C" not null, -- cli, service
  name text collate "C" not null,
  -- HMAC of the secret half under the token pepper: whoever reads this table holds no token
  secret_hash bytea not null,
  -- the one before the last rotation, while both work
  previous_hash bytea,
  previous_until bigint not null default 0,
  -- lists with a space before and after each entry; '' is: no limit
  scopes text collate "C" not null,
  environments text collate "C" not null,
  names text collate "C" not null,
  addresses text collate "C" not null,
  -- whose rights bound the token's, at every use
  created_by text collate "C" not null references users (id),
  -- a command line ends with its person's sessions
  security_epoch bigint not null,
  created_at bigint not null,
  expires_at bigint not null, -- 0 never
  max_uses bigint not null, -- 0 no limit
  uses bigint not null default 0,
  last_used_at bigint,
  last_used_ip text collate "C" not null default '',
  sudo_until bigint not null default 0,
  revoked_at bigint
);
create index tokens_workspace on tokens (workspace_id, created_at);
create index tokens_maker on tokens (created_by);

-- Command lines that wait for a person's answer: to sign in, or to have the password confirmed.
create table login_requests (
  -- the public half of what the command line polls with
  id text collate "C" primary key,
  secret_hash bytea not null,
  -- what the person compares on both sides
  code text collate "C" not null,
  machine text collate "C" not null,
  ip text collate "C" not null,
  -- the command line whose password is to be confirmed; '' for signing in
  token_id text collate "C" not null,
  created_at bigint not null,
  expires_at bigint not null,
  state text collate "C" not null, -- pending, approved, denied, done
  user_id text collate "C" references users (id),
  workspace_id text collate "C" references workspaces (id)
);
create unique index login_requests_code on login_requests (code);

-- What creates have answered, so that one that is sent twice makes one thing.
create table idempotency_keys (
  workspace_id text collate "C" not null references workspaces (id),
  -- the token that asked
  credential text collate "C" not null,
  -- keyed hashes: requests hold values, and short ones could be guessed from a plain hash
  key_hash bytea not null,
  request_hash bytea not null,
  made text collate "C" not null,
  created_at bigint not null,
  primary key (workspace_id, credential, key_hash)
);

-- When a program last read the secret, give or take a minute.
alter table secrets add column last_read_at bigint;
create index secrets_by_creation on secrets (workspace_id, environment_id, created_at, id);

-- Rows of a chain stand in the order of their time already, and each index costs every read a part of its commit: what stays
-- is the chain itself.
drop index audit_rows_at;
drop index audit_rows_target;
