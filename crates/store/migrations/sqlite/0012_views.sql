-- What people look for in the list of secrets again and again, under names of their own. A view is its person's alone, so that names are
-- free for everybody.
create table views (
  workspace_id text not null references workspaces (id),
  user_id text not null references users (id),
  -- the name in lower case: two spellings of it are one view
  name_folded text not null,
  name text not null,
  -- filters, search and order as the query of the list's address
  query text not null,
  primary key (workspace_id, user_id, name_folded)
);
