-- What a member was granted in single environments beyond their role: a list with a space before and after each entry, each an
-- environment's id, a colon and a grant (see, reveal, write). It stands in the member's row, since every request reads it.
alter table members add column grants text not null default '';
-- whether a developer or viewer sees only the environments that stand in the list
alter table members add column limited bigint not null default 0;

-- When whoever made the token left the workspace. It stays so if they come back, until an owner adopts the token.
alter table tokens add column orphaned_at bigint;

-- Links that make somebody a member, once.
create table invitations (
  -- the public half of the link's token
  id text primary key,
  workspace_id text not null references workspaces (id),
  -- HMAC of the secret half under the token pepper: whoever reads this table can accept none
  secret_hash blob not null,
  email text not null,
  -- the address as it is compared
  email_folded text not null,
  role text not null,
  -- whose right to give the role is asked again when it is accepted
  invited_by text not null references users (id),
  state text not null, -- pending, accepted, revoked
  created_at bigint not null,
  expires_at bigint not null,
  unique (workspace_id, id)
);
create unique index invitations_email on invitations (workspace_id, email_folded) where state = 'pending';
