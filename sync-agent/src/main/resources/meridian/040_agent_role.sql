-- 040_agent_role.sql: the agent's role. It owns nothing; it may write what replicates, and the fence.
do $$ begin
    if not exists (select from pg_catalog.pg_roles where rolname = ${agent_literal}) then
        create role ${agent} login replication;
    end if;
end $$;
grant usage on schema meridian to ${agent};
grant select on all tables in schema meridian to ${agent};
grant update on meridian.fence, meridian.lease, meridian.heartbeat to ${agent};
grant insert, update, delete on meridian.marker, meridian.head, meridian.progress, meridian.stopped to ${agent};

-- Applying must neither be fenced nor travel on: session_replication_role and an origin per session (FACTS).
grant set on parameter session_replication_role to ${agent};
grant execute on function pg_catalog.pg_replication_origin_create(text) to ${agent};
grant execute on function pg_catalog.pg_replication_origin_drop(text) to ${agent};
grant execute on function pg_catalog.pg_replication_origin_oid(text) to ${agent};
grant execute on function pg_catalog.pg_replication_origin_session_setup(text) to ${agent};
grant execute on function pg_catalog.pg_replication_origin_session_reset() to ${agent};
grant execute on function pg_catalog.pg_replication_origin_session_is_setup() to ${agent};
grant execute on function pg_catalog.pg_replication_origin_session_progress(boolean) to ${agent};
grant execute on function pg_catalog.pg_replication_origin_xact_setup(pg_lsn, timestamptz) to ${agent};
grant execute on function pg_catalog.pg_replication_origin_xact_reset() to ${agent};
grant execute on function pg_catalog.pg_replication_origin_advance(text, pg_lsn) to ${agent};
grant execute on function pg_catalog.pg_replication_origin_progress(text, boolean) to ${agent};
-- The incarnation of this store is its system id, timeline and slot.
grant execute on function pg_catalog.pg_control_system() to ${agent};
grant execute on function pg_catalog.pg_control_checkpoint() to ${agent};

-- Applications may read what the fence goes by, ask where a key belongs and whether it is owned here, and nothing else: other tables hold rows of
-- users, and nobody but the agent writes any.
grant usage on schema meridian to public;
revoke all on all tables in schema meridian from public;
grant select on meridian.fence, meridian.lease, meridian.settings, meridian.heartbeat to public;
grant execute on function meridian.shard_of(text), meridian.assert_owner(text) to public;
