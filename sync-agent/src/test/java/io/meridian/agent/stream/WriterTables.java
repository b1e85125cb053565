package io.meridian.agent.stream;

import io.meridian.topology.Topology;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Tables that every region may write, one for each way of merging. */
final class WriterTables {
    static final String CREATE = """
            create schema shop authorization ledger_owner;
            set role ledger_owner;
            create table shop.notes (user_key text, id int, body text, seen timestamptz, primary key (user_key, id));
            create table shop.counts (user_key text primary key, n bigint not null default 0, amount numeric not null default 0);
            create table shop.profiles (user_key text primary key, name text, city text, score numeric, raw jsonb, flag boolean);
            create table shop.carts (user_key text, cart text, points bigint not null default 0, best int, first_seen timestamptz,
                tags text[] not null default '{}', labels jsonb not null default '[]', title text, note text, primary key (user_key, cart));
            grant usage on schema shop to ledger;
            grant select, insert, update, delete on all tables in schema shop to ledger;
            reset role;
            """;

    static final List<Topology.Table> TABLES = List.of(
            table("notes", "last-writer-wins", Map.of()),
            table("counts", "last-writer-wins", Map.of("n", "counter", "amount", "counter")),
            table("profiles", "column-wise", Map.of()),
            table(
                    "carts",
                    "last-writer-wins",
                    Map.of(
                            "points", "counter",
                            "best", "max",
                            "first_seen", "min",
                            "tags", "set",
                            "labels", "set",
                            "title", "column-wise")));

    private WriterTables() {}

    private static Topology.Table table(String name, String resolver, Map<String, String> columns) {
        return new Topology.Table("shop", name, "user_key", "main", resolver, new TreeMap<>(columns));
    }
}
