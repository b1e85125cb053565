package io.meridian.agent.install;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.agent.TestStore;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class InstallCommandIT {
    @TempDir
    private static Path folder;

    private static TestStore store;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void start() throws Exception {
        store = TestStore.empty();
        Files.writeString(folder.resolve("password"), store.server().superuserPassword() + "\n");
        Files.writeString(folder.resolve("topology.yaml"), """
                name: local
                shards: 64
                regions:
                  - {name: east, city: e}
                  - {name: west, city: w}
                storeGroups:
                  - {name: main, partitions: 4}
                zones:
                  - {name: east-1, region: east, weight: 1, endpoints: ["127.0.0.1:1"]}
                services:
                  - {name: ledger, keys: ["header:x-user-key"]}
                tables:
                  - {name: ledger.accounts, shardingColumn: user_key, storeGroup: main}
                  - {name: ledger.entries, shardingColumn: user_key, storeGroup: main}
                """);
    }

    @AfterAll
    static void stop() {
        store.close();
    }

    @Test
    void printsWhenDryAndInstallsWhenApplied() throws Exception {
        assertThat(install("east", "--dry-run")).as(err::toString).isZero();
        assertThat(out.toString())
                .contains("create or replace function meridian.check_fence()")
                .contains("\"ledger\".\"entries\"");
        assertThat(store.ask("select count(*) from pg_namespace where nspname = 'meridian'"))
                .isEqualTo("0");

        assertThat(install("east", "--apply")).as(err::toString).isZero();
        assertThat(out.toString())
                .contains("installed region=east group=main shards=64 tables=2")
                .contains(
                        "hint: no synchronous standby", "synchronous_standby_names is empty", "docs/postgresql-ha.md");
    }

    @Test
    void refusesAStoreWithoutTheStandbyThatIsRequired() throws Exception {
        assertThat(install("east", "--apply", "--standby-required")).isEqualTo(1);
        assertThat(err.toString()).contains("a synchronous standby is required: synchronous_standby_names is empty");
    }

    @Test
    void saysWhatIsWrongWithTheCall() {
        assertThat(install("mars", "--apply")).isEqualTo(2);
        assertThat(err.toString()).contains("the topology has no region mars");
        assertThat(install("east")).isEqualTo(2);
        assertThat(err.toString()).contains("(--dry-run | --apply)");
    }

    @Test
    void refusesAGroupThatTheTopologyDoesNotHave() {
        assertThat(install("east", "--apply", "--group", "more")).isEqualTo(2);
        assertThat(err.toString()).contains("the topology has no store group more; there are: main");
    }

    private int install(String region, String... mode) {
        String[] arguments = {
            "--url",
            store.url(),
            "--user",
            "postgres",
            "--password-file",
            folder.resolve("password").toString(),
            "--topology",
            folder.resolve("topology.yaml").toString(),
            "--region",
            region
        };
        String[] all = java.util.stream.Stream.of(arguments, mode)
                .flatMap(java.util.Arrays::stream)
                .toArray(String[]::new);
        return new CommandLine(new InstallCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(all);
    }
}
