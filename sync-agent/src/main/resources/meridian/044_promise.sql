-- 044_promise.sql: what this store's agent promised to others that could not reach the control plane. PROTOCOL 2, "Failsafe".
create table if not exists meridian.promise (
    region text primary key,
    until  timestamptz not null default '-infinity'
);
comment on table meridian.promise is 'Until then this store opens nothing on the ground that the region is lost, and answers no gather: it may be writing by our promise';
grant select, insert, update on meridian.promise to ${agent};
revoke all on meridian.promise from public;
