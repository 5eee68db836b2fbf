-- Templates that a workspace made itself. What they say is seen by everybody who lists secrets, and not sealed.
create table templates (
  workspace_id text collate "C" not null references workspaces (id),
  -- own.<slug of the name it was made with>
  id text collate "C" not null,
  name_folded text collate "C" not null,
  -- the template as JSON
  body text collate "C" not null,
  version bigint not null,
  created_at bigint not null,
  created_by text collate "C" not null references users (id),
  updated_at bigint not null,
  updated_by text collate "C" not null references users (id),
  primary key (workspace_id, id)
);
create unique index templates_name on templates (workspace_id, name_folded);
create index secrets_by_template on secrets (workspace_id, template);
