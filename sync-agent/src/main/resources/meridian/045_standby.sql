-- 045_standby.sql: how many standbys have what is committed here, which the agent's role may not see for itself. PROTOCOL 8.8.
create or replace function meridian.synchronous_standbys() returns int
language sql stable security definer set search_path = pg_catalog, pg_temp as
$$ select count(*)::int from pg_catalog.pg_stat_replication where state = 'streaming' and sync_state in ('sync', 'quorum') $$;
comment on function meridian.synchronous_standbys() is 'Standbys that stream and that commits wait for';
revoke all on function meridian.synchronous_standbys() from public;
grant execute on function meridian.synchronous_standbys() to ${agent};
