-- How many changes stand in a chain. What was read before its workspace changed is known by it, whoever read in between.
alter table audit_heads add column changes bigint not null default 0;

-- The head follows the rows, so that rows are appended by one statement. PostgreSQL moves both in one statement without it.
create trigger audit_head_follows after insert on audit_rows begin
  update audit_heads set seq = new.seq, hash = new.hash where chain = new.chain and seq < new.seq;
end;
