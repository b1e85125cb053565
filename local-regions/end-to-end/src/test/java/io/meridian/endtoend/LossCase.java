package io.meridian.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The ways in which {@link FailoverIT} loses a region and has it back. */
enum LossCase {
    /** All of its processes at once. */
    KILLED {
        @Override
        void lose(TestRegions regions) throws Exception {
            kill(regions);
        }
    },
    /** Alive, with clients of its own, and nobody hears it: what it acknowledges until its lease ends is known to nobody else. */
    CUT_OFF {
        @Override
        void lose(TestRegions regions) throws Exception {
            cut(regions, true, true);
        }

        @Override
        boolean makesOrphans() {
            return true;
        }
    },
    /** It cannot open a connection to anybody; the others still reach it, and so go on pulling what it writes. */
    CANNOT_SPEAK {
        @Override
        void lose(TestRegions regions) throws Exception {
            regions.lead(elsewhere(regions)); // its own node would lead on: the others reach it
            cut(regions, true, false);
        }
    },
    /** It has the control plane's leader. */
    LEADER_IN_IT {
        @Override
        void lose(TestRegions regions) throws Exception {
            regions.lead(LOST);
            kill(regions);
        }
    },
    /** Its agent stands still for longer than its lease and then goes on where it was. */
    AGENT_PAUSED {
        @Override
        void lose(TestRegions regions) throws Exception {
            signal(regions, "STOP");
        }

        @Override
        void bringBack(TestRegions regions) throws Exception {
            signal(regions, "CONT");
        }
    },
    /** The region that takes over loses its agent in the middle. */
    TARGET_DIES {
        @Override
        void lose(TestRegions regions) throws Exception {
            kill(regions);
        }

        @Override
        void meanwhile(TestRegions regions, String run) throws Exception {
            ControlPlaneApi.await(
                    run + " to gather or align",
                    Deadlines.of(Duration.ofSeconds(60)),
                    () -> regions.api().run(run),
                    state -> Set.of("GATHERING", "ALIGNING", "ACTIVATED", "ROUTED", "DONE")
                            .contains(state.path("state").asText()));
            JsonNode met = regions.api().run(run);
            System.out.println("west's agent dies in " + met.path("state").asText());
            regions.kill("west/sync-agent");
            regions.restart("west/sync-agent");
        }
    };

    static final String LOST = "east";
    /** In the order in which they are lost; they come back in the other. */
    private static final List<String> PROCESSES =
            List.of("envoy", "ledger", "router-xds", "control-plane", "sync-agent", "kafka", "postgres");

    abstract void lose(TestRegions regions) throws Exception;

    /** While {@code run}, the failover, is under way. */
    void meanwhile(TestRegions regions, String run) throws Exception {}

    /** Heals every link and starts every process that does not run. */
    void bringBack(TestRegions regions) throws Exception {
        for (String process : PROCESSES.reversed()) {
            if (!regions.instance().process(LOST + "/" + process).alive()) {
                regions.restart(LOST + "/" + process);
            }
        }
        regions.instance().links().healAll();
    }

    boolean makesOrphans() {
        return false;
    }

    /** @return of which cases {@code -Dmeridian.chaos.failover=A,B} or {@code all} tells; the two that differ most, unless it is said */
    static List<LossCase> chosen() {
        String named = System.getProperty("meridian.chaos.failover", KILLED + "," + CUT_OFF);
        return named.equals("all")
                ? List.of(values())
                : Stream.of(named.split(",", -1)).map(LossCase::valueOf).toList();
    }

    private static void kill(TestRegions regions) throws Exception {
        for (String process : PROCESSES) {
            regions.kill(LOST + "/" + process);
        }
    }

    private static void cut(TestRegions regions, boolean out, boolean in) throws Exception {
        for (String other : regions.instance().regions()) {
            if (!other.equals(LOST)) {
                if (out) {
                    regions.instance().links().cut(LOST, other);
                }
                if (in) {
                    regions.instance().links().cut(other, LOST);
                }
            }
        }
    }

    private static String elsewhere(TestRegions regions) {
        return regions.instance().regions().stream()
                .filter(region -> !region.equals(LOST))
                .findFirst()
                .orElseThrow();
    }

    private static void signal(TestRegions regions, String signal) throws Exception {
        List<String> command = new ArrayList<>(List.of("kill", "-" + signal));
        command.add(
                Long.toString(regions.instance().process(LOST + "/sync-agent").pid()));
        int status = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (status != 0) {
            throw new AssertionError(command + " ended with " + status);
        }
    }
}
