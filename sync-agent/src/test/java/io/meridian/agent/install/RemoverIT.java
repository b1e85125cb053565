package io.meridian.agent.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.agent.TestStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RemoverIT {
    /** Everything that is not the server's own: names, rights, triggers, rows. */
    private static final String EVERYTHING = """
            select coalesce((select string_agg(oid::regclass || coalesce(relacl::text, ''), ' ' order by oid) from pg_class where oid >= 16384), '')
                || coalesce((select string_agg(tgname, ' ' order by oid) from pg_trigger where not tgisinternal), '')
                || coalesce((select string_agg(nspname || coalesce(nspacl::text, ''), ' ' order by oid) from pg_namespace where oid >= 16384), '')
                || coalesce((select string_agg(oid::regprocedure::text, ' ' order by oid) from pg_proc where oid >= 16384), '')
                || coalesce((select string_agg(proname || proacl::text, ' ' order by oid) from pg_proc where proname like 'pg_replication_origin%'), '')
                || coalesce((select string_agg(parname || paracl::text, ' ') from pg_parameter_acl), '')
                || (select count(*) from pg_publication) || (select count(*) from pg_replication_slots) || (select count(*) from pg_replication_origin)""";

    private TestStore store;

    @BeforeEach
    void start() throws Exception {
        store = TestStore.empty();
    }

    @AfterEach
    void stop() {
        store.close();
    }

    @Test
    void leavesTheStoreAsItWasBefore() throws Exception {
        store.superuser("revoke all on schema ledger from public");
        String before = store.ask(EVERYTHING);
        install();
        assertThat(store.ask(EVERYTHING)).isNotEqualTo(before);
        store.superuser("insert into meridian.marker values (1, 1, 'OPEN', 'x', '0/1');"
                + "select pg_replication_origin_create('meridian_main_west_0');"
                + "set session_replication_role = replica; insert into ledger.entries values ('alice', 1, 1, '')");

        assertThat(remove("")).isInstanceOf(Remover.Outcome.Removed.class);

        assertThat(rights(store.ask(EVERYTHING))).isEqualTo(rights(before));
        assertThat(store.ask("select count(*) from ledger.entries")).isEqualTo("1");
        assertThat(remove("")).isEqualTo(new Remover.Outcome.Removed("begin;\ncommit;\n"));
    }

    /** A right that was granted and taken away again stands as the owner's own, where nothing stood before. */
    private static String rights(String everything) {
        return everything.replaceAll("\\{(postgres|ledger_owner)=\\w+/\\1(,=X/postgres)?}", "");
    }

    @Test
    void aStoreIsInstalledAgainAfterwards() throws Exception {
        install();
        remove("");

        install();

        assertThat(store.ask("select count(*) from meridian.fence")).isEqualTo("64");
    }

    @Test
    void openShardsAreNotGivenUpUnlessTheLossIsNamed() throws Exception {
        install();
        store.open("1, 2, 3", 1);

        for (String word : new String[] {"", "yes", "the last writes of 2 shards"}) {
            assertThat(remove(word))
                    .isInstanceOfSatisfying(
                            Remover.Outcome.Refused.class,
                            refused -> assertThat(refused.faults().toString())
                                    .contains("this store owns 3 open shards")
                                    .contains("--force \"the last writes of 3 shards\""));
        }
        assertThat(store.ask("select count(*) from pg_replication_slots")).isEqualTo("1");

        assertThat(remove("the last writes of 3 shards")).isInstanceOf(Remover.Outcome.Removed.class);
        assertThat(store.ask("select count(*) from pg_namespace where nspname = 'meridian'"))
                .isEqualTo("0");
    }

    @Test
    void whatIsTheUsersIsNeverDroppedAlong() throws Exception {
        install();
        store.superuser("create index by_shard on ledger.entries (meridian.shard_of(user_key))");

        assertThatThrownBy(() -> remove(""))
                .hasMessageContaining("index ledger.by_shard depends on function meridian.shard_of(text)");

        assertThat(store.ask("select count(*) from meridian.fence")).isEqualTo("64");
        assertThat(store.ask("select count(*) from pg_trigger where tgname like 'zz_meridian%'"))
                .isEqualTo("4");
    }

    @Test
    void aStoreOfANewerReleaseIsRefusedAndOneOfAnOlderIsUpgraded() throws Exception {
        install();
        store.superuser("update meridian.settings set version = 1");
        install();
        assertThat(store.ask("select version from meridian.settings")).isEqualTo("" + InstallPlan.VERSION);
        store.superuser("update meridian.settings set version = 99");

        try (Connection connection = store.connect("postgres")) {
            assertThat(Installer.apply(connection, TestStore.PLAN))
                    .isInstanceOfSatisfying(
                            Installer.Outcome.Refused.class,
                            refused -> assertThat(refused.faults().toString())
                                    .contains("installed by a newer release (version 99"));
        }
        assertThat(store.ask("select version from meridian.settings")).isEqualTo("99");
    }

    @Test
    void anApplicationReadsTheFenceAndNotTheRest() throws Exception {
        install();

        try (Connection connection = store.application();
                Statement statement = connection.createStatement()) {
            statement.execute("select * from meridian.fence, meridian.lease, meridian.settings, meridian.heartbeat");
            assertThatThrownBy(() -> statement.execute("select * from meridian.head"))
                    .hasMessageContaining("permission denied");
        }
    }

    private void install() throws SQLException {
        try (Connection connection = store.connect("postgres")) {
            assertThat(Installer.apply(connection, TestStore.PLAN)).isInstanceOf(Installer.Outcome.Installed.class);
        }
    }

    private Remover.Outcome remove(String accepted) throws SQLException {
        try (Connection connection = store.connect("postgres")) {
            return Remover.apply(connection, TestStore.PLAN, accepted);
        }
    }
}
