package io.meridian.drill;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.cli.api.Documents;
import io.meridian.cli.api.Region;
import io.meridian.drill.injection.Fault;
import io.meridian.drill.injection.Injector;
import io.meridian.drill.injection.Journal;
import io.meridian.local.Patience;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Takes back everything that stands in a journal: faults first, in the reverse order, then what was switched, once the regions are whole. The same
 * for a drill that ended, was aborted, or died; may itself be interrupted and begun again.
 */
final class Undo {
    private static final Duration RETURN_LIMIT = Patience.of(Duration.ofMinutes(5));

    private final ControlPlane api;
    private final Injector injector;
    private final Journal journal;
    private final Diary diary;
    private final Runs runs;

    Undo(ControlPlane api, Injector injector, Journal journal, Diary diary, Runs runs) {
        this.api = api;
        this.injector = injector;
        this.journal = journal;
        this.diary = diary;
        this.runs = runs;
    }

    /** @param faultsUndone called when nothing is broken any more, before regions have come back */
    void all(Runnable faultsUndone) throws IOException, DrillFailedException, InterruptedException {
        Set<String> returning = new LinkedHashSet<>();
        for (Journal.Entry entry : journal.open().reversed()) {
            if (entry instanceof Journal.Entry.Broken(int id, Fault fault)) {
                double from = diary.clock().second();
                diary.event("undoing: " + fault.undoing());
                injector.undo(id, fault);
                lost(fault).ifPresent(returning::add);
                diary.stage("undoing: " + fault.undoing(), from, "");
                if (lost(fault).isEmpty()) {
                    journal.undone(id);
                }
            }
        }
        faultsUndone.run();
        for (String region : returning) {
            awaitReturn(region);
        }
        for (Journal.Entry entry : journal.open().reversed()) {
            if (entry instanceof Journal.Entry.Broken broken) {
                journal.undone(broken.id());
            }
        }
        for (Journal.Entry entry : journal.open().reversed()) {
            if (entry instanceof Journal.Entry.Switched switched) {
                double from = diary.clock().second();
                runs.takeBack(switched);
                journal.undone(switched.id());
                diary.stage("moving back", from, "what was switched is where it was");
            }
        }
    }

    private static java.util.Optional<String> lost(Fault fault) {
        return switch (fault) {
            case Fault.RegionKilled(String region) -> java.util.Optional.of(region);
            case Fault.RegionCutOff(String region) -> java.util.Optional.of(region);
            case Fault.LinkDown _, Fault.LinkSlow _ -> java.util.Optional.empty();
        };
    }

    private void awaitReturn(String name) throws DrillFailedException, InterruptedException {
        double from = diary.clock().second();
        diary.event("waiting until " + name + " has come back");
        try {
            Brakes.none()
                    .await(
                            name + " to come back",
                            RETURN_LIMIT,
                            () -> api.get("/regions"),
                            regions -> isBack(region(regions, name)));
        } catch (AbortedException defect) {
            throw new IllegalStateException("brakes that are off", defect);
        }
        diary.stage("return: reconciled", from, "until the control plane shows " + name + " as RECONCILED");
        diary.event(name + " is back");
    }

    static Region region(JsonNode regions, String name) {
        List<Region> all = Documents.listOf(regions, Region[].class);
        return all.stream()
                .filter(region -> region.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the control plane knows no region " + name));
    }

    static boolean isBack(Region region) {
        return "RECONCILED".equals(region.data()) && anyAgent(region, true) && !anyAgent(region, false);
    }

    /** None of its agents is connected, and the control plane says so. */
    static boolean isMissed(Region region) {
        return region.eachAgent().stream().allMatch(agent -> agent != null && Boolean.FALSE.equals(agent.connected()));
    }

    /** Whether some agent of it is connected, or is not. What is not known is not connected. */
    static boolean anyAgent(Region region, boolean connected) {
        return region.eachAgent().stream()
                .anyMatch(agent -> connected == (agent != null && Boolean.TRUE.equals(agent.connected())));
    }
}
