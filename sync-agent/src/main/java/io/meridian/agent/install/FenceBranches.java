package io.meridian.agent.install;

import io.meridian.topology.Topology;
import java.util.List;
import java.util.stream.Collectors;

/** Those parts of the fence's functions that name columns outright: a branch per sharding column of the topology. Pure. */
final class FenceBranches {
    private FenceBranches() {}

    /** Sets {@code key_before} and {@code key_after}. A column that came into use since the installation is looked up for every row. */
    static String ofRows(List<Topology.Table> tables) {
        return each(tables, """
                if tg_argv[0] = ${literal} then
                    if tg_op <> 'INSERT' then
                        key_before := old.${column};
                    end if;
                    if tg_op <> 'DELETE' then
                        key_after := new.${column};
                    end if;
                els""") + """
                if tg_op = 'INSERT' then
                    execute pg_catalog.format('select ($1).%I::text', tg_argv[0]) into key_after using new;
                elsif tg_op = 'DELETE' then
                    execute pg_catalog.format('select ($1).%I::text', tg_argv[0]) into key_before using old;
                else
                    execute pg_catalog.format('select ($1).%I::text, ($2).%I::text', tg_argv[0], tg_argv[0])
                        into key_before, key_after using old, new;
                end if;""";
    }

    /** Sets {@code lowest}, {@code highest} and {@code keyless}, and {@code key_shards} when there is more than one. */
    static String ofStatements(List<Topology.Table> tables, int shards) {
        String written = "select k.${column}::text as key from ";
        String statements = each(
                        tables,
                        "if tg_argv[0] = ${literal} and tg_op = 'INSERT' then\n" + shards(written + "written_after k")
                                + "elsif tg_argv[0] = ${literal} and tg_op = 'DELETE' then\n"
                                + shards(written + "written_before k")
                                + "elsif tg_argv[0] = ${literal} then\n"
                                + shards(written + "written_before k union all " + written + "written_after k") + "els")
                + """
                e
                    raise exception using errcode = 'MR005',
                        message = pg_catalog.format('the fence of %s does not know its column %I', tg_relid::regclass, tg_argv[0]),
                        hint = 'run the agent''s install again';
                end if;""";
        return statements.replace("${mask}", (shards - 1) + "::bigint");
    }

    private static String shards(String keys) {
        return """
                    select min(w.shard), max(w.shard), bool_or(w.shard is null) into lowest, highest, keyless
                    from (select ${shard} as shard from (${keys}) written) w;
                    if lowest < highest then
                        key_shards := array(select distinct ${shard} from (${keys}) written order by 1);
                    end if;
                """.replace("${shard}", "(pg_catalog.crc32(pg_catalog.convert_to(written.key, 'UTF8')) & ${mask})::int")
                .replace("${keys}", keys);
    }

    /** Each branch ends in {@code els}, so that an {@code if} or an {@code e} may follow. */
    private static String each(List<Topology.Table> tables, String branch) {
        return tables.stream()
                .map(Topology.Table::shardingColumn)
                .distinct()
                .sorted()
                .map(column -> branch.replace("${literal}", InstallScript.literal(column))
                        .replace("${column}", InstallScript.identifier(column)))
                .collect(Collectors.joining());
    }
}
