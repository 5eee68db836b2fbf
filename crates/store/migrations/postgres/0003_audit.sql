-- Where to find audit rows by what they say. It is filled behind the writes, in slices, up to a mark for each chain: a row is
-- written without touching it. A facet is the beginning of a hash over the chain, a kind of thing and its name; a row found by
-- one is looked at before it is believed.
create table audit_index (
  facet bigint not null,
  seq bigint not null,
  primary key (facet, seq)
);

-- Up to which row a chain stands in the index.
create table audit_indexed (
  chain text collate "C" primary key,
  seq bigint not null
);

-- For how many days a workspace keeps the events of a class; for ever where no row stands.
create table audit_retention (
  workspace_id text collate "C" not null references workspaces (id),
  class text collate "C" not null,
  days bigint not null,
  primary key (workspace_id, class)
);

-- The last checkpoint: whoever moves this row makes the next one.
create table audit_checkpoint (
  id bigint primary key, -- 1
  number bigint not null,
  made_at bigint not null,
  -- SHA-256 over the heads it was made of
  heads bytea not null
);
insert into audit_checkpoint (id, number, made_at, heads) values (1, 0, 0, '');
