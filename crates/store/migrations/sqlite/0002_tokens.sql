-- Credentials of programs and of people at a command line.
create table tokens (
  -- the public half: 11 letters and digits
  id text primary key,
  workspace_id text not null references workspaces (id),
  kind text not null, -- cli, service
  name text not null,
  -- HMAC of the secret half under the token pepper: whoever reads this table holds no token
  secret_hash blob not null,
  -- the one before the last rotation, while both work
  previous_hash blob,
  previous_until bigint not null default 0,
  -- lists with a space before and after each entry; '' is: no limit
  scopes text not null,
  environments text not null,
  names text not null,
  addresses text not null,
  -- whose rights bound the token's, at every use
  created_by text not null references users (id),
  -- a command line ends with its person's sessions
  security_epoch bigint not null,
  created_at bigint not null,
  expires_at bigint not null, -- 0 never
  max_uses bigint not null, -- 0 no limit
  uses bigint not null default 0,
  last_used_at bigint,
  last_used_ip text not null default '',
  sudo_until bigint not null default 0,
  revoked_at bigint
);
create index tokens_workspace on tokens (workspace_id, created_at);
create index tokens_maker on tokens (created_by);

-- Command lines that wait for a person's answer: to sign in, or to have the password confirmed.
create table login_requests (
  -- the public half of what the command line polls with
  id text primary key,
  secret_hash blob not null,
  -- what the person compares on both sides
  code text not null,
  machine text not null,
  ip text not null,
  -- the command line whose password is to be confirmed; '' for signing in
  token_id text not null,
  created_at bigint not null,
  expires_at bigint not null,
  state text not null, -- pending, approved, denied, done
  user_id text references users (id),
  workspace_id text references workspaces (id)
);
create unique index login_requests_code on login_requests (code);

-- What creates have answered, so that one that is sent twice makes one thing.
create table idempotency_keys (
  workspace_id text not null references workspaces (id),
  -- the token that asked
  credential text not null,
  -- keyed hashes: requests hold values, and short ones could be guessed from a plain hash
  key_hash blob not null,
  request_hash blob not null,
  made text not null,
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
