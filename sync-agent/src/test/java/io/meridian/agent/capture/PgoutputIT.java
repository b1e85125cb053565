package io.meridian.agent.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.agent.record.Value;
import io.meridian.agent.store.StoreAccess;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** What PostgreSQL really sends. */
class PgoutputIT extends ChangeSourceContract {
    @Override
    protected ChangeSource open(StoreAccess access, long fromLsn) throws SQLException {
        return PgoutputChangeSource.open(access, "meridian_main", "meridian_main", "meridian_main_", fromLsn);
    }

    @Test
    void theKeyIsThatOfTheLogAndNotOfTheCatalogNow() throws Exception {
        application("insert into ledger.things (user_key, id, whole) values ('alice', 1, 1)");
        application("delete from ledger.things");
        store.superuser(
                "alter table ledger.things drop constraint things_pkey; alter table ledger.things drop column whole");

        next();
        var deleted = (SourceChange.Deleted) next().changes().getFirst();
        assertThat(value(deleted.relation(), deleted.before(), "id")).isEqualTo(Value.of("1"));
        assertThat(deleted.relation().indexOf("whole")).isNotNegative();
    }
}
