package io.meridian.local.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meridian.local.FreeBase;
import io.meridian.local.Ports;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
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
                    .hasMessageContaining("./meridian up --instance preflight --base");
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
    void anInstanceWithDataKeepsItsPortsAndAnotherOneIsOffered() throws Exception {
        Path data = Files.createDirectories(layout.folder().resolve("east"));
        int taken = layout.ports().of(0, Ports.Part.POSTGRES);
        try (var socket = new ServerSocket(taken, 1, InetAddress.getLoopbackAddress())) {
            assertThat(socket.isBound()).isTrue();

            assertThatThrownBy(() -> Preflight.check(layout, InstanceFile.of(layout), false))
                    .hasMessageContaining("start another one beside it: ./meridian up --instance preflight-2 --base");
        } finally {
            Files.delete(data);
            Files.delete(layout.folder());
        }
    }

    @Test
    void littleMemoryIsRefusedWithWhatIsNeededAndASmallerWay() {
        assertThatThrownBy(() -> Preflight.check(layout, InstanceFile.of(layout), true, new Room(3_599, 10_000)))
                .hasMessageContaining("3600 MiB of memory are needed for 3 region(s), and 3599 MiB are available")
                .hasMessageContaining("./meridian up --regions 1");
    }

    @Test
    void memoryIsNotAskedForAgainByWhatRunsAlready() throws Exception {
        Preflight.check(layout, InstanceFile.of(layout), false, new Room(100, 10_000));
    }

    @Test
    void aFullDiskIsRefusedWithWhatIsNeeded() {
        assertThatThrownBy(() -> Preflight.check(layout, InstanceFile.of(layout), true, new Room(10_000, 2_047)))
                .hasMessageContaining("2048 MiB of disk are needed")
                .hasMessageContaining("2047 MiB are free")
                .hasMessageContaining("./meridian reset");
    }

    @Test
    void everyListenerOfThePlanIsLookedAtOnce() {
        var listeners = Preflight.listeners(layout);

        assertThat(listeners).hasSize(1 + 3 * (14 + 2 + 2 * 9) + 4);
        assertThat(listeners.values()).contains("links", "east/ledger", "north/envoy");
    }
}
