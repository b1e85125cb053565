package io.meridian.local.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.local.FreeBase;
import io.meridian.local.Ports;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class PreflightTest {
    private final Layout layout = Layout.of("preflight", FreeBase.of(3).base(), 3);

    @Test
    void aTakenPortIsNamedWithItsUseItsHolderAndAWayOut() throws Exception {
        int taken = layout.ports().of(1, Ports.Part.CONTROL_HTTP);
        try (var socket = new ServerSocket(taken, 1, InetAddress.getLoopbackAddress())) {
            assertThat(socket.isBound()).isTrue();

            assertThatThrownBy(() -> Preflight.check(layout, InstanceFile.of(layout), false))
                    .hasMessageContaining("port " + taken + " (west/control-plane) is taken by pid "
                            + ProcessHandle.current().pid())
                    .hasMessageContaining("./meridian up --base");
        }
    }

    @Test
    void aPortThatOurOwnProcessHoldsIsNotTaken() throws Exception {
        int ours = layout.ports().of(1, Ports.Part.CONTROL_HTTP);
        var self = io.meridian.local.process.ProcessIdentity.of(ProcessHandle.current());
        var file = InstanceFile.of(layout)
                .with(new InstanceFile.Started("west/control-plane", self.pid(), self.startedAtMillis(), "log"));
        try (var socket = new ServerSocket(ours, 1, InetAddress.getLoopbackAddress())) {
            assertThat(socket.isBound()).isTrue();

            Preflight.check(layout, file, false);
        }
    }

    @Test
    void everyListenerOfThePlanIsLookedAtOnce() {
        var listeners = Preflight.listeners(layout);

        assertThat(listeners).hasSize(1 + 3 * (13 + 2 + 2 * 5) + 4);
        assertThat(listeners.values()).contains("links", "east/ledger", "north/envoy");
    }
}
