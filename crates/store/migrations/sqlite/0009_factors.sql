-- How many second factors the person has, confirmed ones: it stands in the person's row, since every request reads it.
alter table users add column factors bigint not null default 0;
-- From which role on the workspace asks for one; '' is: from none.
alter table workspaces add column factor_role text not null default '';

-- The key that a person's app makes codes from.
create table totp (
  user_id text primary key references users (id),
  -- the one that counts; null until a first code confirmed it
  sealed blob,
  -- the time step of the last code that was taken: none before or at it is taken again
  last_step bigint not null default 0,
  created_at bigint not null default 0,
  last_used_at bigint,
  -- the one that waits for its first code
  pending blob,
  pending_at bigint not null default 0
);

-- For whoever lost their device: each works once.
create table recovery_codes (
  user_id text not null references users (id),
  -- HMAC under a key of their own: whoever reads this table has no code
  code_hash blob not null,
  created_at bigint not null,
  used_at bigint,
  primary key (user_id, code_hash)
);

create table passkeys (
  id text primary key,
  user_id text not null references users (id),
  -- what the authenticator calls it
  credential_id blob not null,
  name text not null,
  -- public key, counter and flags. Sealed, so that nobody adds one of theirs by writing a row
  sealed blob not null,
  created_at bigint not null,
  last_used_at bigint
);
create unique index passkeys_credential on passkeys (credential_id);
create index passkeys_user on passkeys (user_id);

-- What a browser was asked to sign with a passkey, for five minutes and one answer.
create table passkey_challenges (
  -- the session, or the SHA-256 of a cookie of the browser where nobody is signed in yet
  holder text not null,
  purpose text not null, -- add, confirm, sign-in
  state text not null,
  expires_at bigint not null,
  primary key (holder, purpose)
);

-- Browsers in which the password was right, and the second step is to come.
create table second_steps (
  -- SHA-256 of the cookie
  holder text primary key,
  user_id text not null references users (id),
  workspace_id text not null references workspaces (id),
  security_epoch bigint not null,
  expires_at bigint not null
);
