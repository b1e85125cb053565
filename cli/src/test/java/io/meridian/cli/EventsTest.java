package io.meridian.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventsTest {
    private final PlayedControlPlane plane;

    EventsTest() throws IOException {
        plane = PlayedControlPlane.start();
    }

    @AfterEach
    void stop() {
        plane.close();
    }

    private static String change(long revision, String rest) {
        return "event: change\nid: " + revision + "\ndata: {\"revision\":" + revision + "," + rest + "}\n\n";
    }

    private static final String RUN =
            "\"runs\":[\"mv-7\"],\"shards\":true,\"topology\":false,\"regions\":false,\"seedings\":false";
    private static final String REGIONS =
            "\"runs\":[],\"shards\":false,\"topology\":false,\"regions\":true,\"seedings\":false";

    @Test
    void eachChangeIsALineAndABrokenStreamIsTakenUpBehindTheLastOne() {
        plane.answers("GET /events", 200, ": still here\n\n" + change(7, RUN) + change(8, REGIONS))
                .answers("GET /events", 200, change(9, RUN));

        var said = Said.by(plane, "events", "-n", "3");

        assertThat(said)
                .isEqualTo(
                        new Said(0, "revision 7: mv-7, shards\nrevision 8: regions\nrevision 9: mv-7, shards\n", ""));
        assertThat(plane.asked().stream().map(PlayedControlPlane.Asked::lastEventId))
                .containsExactly("null", "8");
    }

    @Test
    void withJsonEachChangeIsTheControlPlanesDocumentInALine() {
        plane.answers("GET /events", 200, change(7, RUN));

        var said = Said.by(plane, "events", "-n", "1", "--json", "--after", "6");

        assertThat(said.out()).isEqualTo("{\"revision\":7," + RUN + "}\n");
        assertThat(plane.asked().getFirst().lastEventId()).isEqualTo("6");
    }

    @Test
    void whatIsNotRememberedIsSaidBesideTheChanges() {
        plane.answers("GET /events", 200, "event: compacted\ndata: {\"revision\":900}\n\n" + change(900, REGIONS));

        var said = Said.by(plane, "events", "-n", "1", "--after", "3");

        assertThat(said.out()).isEqualTo("revision 900: regions\n");
        assertThat(said.err()).contains("before revision 900").contains("everything may have");
    }

    @Test
    void aStreamThatNobodyOffersAnyMoreEndsOncePatienceIsOver() {
        plane.answers("GET /events", 200, change(7, RUN)).loses("GET /events");

        var said = Said.by(plane, "events", "--patience", "1s");

        assertThat(said.exitCode()).isEqualTo(ExitCode.UNAVAILABLE.number());
        assertThat(said.out()).isEqualTo("revision 7: mv-7, shards\n");
    }

    @Test
    void whatIsRefusedIsNotAskedForAgain() {
        plane.answers("GET /events", 200, change(7, RUN))
                .refuses("GET /events", 401, "token-revoked", "the token of bob was revoked", "");

        var said = Said.by(plane, "events");

        assertThat(said.exitCode()).isEqualTo(ExitCode.REFUSED.number());
        assertThat(said.err()).contains("the token of bob was revoked");
        assertThat(plane.asked()).hasSize(2);
    }

    @Test
    void aControlPlaneThatIsNotThereIsUnavailableAtOnce() throws IOException {
        String address;
        try (var gone = PlayedControlPlane.start()) {
            address = gone.address();
        }

        var said = Said.by(Map.of("MERIDIAN_API", address, "MERIDIAN_TOKEN", PlayedControlPlane.TOKEN), "events");

        assertThat(said.exitCode()).isEqualTo(ExitCode.UNAVAILABLE.number());
    }
}
