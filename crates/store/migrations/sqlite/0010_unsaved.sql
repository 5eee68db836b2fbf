-- What people typed into an editor and did not save: a row for each page that it was typed into, sealed.
create table unsaved (
  id text primary key,
  workspace_id text not null references workspaces (id),
  user_id text not null references users (id),
  -- the secret that is edited, or `new/` and the id of a template
  subject text not null,
  -- the version that the page was opened with; 0 for a secret that is not there yet
  base_version bigint not null,
  key_number bigint not null,
  sealed blob not null,
  -- 1 once it was saved: what the page sent before, and comes late, is dropped
  closed bigint not null default 0,
  updated_at bigint not null,
  expires_at bigint not null
);

create index unsaved_by_subject on unsaved (workspace_id, user_id, subject, updated_at);
