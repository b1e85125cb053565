package io.meridian.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class EnvoysTest {
    private static final String ASKED = "GET /envoys/barrier?region=east&revision=9";

    private final PlayedControlPlane plane;

    EnvoysTest() throws IOException {
        plane = PlayedControlPlane.start();
    }

    @AfterEach
    void stop() {
        plane.close();
    }

    private static String seen(int routers, int acked, int rejecting, int gone, boolean reached) {
        return """
            {"region": "east", "revision": 9, "routers": %d, "live": 2, "acked": %d, "rejecting": %d, "gone": %d, "reached": %b}\
            """.formatted(routers, acked, rejecting, gone, reached);
    }

    @Test
    void whatEachEnvoyHasIsListedAndRefusalsComeWithTheirReason() {
        plane.answers("GET /envoys", 200, """
            [{"region": "east", "router": "east-router", "connected": true, "node": "edge-1", "sentRevision": 12, "ackedRevision": 12, "nack": null},
             {"region": "east", "router": "east-router", "connected": true, "node": "edge-2", "sentRevision": 12, "ackedRevision": 9, "nack": "no such cluster"},
             {"region": "west", "router": "west-router", "connected": false, "node": "edge-3", "sentRevision": 9, "ackedRevision": 9, "nack": null}]\
            """);

        var said = Said.by(plane, "envoys");

        assertThat(said.exitCode()).isEqualTo(ExitCode.DONE.number());
        assertThat(said.out()).isEqualTo("""
            REGION  ROUTER                ENVOY   SENT  ACCEPTED  REFUSES
            east    east-router           edge-1    12        12  -
            east    east-router           edge-2    12         9  refuses
            west    west-router (silent)  edge-3     9         9  -
            ! edge-2 refuses what it was sent: no such cluster
            """);
    }

    @Test
    void whereNoneIsKnownThatIsSaid() {
        plane.answers("GET /envoys", 200, "[]");

        assertThat(Said.by(plane, "envoys").out()).isEqualTo("no Envoy is known\n");
    }

    record Case(String answer, int exitCode, String says) {}

    static final List<Case> CASES = List.of(
            new Case(
                    seen(1, 2, 0, 0, true), ExitCode.DONE.number(), "reached  2 of 2 Envoys of east have revision 9\n"),
            new Case(
                    seen(1, 1, 1, 3, false),
                    ExitCode.FAILED.number(),
                    "not reached  1 of 2 Envoys of east have revision 9, 1 refuse what they were sent last, 3 are"
                            + " gone\n"),
            new Case(
                    seen(0, 0, 0, 0, false),
                    ExitCode.FAILED.number(),
                    "not reached  no router of east is heard, so nobody knows\n"));

    @ParameterizedTest
    @FieldSource("CASES")
    void aBarrierIsTold(Case each) {
        plane.answers(ASKED, 200, each.answer());

        var said = Said.by(plane, "envoys", "barrier", "--region", "east", "--revision", "9");

        assertThat(said.exitCode()).isEqualTo(each.exitCode());
        assertThat(said.out()).isEqualTo(each.says());
        assertThat(plane.asked()).hasSize(1);
    }

    @Test
    void aBarrierIsAskedForUntilItIsReached() {
        plane.answers(ASKED, 200, seen(1, 0, 0, 0, false))
                .answers(ASKED, 200, seen(1, 1, 0, 0, false))
                .answers(ASKED, 200, seen(1, 2, 0, 0, true));

        var said = Said.by(plane, "envoys", "barrier", "--region", "east", "--revision", "9", "--wait", "30s");

        assertThat(said.exitCode()).isEqualTo(ExitCode.DONE.number());
        assertThat(plane.asked()).hasSize(3);
    }

    @Test
    void aBarrierThatIsNotReachedInTimeFails() {
        plane.answers(ASKED, 200, seen(1, 1, 0, 0, false));

        var said = Said.by(plane, "envoys", "barrier", "--region", "east", "--revision", "9", "--wait", "300ms");

        assertThat(said.exitCode()).isEqualTo(ExitCode.FAILED.number());
        assertThat(said.out()).startsWith("not reached");
        assertThat(plane.asked()).hasSizeGreaterThan(1);
    }
}
