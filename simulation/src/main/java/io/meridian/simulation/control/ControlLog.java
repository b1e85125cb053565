package io.meridian.simulation.control;

import io.meridian.control.command.Command;
import io.meridian.control.command.Decision;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.EventApplier;
import io.meridian.simulation.engine.Links;
import io.meridian.simulation.engine.Scheduler;
import io.meridian.simulation.engine.Trace;
import io.meridian.simulation.rules.Rules;
import io.meridian.topology.RegionId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The replicated log: who leads, what was decided, who has heard of it. */
public final class ControlLog {
    private static final long REQUEST_LIMIT_MICROS = 3_000_000;
    private static final int OLD_KEPT = 200;
    private static final int AGAIN_AT_ONCE = 4;
    private static final long LOOK_MICROS = 100_000;
    private static final long HEARTBEAT_MICROS = 400_000;

    private final Scheduler scheduler;
    private final Links<RegionId> links;
    private final Rules rules;
    private final Trace trace;
    private final LogListener listener;
    private final SortedMap<RegionId, ControlNode> nodes = new TreeMap<>();
    private final List<ControlState> states = new ArrayList<>(List.of(ControlState.empty()));
    private Optional<RegionId> leader = Optional.empty();
    private long term;
    private long leaderlessSinceMicros;
    private long electionMicros = 100_000;
    private double askedTwice;
    private final List<Command> old = new ArrayList<>();
    private final List<Command> oldReports = new ArrayList<>();
    private long seenRevision;

    public ControlLog(Scheduler scheduler, Links<RegionId> links, Rules rules, Trace trace, LogListener listener) {
        this.scheduler = scheduler;
        this.links = links;
        this.rules = rules;
        this.trace = trace;
        this.listener = listener;
        scheduler.after(0, this::look);
        scheduler.after(0, this::heartbeat);
    }

    void add(RegionId region, ControlNode node) {
        nodes.put(region, node);
    }

    /** How often a command that was decided before comes a second time: a client that did not hear the answer, a node that was cut off. */
    public void askedTwice(double probability) {
        askedTwice = probability;
    }

    Rules rules() {
        return rules;
    }

    public ControlState committed() {
        return states.getLast();
    }

    ControlState at(int index) {
        return states.get(index);
    }

    public Optional<RegionId> leader() {
        return leader;
    }

    public long term() {
        return term;
    }

    public boolean leads(RegionId region) {
        return leader.equals(Optional.of(region));
    }

    // ---- who leads

    private void look() {
        if (leader.isPresent() && fit(leader.get())) {
            leaderlessSinceMicros = scheduler.nowMicros();
        } else if (scheduler.nowMicros() - leaderlessSinceMicros > electionMicros) {
            List<RegionId> fit = nodes.keySet().stream().filter(this::fit).toList();
            if (!fit.isEmpty()) {
                leader = Optional.of(fit.get(scheduler.random().below(fit.size())));
                term++;
                electionMicros = scheduler.delay(1_500_000, 3_000_000);
                leaderlessSinceMicros = scheduler.nowMicros();
                trace.add("log", leader.get() + " leads in term " + term);
            }
        }
        scheduler.after(LOOK_MICROS, this::look);
    }

    /** Up, and heard by a majority. */
    private boolean fit(RegionId region) {
        long heard = nodes.keySet().stream()
                .filter(other ->
                        node(other).machine().up() && !node(other).machine().paused() && links.up(region, other))
                .count();
        return node(region).machine().up() && !node(region).machine().paused() && 2 * heard > nodes.size();
    }

    private ControlNode node(RegionId region) {
        ControlNode node = nodes.get(region);
        if (node == null) {
            throw new IllegalStateException("no node in " + region);
        }
        return node;
    }

    // ---- what is decided

    /** @param answer called once, perhaps late; the asker may be gone by then */
    public void submit(RegionId from, Command command, Consumer<Outcome> answer) {
        var once = new Once(answer);
        scheduler.after(REQUEST_LIMIT_MICROS, () -> once.accept(new Outcome.Unknown()));
        if (leader.isEmpty()) {
            return;
        }
        RegionId at = leader.get();
        long asked = term;
        links.send(
                from,
                at,
                node(at).machine()
                        .bound(() -> scheduler.after(scheduler.delay(1_000, 6_000), () -> {
                            if (term == asked && leads(at) && fit(at)) {
                                Outcome outcome = decide(command);
                                links.send(at, from, () -> once.accept(outcome));
                            }
                        })));
    }

    private Outcome decide(Command command) {
        Outcome outcome = apply(command);
        if (askedTwice > 0 && !(command instanceof Command.RenewLease)) {
            if (committed().revision().number() > seenRevision && scheduler.chance(askedTwice)) {
                again(command instanceof Command.Report ? oldReports : old);
                again(oldReports);
            }
            seenRevision = committed().revision().number();
            keep(command instanceof Command.Report ? oldReports : old, command);
        }
        return outcome;
    }

    private static void keep(List<Command> commands, Command command) {
        commands.add(command);
        if (commands.size() > OLD_KEPT) {
            commands.removeFirst();
        }
    }

    /** Something has just changed: the moment at which what was said before does most harm. */
    private void again(List<Command> commands) {
        for (int count = 0; count < AGAIN_AT_ONCE && !commands.isEmpty(); count++) {
            Command late = commands.get(scheduler.random().below(commands.size()));
            scheduler.after(scheduler.delay(0, 40_000), () -> {
                if (leader.isPresent() && fit(leader.get())) {
                    apply(late);
                }
            });
        }
    }

    private Outcome apply(Command command) {
        ControlState before = committed();
        return switch (rules.decide(before, command)) {
            case Decision.Refused refused -> new Outcome.Refused(refused.why());
            case Decision.Accepted accepted -> {
                ControlState after = EventApplier.applyAll(before, accepted.events());
                states.add(after);
                listener.applied(command, before, after);
                tell();
                yield new Outcome.Committed(accepted.receipt());
            }
        };
    }

    // ---- who has heard of it

    private void heartbeat() {
        if (leader.isPresent() && fit(leader.get())) {
            tell();
        }
        scheduler.after(HEARTBEAT_MICROS, this::heartbeat);
    }

    private void tell() {
        leader.ifPresent(from -> {
            int index = states.size() - 1;
            nodes.forEach((region, node) -> {
                Runnable heard = node.machine().bound(() -> node.heard(index));
                if (region.equals(from)) {
                    scheduler.after(0, heard);
                } else {
                    links.send(from, region, heard);
                }
            });
        });
    }

    private static final class Once implements Consumer<Outcome> {
        private final Consumer<Outcome> answer;
        private boolean answered;

        Once(Consumer<Outcome> answer) {
            this.answer = answer;
        }

        @Override
        public void accept(Outcome outcome) {
            if (!answered) {
                answered = true;
                answer.accept(outcome);
            }
        }
    }
}
