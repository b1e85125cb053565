-- 054_merge.sql: what tables need that every region may write (multi-writer). Such a table has no fence and no owner: each row carries its own history, and
-- regions that have seen the same changes hold the same rows. `io.meridian.conflict.merge` says how two states become one; this file is its other half,
-- what a statement of the application makes of a row. Invariant 4.
create table if not exists meridian.writer (
    id     int primary key default 1,
    region text,
    constraint there_is_one_row check (id = 1)
);
comment on table meridian.writer is 'One row: the region whose changes are made here. Set by the agent when it first runs, and never changed: versions tell regions apart by it';
insert into meridian.writer (id) values (1) on conflict do nothing;

-- A sequence and no row: a row would be locked until the writer commits, and every writer of every table would wait for it.
create sequence if not exists meridian.writer_clock as bigint;
comment on sequence meridian.writer_clock is 'The greatest clock that this store gave out: milliseconds since 1970 times 65536, and a counter';

create table if not exists meridian.clock_seen (
    source    text not null,
    partition int not null,
    clock     bigint not null,
    primary key (source, partition)
);
comment on table meridian.clock_seen is 'The greatest clock in what was applied of each source and partition, at most a minute ahead of this store''s own: what is written here is above it';

create table if not exists meridian.tombstone (
    relation text not null,
    key      jsonb not null,
    version  bigint not null,
    region   text not null,
    state    jsonb,
    content  jsonb,
    primary key (relation, key)
);
alter table meridian.tombstone alter column key set storage plain;
-- Every insert makes its mark and takes it away: what that leaves behind of one key must not pile up.
alter table meridian.tombstone set (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 500);
comment on table meridian.tombstone is 'Deleted rows of multi-writer tables: by which change, and what they were made of, since a later update that did not know of the delete brings them back. Version 0: no tombstone, only somebody who makes sure of an absent key';

grant select on meridian.writer, meridian.tombstone, meridian.clock_seen to ${agent};
grant update on meridian.writer to ${agent};
grant insert, update, delete on meridian.tombstone, meridian.clock_seen to ${agent};
revoke all on meridian.writer, meridian.tombstone, meridian.clock_seen, meridian.writer_clock from public;

-- Two sessions that set the sequence at the same moment can set it back by what passed between their two looks at the clock. That costs nothing: versions of
-- one row grow by `above`, whatever the clock says, and the wall clock has passed the lost ticks before they could be given out again.
create or replace function meridian.tick(above bigint) returns bigint
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    own bigint := nextval('meridian.writer_clock');
    now bigint := greatest(own,
        (extract(epoch from clock_timestamp()) * 1000)::bigint << 16,
        coalesce((select max(s.clock) from meridian.clock_seen s), 0) + 1);
begin
    if now > own then
        perform setval('meridian.writer_clock', now);
    end if;
    -- Not kept: a row whose version came from a broken clock must not drag all other rows along.
    return greatest(now, above + 1);
end $$;
revoke all on function meridian.tick(bigint) from public;
comment on function meridian.tick(bigint) is 'The clock of the next change: above all that was given out or seen here, above the wall clock, above the version that is changed';

-- The value as PostgreSQL sends it, so that it is the same text wherever it comes from.
create or replace function meridian.text_of(changed record, col text) returns text
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
    value text;
begin
    execute format('select case when ($1).%1$I is null then null else format(''%%s'', ($1).%1$I) end', col)
        into value using changed;
    return value;
end $$;
revoke all on function meridian.text_of(record, text) from public;

create or replace function meridian.elements_of(changed record, col text) returns text[]
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
    type text;
    elements text[];
begin
    execute format('select pg_typeof(($1).%I)::text', col) into type using changed;
    execute format(
        case when type like '%[]' then 'select array_agg(distinct format(''%%s'', e)) filter (where e is not null) || array_agg(null::text) filter (where e is null) from unnest(($1).%I) e'
        else 'select array_agg(distinct e::text) from jsonb_array_elements(($1).%I) e' end, col)
        into elements using changed;
    if array_position(elements, null) is not null then
        raise exception using errcode = 'MR005', message = format('a set has no null element (column %I)', col),
            hint = 'leave it out';
    end if;
    return coalesce(elements, '{}');
end $$;
revoke all on function meridian.elements_of(record, text) from public;

-- The cell of a column in meridian_state after the application wrote it, and the value that the column then shows.
-- p: contributions, {column: {region: [clock, value]}}; the region '' is what the column held before it was kept.
create or replace function meridian.contribute(kind text, parts jsonb, fresh boolean, me text, now bigint, before text, after text)
returns jsonb language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
    mine text;
begin
    if fresh then
        parts := '{}';
    elsif parts is null then
        parts := case when before is null then '{}' else jsonb_build_object('', jsonb_build_array(1, before)) end;
    end if;
    mine := parts -> me ->> 1;
    if kind = 'counter' then
        if after in ('NaN', 'Infinity', '-Infinity') then
            raise exception using errcode = 'MR005', message = format('a counter cannot become %s', after);
        end if;
        after := (coalesce(mine, '0')::numeric + coalesce(after, '0')::numeric
                  - case when fresh then 0 else coalesce(before, '0')::numeric end)::text;
    elsif after is null then
        return parts;
    elsif mine is not null then
        after := meridian.shown(kind, jsonb_build_object('a', jsonb_build_array(1, mine), 'b', jsonb_build_array(1, after)));
    end if;
    return parts || jsonb_build_object(me, jsonb_build_array(now, after));
end $$;
revoke all on function meridian.contribute(text, jsonb, boolean, text, bigint, text, text) from public;

-- Numbers by value, everything else by its bytes: as `Extreme` does it.
create or replace function meridian.shown(kind text, parts jsonb) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
    with part as (
        select p.value ->> 1 as v,
               p.value ->> 1 ~ '^([+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]{1,5})?|-?Infinity|NaN)$' as number
        from jsonb_each(parts) p where p.value ->> 1 is not null)
    select case kind
        when 'counter' then (select sum(v::numeric)::text from part)
        when 'max' then (select v from part order by not number desc, case when number then v::numeric end desc, v collate "C" desc limit 1)
        when 'min' then (select v from part order by not number, case when number then v::numeric end, v collate "C" limit 1)
    end
$$;
revoke all on function meridian.shown(text, jsonb) from public;

-- s: what was seen and what is in, {column: {"c": {region: clock}, "e": {element: {region: clock}}}}.
create or replace function meridian.observe(cell jsonb, fresh boolean, me text, now bigint, before text[], after text[])
returns jsonb language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
    known jsonb;
begin
    if fresh then
        cell := '{"c": {}, "e": {}}';
    elsif cell is null then
        cell := jsonb_build_object('c', jsonb_build_object('', 1), 'e',
            coalesce((select jsonb_object_agg(e, jsonb_build_object('', 1)) from unnest(before) e), '{}'));
    end if;
    known := cell -> 'e';
    return jsonb_build_object(
        'c', (cell -> 'c') || jsonb_build_object(me, now),
        'e', coalesce((select jsonb_object_agg(e, coalesce(known -> e, jsonb_build_object(me, now))) from unnest(after) e), '{}'));
end $$;
revoke all on function meridian.observe(jsonb, boolean, text, bigint, text[], text[]) from public;

create or replace function meridian.key_of(changed record, columns text[]) returns jsonb
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
    key jsonb;
begin
    execute 'select jsonb_build_object(' || (
        select string_agg(format('%L, format(''%%s'', ($1).%I)', c, c), ', ') from unnest(columns) c) || ')'
        into key using changed;
    return key;
end $$;
revoke all on function meridian.key_of(record, text[]) from public;

-- Arguments: the resolver of the table, those of single columns as JSON, the sharding column, the columns of the primary key.
create or replace function meridian.keep_version() returns trigger
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
set DateStyle = 'ISO' set IntervalStyle = 'postgres' set TimeZone = 'UTC' set bytea_output = 'hex' set extra_float_digits = 1 set lc_monetary = 'C'
as $$
declare
    relation_name text := format('%s.%s', tg_table_schema, tg_table_name);
    others text := tg_argv[0];
    rules jsonb := tg_argv[1];
    whole boolean := others = 'last-writer-wins' and rules = '{}';
    key_columns text[];
    row_key jsonb;
    me text;
    now bigint;
    dead record;
    fresh boolean := tg_op = 'INSERT';
    changed text[];
    state jsonb;
    col text;
    kind text;
    before text;
    cell jsonb;
    content jsonb := '{}';
    here record;
begin
    for i in 3 .. tg_nargs - 1 loop
        key_columns := key_columns || tg_argv[i];
    end loop;
    select w.region into me from meridian.writer w where w.id = 1;
    if me is null then
        raise exception using errcode = 'MR005', message = format('%s cannot be written yet: this store does not know its region', relation_name),
            hint = 'start the agent: it tells the store once';
    end if;

    if tg_op = 'DELETE' then
        row_key := meridian.key_of(old, key_columns);
        now := meridian.tick(old.meridian_version);
        if not whole then
            for col in select json_object_keys(to_json(old)) loop
                if not col like 'meridian\_%' and not col = any (key_columns) then
                    content := content || jsonb_build_object(col, meridian.text_of(old, col));
                end if;
            end loop;
        end if;
        insert into meridian.tombstone as t (relation, key, version, region, state, content)
        values (relation_name, row_key, now, me, case when not whole then old.meridian_state end, case when not whole then content end)
        on conflict (relation, key) do update
        set version = excluded.version, region = excluded.region, state = excluded.state, content = excluded.content;
        return old;
    end if;

    row_key := meridian.key_of(new, key_columns);
    if fresh then
        if meridian.shard_of(row_key ->> tg_argv[2]) is null or exists (
            select from meridian.settings s where s.id = 1
            and meridian.shard_of(row_key ->> tg_argv[2]) not between s.first_shard and s.last_shard) then
            perform meridian.refuse_unfenced(meridian.shard_of(row_key ->> tg_argv[2]));
        end if;
        -- Whoever deletes this key, or brings it from another region, meets this row of the index and waits for us, or we for him. Looking
        -- alone would miss a tombstone that is not committed yet.
        insert into meridian.tombstone (relation, key, version, region) values (relation_name, row_key, 0, '')
        on conflict do nothing;
        delete from meridian.tombstone t where t.relation = relation_name and t.key = row_key
        returning t.version, t.region into dead;
        now := meridian.tick(coalesce(dead.version, 0));
        state := case when dead.version > 0 then jsonb_build_object('f', jsonb_build_array(dead.version, dead.region)) else '{}' end;
    else
        if row_key <> meridian.key_of(old, key_columns) then
            raise exception using errcode = 'MR005', message = format('the primary key of a row of %s is changed: other regions would not know that it is the same row', relation_name),
                hint = 'insert a new row and delete the old one';
        end if;
        new.meridian_version := old.meridian_version;
        new.meridian_region := old.meridian_region;
        new.meridian_state := old.meridian_state;
        if old *= new then
            return new;
        end if;
        now := meridian.tick(old.meridian_version);
        state := coalesce(old.meridian_state, '{}');
    end if;

    if whole then
        new.meridian_version := now;
        new.meridian_region := me;
        new.meridian_state := null;
        return new;
    end if;

    for col in
        select n.key from json_each_text(to_json(new)) n
        where n.key not like 'meridian\_%' and not n.key = any (key_columns)
        and (fresh or n.value is distinct from (to_json(old) ->> n.key)) loop
        kind := coalesce(rules ->> col, others);
        before := case when not fresh then meridian.text_of(old, col) end;
        case
            when kind = 'last-writer-wins' then
                state := state || jsonb_build_object('w', jsonb_build_array(now, me));
            when kind = 'column-wise' then
                state := state || jsonb_build_object('v', coalesce(state -> 'v', '{}') || jsonb_build_object(col, jsonb_build_array(now, me)));
            when kind in ('counter', 'max', 'min') then
                cell := meridian.contribute(kind, state -> 'p' -> col, fresh, me, now, before, meridian.text_of(new, col));
                state := state || jsonb_build_object('p', coalesce(state -> 'p', '{}') || jsonb_build_object(col, cell));
                new := jsonb_populate_record(new, jsonb_build_object(col, meridian.shown(kind, cell)));
            when kind = 'set' then
                cell := meridian.observe(state -> 's' -> col, fresh, me, now,
                    case when not fresh then meridian.elements_of(old, col) end, meridian.elements_of(new, col));
                state := state || jsonb_build_object('s', coalesce(state -> 's', '{}') || jsonb_build_object(col, cell));
                -- In the order of its elements' bytes, as other regions write it.
                execute format('select pg_typeof(($1).%I)::text', col) into kind using new;
                new := jsonb_populate_record(new, jsonb_build_object(col, coalesce((
                    select jsonb_agg(case when kind like '%[]' then to_jsonb(e) else e::jsonb end order by e collate "C")
                    from jsonb_object_keys(cell -> 'e') e), '[]')));
            when kind like 'custom:%' then
                cell := meridian.observe(state -> 's' -> col, fresh, me, now,
                    array[coalesce('t' || before, 'n')], array[coalesce('t' || meridian.text_of(new, col), 'n')]);
                state := state || jsonb_build_object('s', coalesce(state -> 's', '{}') || jsonb_build_object(col, cell));
            else
                raise exception using errcode = 'MR005', message = format('column %I of %s has the unknown resolver %s', col, relation_name, kind),
                    hint = 'install this agent''s version again';
        end case;
    end loop;
    new.meridian_version := now;
    new.meridian_region := me;
    new.meridian_state := state;
    return new;
end $$;
revoke all on function meridian.keep_version() from public;
comment on function meridian.keep_version() is 'Row trigger of every multi-writer table: gives each change its version, and keeps what its merge needs';
