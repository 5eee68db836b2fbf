-- How many changes stand in a chain. What was read before its workspace changed is known by it, whoever read in between.
alter table audit_heads add column changes bigint not null default 0;
