package io.meridian.router.ads;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.router.compile.ResourceType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AckLedgerTest {
    private final List<List<EnvoyAck>> told = new ArrayList<>();
    private long nowNanos = 1;
    private final AckLedger ledger = new AckLedger(() -> nowNanos, told::add);

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

    @Test
    void theNewestStreamOfATypeCountsAndAllTypesMustHaveARevision() {
        var clusters = Map.of(ResourceType.CLUSTER, new StreamAck.TypeAck(9, 9, ""));
        ledger.record(1, new StreamAck("a", clusters, 0));
        ledger.tell();
        assertThat(ledger.entries()).containsExactly(new EnvoyAck("a", 9, 0, "", 0)); // it has no routes yet

        ledger.record(2, new StreamAck("a", Map.of(ResourceType.ROUTE, new StreamAck.TypeAck(8, 7, "x: bad")), 3));
        ledger.tell();
        assertThat(ledger.entries()).containsExactly(new EnvoyAck("a", 9, 7, "x: bad", 3));

        ledger.record(3, new StreamAck("a", Map.of(ResourceType.ROUTE, new StreamAck.TypeAck(9, 9, "")), 0));
        ledger.tell();
        assertThat(ledger.entries()).containsExactly(new EnvoyAck("a", 9, 9, "", 3));
    }

    @Test
    void theBarrierCountsWhoIsThereWhoAcceptedWhoRefusedAndWhoIsGone() {
        record(1, "a", 9);
        record(2, "b", 8);
        record(3, "gone", 9);
        ledger.record(4, new StreamAck("bad", Map.of(ResourceType.ROUTE, new StreamAck.TypeAck(9, 7, "x: bad")), 2));
        ledger.leave(3, "gone");
        ledger.tell();

        assertThat(ledger.barrier(9)).isEqualTo(new AckLedger.Barrier(3, 1, 1, 1));
        assertThat(ledger.barrier(8)).isEqualTo(new AckLedger.Barrier(3, 2, 1, 1));
    }

    @Test
    void whoIsGoneIsRememberedForAWhileOrUntilItIsBack() {
        record(1, "a", 7);
        record(2, "b", 7);
        ledger.leave(1, "a");
        ledger.tell();
        nowNanos += AckLedger.REMEMBERED.toNanos() - 1;
        ledger.leave(2, "b");
        ledger.tell();
        assertThat(ledger.gone()).containsExactly("a", "b");

        nowNanos++;
        assertThat(ledger.gone()).containsExactly("b");
        record(3, "b", 7);
        assertThat(ledger.gone()).isEmpty();
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
