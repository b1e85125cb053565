package io.meridian.router.ads;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AckLedgerTest {
    private final List<List<EnvoyAck>> told = new ArrayList<>();
    private final AckLedger ledger = new AckLedger(told::add);

    @Test
    void changesAreToldAndRepetitionsAreNot() {
        ledger.record(1, ack("b", 7));
        ledger.record(1, ack("b", 7));
        ledger.record(2, ack("a", 0));

        assertThat(told).containsExactly(List.of(ack("b", 7)), List.of(ack("a", 0), ack("b", 7)));
    }

    @Test
    void anOldStreamThatEndsDoesNotTakeTheNodeWithIt() {
        ledger.record(1, ack("a", 7));
        ledger.record(2, ack("a", 3));

        ledger.leave(1);

        assertThat(ledger.entries()).containsExactly(ack("a", 3));
    }

    @Test
    void disconnectedEnvoyLeaves() {
        ledger.record(1, ack("a", 7));

        ledger.leave(1);

        assertThat(ledger.entries()).isEmpty();
        assertThat(told.getLast()).isEmpty();
    }

    private static EnvoyAck ack(String node, long revision) {
        return new EnvoyAck(node, revision, "");
    }
}
