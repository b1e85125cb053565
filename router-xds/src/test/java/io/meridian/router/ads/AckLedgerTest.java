package io.meridian.router.ads;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.router.compile.ResourceType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AckLedgerTest {
    private final List<List<EnvoyAck>> told = new ArrayList<>();
    private final AckLedger ledger = new AckLedger(told::add);

    @Test
    void changesAreToldAndRepetitionsAreNot() {
        record(1, "b", 7);
        record(1, "b", 7);
        record(2, "a", 0);

        assertThat(told).containsExactly(List.of(ack("b", 7)), List.of(ack("a", 0), ack("b", 7)));
    }

    @Test
    void anOldStreamThatEndsDoesNotTakeTheNodeWithIt() {
        record(1, "a", 7);
        record(2, "a", 3);

        ledger.leave(1, "a");
        ledger.tell();

        assertThat(ledger.entries()).containsExactly(ack("a", 3));
    }

    @Test
    void disconnectedEnvoyLeaves() {
        record(1, "a", 7);

        ledger.leave(1, "a");
        ledger.tell();

        assertThat(ledger.entries()).isEmpty();
        assertThat(told.getLast()).isEmpty();
    }

    private void record(long stream, String node, long accepted) {
        var routes = Map.of(ResourceType.ROUTE, new StreamAck.TypeAck(accepted, accepted, ""));
        ledger.record(stream, new StreamAck(node, routes, 0));
        ledger.tell();
    }

    private static EnvoyAck ack(String node, long revision) {
        return new EnvoyAck(node, revision, revision, "", 0);
    }
}
