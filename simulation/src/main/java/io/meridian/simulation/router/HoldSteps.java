package io.meridian.simulation.router;

import io.meridian.router.hold.HoldRules;
import io.meridian.router.hold.HoldTruth;
import io.meridian.router.view.Route;
import io.meridian.simulation.engine.Machine;
import io.meridian.simulation.rules.Rules;
import io.meridian.topology.ShardId;
import io.meridian.topology.ZoneId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** {@code HoldEndpoint}: questions that wait for an answer, without the pace at which they are let go. */
final class HoldSteps {
    private static final Duration HOLD_LIMIT = Duration.ofSeconds(9);
    private static final Duration CHANGE_LIMIT = Duration.ofMillis(250);
    private static final Duration LAPSE_CHECK = Duration.ofMillis(100);

    private static final class Question {
        private final int shard;
        private final Optional<String> refusedBy;
        private final Consumer<Optional<ZoneId>> answer;
        private boolean changed;
        private boolean over;

        Question(int shard, Optional<String> refusedBy, Consumer<Optional<ZoneId>> answer) {
            this.shard = shard;
            this.refusedBy = refusedBy;
            this.answer = answer;
        }
    }

    private final Machine machine;
    private final Rules rules;
    private final BooleanSupplier lapsed;
    private final List<Question> waiting = new ArrayList<>();
    private Optional<HoldTruth> truth = Optional.empty();

    HoldSteps(Machine machine, Rules rules, BooleanSupplier lapsed) {
        this.machine = machine;
        this.rules = rules;
        this.lapsed = lapsed;
    }

    void start() {
        machine.every(LAPSE_CHECK, this::refuseHeldWhenLapsed);
    }

    int waiting() {
        return waiting.size();
    }

    /** Those that wait for somebody to release their shard. */
    long held() {
        return waiting.stream()
                .filter(question -> route(truth, question.shard).orElse(Route.UNOWNED) instanceof Route.Frozen)
                .count();
    }

    Optional<HoldTruth> truth() {
        return truth;
    }

    /** @param answer the zone to go to; empty: 503 */
    void ask(ShardId shard, Optional<String> refusedBy, Consumer<Optional<ZoneId>> answer) {
        consider(new Question(shard.number(), refusedBy, answer));
    }

    void publish(HoldTruth next) {
        Optional<HoldTruth> before = truth;
        truth = Optional.of(next);
        for (Question question : List.copyOf(waiting)) {
            if (!route(before, question.shard).equals(route(truth, question.shard))) {
                question.changed = true;
                consider(question);
            }
        }
    }

    private void consider(Question question) {
        switch (decide(question)) {
            case HoldRules.Verdict.Go go -> end(question, Optional.of(go.zone()));
            case HoldRules.Verdict.Unavailable _ -> end(question, Optional.empty());
            case HoldRules.Verdict.WaitForRelease _ -> keep(question, HOLD_LIMIT, Optional.empty());
            case HoldRules.Verdict.WaitForChange late ->
                keep(question, CHANGE_LIMIT, Optional.of(late.otherwise().zone()));
        }
    }

    private HoldRules.Verdict decide(Question question) {
        return rules.hold(truth, question.shard, question.refusedBy, question.changed, lapsed.getAsBoolean());
    }

    private void keep(Question question, Duration limit, Optional<ZoneId> otherwise) {
        if (!waiting.contains(question)) {
            waiting.add(question);
        }
        machine.after(limit, () -> end(question, otherwise));
    }

    private void end(Question question, Optional<ZoneId> answer) {
        waiting.remove(question);
        if (!question.over) {
            question.over = true;
            question.answer.accept(answer);
        }
    }

    private void refuseHeldWhenLapsed() {
        if (!waiting.isEmpty() && lapsed.getAsBoolean()) {
            for (Question question : List.copyOf(waiting)) {
                if (decide(question) instanceof HoldRules.Verdict.Unavailable) {
                    end(question, Optional.empty());
                }
            }
        }
    }

    private static Optional<Route> route(Optional<HoldTruth> truth, int shard) {
        return truth.map(known -> known.view().routing())
                .filter(routing -> shard < routing.shards())
                .map(routing -> routing.route(ShardId.of(shard)));
    }
}
