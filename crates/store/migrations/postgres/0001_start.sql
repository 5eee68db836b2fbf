-- Conventions, the same for both databases so that one SQL text serves them:
--   ids are text: a prefix that says the kind, and a UUIDv7; times are unix milliseconds; flags are 0 or 1;
--   sealed bytes, hashes and audit bodies are blobs; every table of a workspace carries workspace_id, and references
--   within a workspace name it too, so that no row can point into another team's space.
-- A migration that was released is never edited. The two folders differ in types and collation only.

create table instance (
  id text collate "C" primary key,
  created_at bigint not null,
  -- proves that the instance master key is the right one; see keyring.rs
  key_check bytea not null,
  -- SHA-256 of the setup code of now; null once set up
  setup_code_hash bytea,
  setup_tries bigint not null default 0,
  setup_tries_since bigint not null default 0,
  set_up_at bigint
);

-- The instance master key, wrapped by a root key.
create table keyslots (
  id text collate "C" primary key,
  fingerprint text collate "C" not null,
  wrapped bytea not null,
  created_at bigint not null
);

-- Keys that are not a workspace's: random and wrapped, so that none changes when another does.
create table service_keys (
  purpose text collate "C" not null,
  number bigint not null,
  wrapped bytea not null,
  created_at bigint not null,
  primary key (purpose, number)
);

create table workspaces (
  id text collate "C" primary key,
  name text collate "C" not null,
  created_at bigint not null
);

create table workspace_keys (
  workspace_id text collate "C" not null references workspaces (id),
  number bigint not null,
  state text collate "C" not null, -- active, decrypt-only
  wrapped bytea not null,
  created_at bigint not null,
  primary key (workspace_id, number)
);

create table users (
  id text collate "C" primary key,
  name text collate "C" not null,
  email text collate "C" not null,
  -- the address as it is compared: NFKC, folded, trimmed
  email_folded text collate "C" not null,
  password_hash text collate "C" not null,
  pepper_number bigint not null,
  -- goes up when sessions must end: a new password, a new address, a removal
  security_epoch bigint not null default 0,
  created_at bigint not null
);
create unique index users_email on users (email_folded);

create table members (
  workspace_id text collate "C" not null references workspaces (id),
  user_id text collate "C" not null references users (id),
  role text collate "C" not null,
  created_at bigint not null,
  primary key (workspace_id, user_id)
);
create index members_user on members (user_id);

create table sessions (
  -- SHA-256 of the id in the cookie: whoever reads this table cannot sign in with it
  id_hash bytea primary key,
  -- what the account page calls the session
  public_key text collate "C" not null,
  user_id text collate "C" not null references users (id),
  workspace_id text collate "C" not null references workspaces (id),
  security_epoch bigint not null,
  created_at bigint not null,
  last_seen bigint not null,
  idle_until bigint not null,
  ends_at bigint not null,
  sudo_until bigint not null default 0,
  ip text collate "C" not null,
  user_agent text collate "C" not null
);
create unique index sessions_public_key on sessions (public_key);
create index sessions_user on sessions (user_id);

-- Failed sign-ins, by a keyed hash of the account's or the address's name: unknown accounts are counted alike.
create table sign_in_failures (
  subject bytea primary key,
  failures bigint not null,
  since bigint not null
);

create table environments (
  id text collate "C" primary key,
  workspace_id text collate "C" not null references workspaces (id),
  name text collate "C" not null,
  position bigint not null,
  protected bigint not null,
  created_at bigint not null,
  unique (workspace_id, id)
);
create unique index environments_name on environments (workspace_id, name);

create table secrets (
  id text collate "C" primary key,
  workspace_id text collate "C" not null,
  environment_id text collate "C" not null,
  name text collate "C" not null,
  name_folded text collate "C" not null,
  template text collate "C" not null default '', -- '' is a custom secret
  -- name, keys, template and tags, folded: what a search looks at
  search text collate "C" not null,
  key_count bigint not null,
  version bigint not null,
  created_at bigint not null,
  created_by text collate "C" not null references users (id),
  updated_at bigint not null,
  updated_by text collate "C" not null references users (id),
  trashed_at bigint,
  trashed_by text collate "C" references users (id),
  unique (workspace_id, id),
  foreign key (workspace_id, environment_id) references environments (workspace_id, id)
);
-- A name in the trash is free at once.
create unique index secrets_name on secrets (environment_id, name) where trashed_at is null;
create index secrets_by_name on secrets (workspace_id, environment_id, name_folded, id);
create index secrets_by_update on secrets (workspace_id, environment_id, updated_at, id);

create table secret_tags (
  workspace_id text collate "C" not null,
  secret_id text collate "C" not null,
  tag text collate "C" not null,
  primary key (secret_id, tag),
  foreign key (workspace_id, secret_id) references secrets (workspace_id, id)
);
create index secret_tags_tag on secret_tags (workspace_id, tag);

create table versions (
  workspace_id text collate "C" not null,
  secret_id text collate "C" not null,
  version bigint not null,
  -- where the secret lived when this was sealed: part of the record's context
  environment_id text collate "C" not null,
  -- the data key that sealed it
  key_number bigint not null,
  -- key names and kinds as JSON, in order; the sealed record repeats them, and they must agree
  keys text collate "C" not null,
  -- null once destroyed
  sealed bytea,
  cause text collate "C" not null, -- create, edit
  note text collate "C" not null,
  created_at bigint not null,
  created_by text collate "C" not null references users (id),
  primary key (secret_id, version),
  foreign key (workspace_id, secret_id) references secrets (workspace_id, id)
);

-- Forms that failed without JavaScript, kept sealed until they are drawn again.
create table form_drafts (
  id text collate "C" primary key,
  workspace_id text collate "C" not null references workspaces (id),
  session_key text collate "C" not null,
  key_number bigint not null,
  sealed bytea not null,
  expires_at bigint not null
);

-- One head per chain of audit rows. Appending updates it, and so locks it.
create table audit_heads (
  chain text collate "C" primary key,
  seq bigint not null,
  hash bytea not null
);

create table audit_rows (
  chain text collate "C" not null,
  seq bigint not null,
  -- the exact bytes that digest covers; null once pruned
  body bytea,
  digest bytea not null,
  hash bytea not null,
  -- copies of what the body says, to find rows by
  at bigint not null,
  action text collate "C" not null,
  actor text collate "C" not null,
  target text collate "C" not null,
  primary key (chain, seq)
);
create index audit_rows_at on audit_rows (chain, at);
create index audit_rows_target on audit_rows (chain, target, at);
