package io.meridian.drill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meridian.cli.api.ControlApi;
import io.meridian.cli.api.Documents;
import io.meridian.cli.api.RefusedException;
import io.meridian.cli.api.Run;
import io.meridian.cli.api.UnreachableException;
import io.meridian.drill.injection.Journal;
import io.meridian.local.Patience;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Runs of the control plane: asked for as an operator would, followed to their end, taken back. */
final class Runs {
    static final Duration END_LIMIT = Patience.of(Duration.ofMinutes(5));
    private static final Duration BACK_LIMIT = Patience.of(Duration.ofMinutes(5));
    private static final int ATTEMPTS = 5;
    /** The run's start is the leader's clock, the journal's is ours: one machine, but the answer may come first. */
    private static final Duration CLOCKS = Duration.ofSeconds(2);

    private static final Map<String, String> STAGES = stages();

    private final ControlPlane api;
    private final Diary diary;
    private final Set<String> known = new LinkedHashSet<>();

    Runs(ControlPlane api, Diary diary) {
        this.api = api;
        this.diary = diary;
    }

    private static Map<String, String> stages() {
        Map<String, String> stages = new LinkedHashMap<>();
        stages.put("PREPARED", "gates");
        stages.put("HOLDING", "hold");
        stages.put("EXPIRING", "fence: the lease runs out");
        stages.put("FENCING", "fence");
        stages.put("GATHERING", "decision on the cut");
        stages.put("ALIGNING", "catch-up");
        stages.put("CATCHING_UP", "catch-up");
        stages.put("ACTIVATED", "activation");
        stages.put("ROUTED", "proofs");
        stages.put("ROLLING_BACK", "rolling back");
        return stages;
    }

    /** Those that this drill asked for. */
    Set<String> known() {
        return known;
    }

    void knows(String id) {
        known.add(id);
    }

    static ObjectNode body() {
        return JsonNodeFactory.instance.objectNode();
    }

    JsonNode get(String id) throws InterruptedException {
        return api.get("/runs/" + ControlApi.encoded(id));
    }

    /**
     * To its end; each state that it reaches is told.
     *
     * @return as it ended
     * @throws DrillFailedException it waits for a person, or does not end
     */
    JsonNode follow(String id, Brakes brakes, Convergence convergence)
            throws AbortedException, DrillFailedException, InterruptedException {
        JsonNode ended = follow(
                id,
                () -> {
                    JsonNode run = get(id);
                    convergence.look(run);
                    return run;
                },
                brakes);
        convergence.tell(ended, diary);
        return ended;
    }

    private JsonNode follow(String id, Brakes brakes)
            throws AbortedException, DrillFailedException, InterruptedException {
        return follow(id, () -> get(id), brakes);
    }

    private JsonNode follow(String id, Brakes.Question question, Brakes brakes)
            throws AbortedException, DrillFailedException, InterruptedException {
        String[] told = {""};
        JsonNode ended = brakes.await("the end of " + id, END_LIMIT, question, run -> {
            String state = run.path("state").asText();
            if (!state.equals(told[0])) {
                told[0] = state;
                diary.event(id + " is " + state);
            }
            return Documents.as(run, Run.class).atRest() || run.hasNonNull("endedAt");
        });
        if (ended.path("state").asText().equals("NEEDS_OPERATOR")) {
            throw new DrillFailedException(
                    id + " needs an operator: " + ended.path("problem").asText());
        }
        return ended;
    }

    /** The steps as the run tells them, into the diary; several waves are summed. */
    void stages(JsonNode answer, String prefix) {
        Run run = Documents.as(answer, Run.class);
        STAGES.forEach((state, name) -> {
            List<Run.Step> steps = run.steps().stream()
                    .filter(step -> step.name().equals(state) && step.millis() != null)
                    .toList();
            if (!steps.isEmpty()) {
                long millis = steps.stream()
                        .mapToLong(step -> Optional.ofNullable(step.millis()).orElse(0L))
                        .sum();
                String waves = steps.size() == 1 ? "" : ", sum of " + steps.size() + " waves";
                diary.stage(
                        prefix + name + waves,
                        Instant.parse(steps.getFirst().started()),
                        millis,
                        run.id() + ", " + state);
            }
        });
    }

    /** Takes back what a run of the journal did: cancels it when it is under way, moves back what it moved. */
    void takeBack(Journal.Entry.Switched entry) throws DrillFailedException, InterruptedException {
        Optional<String> id = entry.run().isPresent() ? entry.run() : find(entry);
        if (id.isEmpty()) {
            diary.event("the " + entry.verb().toLowerCase(java.util.Locale.ROOT) + " of " + entry.region()
                    + " was never begun");
            return;
        }
        known.add(id.get());
        Brakes brakes = Brakes.none();
        try {
            JsonNode run = brakes.await(id.get(), END_LIMIT, () -> get(id.get()), _ -> true);
            if (!run.hasNonNull("endedAt")) {
                cancel(id.get());
                run = follow(id.get(), brakes);
            }
            if (Documents.as(run, Run.class).moved() > 0) {
                reverse(id.get(), brakes);
            }
        } catch (AbortedException defect) {
            throw new IllegalStateException("brakes that are off", defect);
        }
    }

    private void cancel(String id) throws InterruptedException {
        try {
            api.post("/runs/" + ControlApi.encoded(id) + "/cancel", body());
            diary.event(id + " is cancelled");
        } catch (RefusedException past) {
            diary.event(id + " cannot be cancelled any more: " + past.getMessage());
        }
    }

    /** The drill died between asking and writing down what it was answered. */
    private Optional<String> find(Journal.Entry.Switched entry) throws InterruptedException {
        for (JsonNode run : api.get("/runs").path("runs")) {
            if (run.path("kind").asText().equals(entry.verb())
                    && run.hasNonNull("startedAt")
                    && Instant.parse(run.path("startedAt").asText())
                            .isAfter(entry.at().minus(CLOCKS))) {
                return Optional.of(run.path("id").asText());
            }
        }
        return Optional.empty();
    }

    /** Until nothing of it is left to move; a gate that is closed for a moment after a fault is waited for. */
    private void reverse(String id, Brakes brakes) throws AbortedException, DrillFailedException, InterruptedException {
        long end = System.nanoTime() + BACK_LIMIT.toNanos();
        String last = "";
        for (int attempt = 0; attempt < ATTEMPTS && System.nanoTime() - end < 0; ) {
            try {
                JsonNode back = api.post("/reversals", body().put("run", id));
                attempt++;
                String reversal = back.path("id").asText();
                known.add(reversal);
                diary.event(reversal + " moves back what " + id + " moved");
                JsonNode ended = follow(reversal, brakes);
                stages(ended, "moving back: ");
                if (!ended.path("state").asText().equals("DONE")) {
                    last = reversal + " ended " + ended.path("state").asText() + ": "
                            + ended.path("problem").asText();
                    diary.event(last);
                }
            } catch (RefusedException refused) {
                if (ControlPlane.is(refused, "nothing-to-move")) {
                    return;
                }
                if (!ControlPlane.mayPass(refused)
                        && !ControlPlane.is(refused, "move-overlaps")
                        && !ControlPlane.is(refused, "too-many-runs")) {
                    throw refused;
                }
                last = String.valueOf(refused.getMessage());
            } catch (UnreachableException away) {
                last = String.valueOf(away.getMessage());
            }
            Thread.sleep(1000);
        }
        throw new DrillFailedException("what " + id + " moved is not back: " + last);
    }
}
