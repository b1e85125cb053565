package io.meridian.simulation.router;

import io.meridian.router.feed.FeedLease;
import io.meridian.router.hold.HoldTruth;
import io.meridian.router.view.Route;
import io.meridian.router.view.RouteMap;
import io.meridian.router.view.RoutingView;
import io.meridian.simulation.agent.Servers;
import io.meridian.simulation.control.Call;
import io.meridian.simulation.control.ControlNode;
import io.meridian.simulation.engine.Links;
import io.meridian.simulation.engine.Machine;
import io.meridian.simulation.engine.Scheduler;
import io.meridian.simulation.engine.Trace;
import io.meridian.simulation.feed.RouterStream;
import io.meridian.simulation.rules.Rules;
import io.meridian.topology.RegionId;
import io.meridian.topology.ShardId;
import io.meridian.topology.ZoneId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** One region's router. A crash leaves it the file with its last view, which may be an old one. */
public final class SimRouter {
    private static final Duration REPORT_EVERY = Duration.ofMillis(1500);
    private static final Duration LOOK = Duration.ofMillis(250);
    private static final Duration FIRST_VIEW_LIMIT = Duration.ofSeconds(5);
    private static final Duration FEED_FIRST = Duration.ofSeconds(2);
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final RegionId here;
    private final Machine machine;
    private final Servers servers;
    private final Scheduler scheduler;
    private final Links<RegionId> links;
    private final Rules rules;
    private final Trace trace;
    private static final int FILES_KEPT = 30;

    private final List<RoutingView> files = new ArrayList<>(List.of(RoutingView.NOTHING));
    private RoutingView file = RoutingView.NOTHING;
    private Life life;

    /** The edge's rules, as its Envoy has accepted them; they outlive the router. */
    private Optional<RouteMap> map = Optional.empty();

    private long acked;

    public SimRouter(
            RegionId here,
            Machine machine,
            List<ControlNode> nodes,
            Scheduler scheduler,
            Links<RegionId> links,
            Rules rules,
            Trace trace) {
        this.here = here;
        this.machine = machine;
        this.servers = new Servers(nodes);
        this.scheduler = scheduler;
        this.links = links;
        this.rules = rules;
        this.trace = trace;
        this.life = new Life();
        life.start();
    }

    public RegionId here() {
        return here;
    }

    public Machine machine() {
        return machine;
    }

    public String name() {
        return here + "-router";
    }

    /** The map that its edge routes by. */
    public Optional<RouteMap> map() {
        return map;
    }

    public int waiting() {
        return life.hold.waiting();
    }

    /** Requests that wait until their shard is released. */
    public long held() {
        return life.hold.held();
    }

    public boolean lapsed() {
        return life.lease.lapsed();
    }

    /** Of the stream that it is attached by; empty: none, or not heard yet. */
    public Optional<String> session() {
        return life.attached.flatMap(now -> now.end).map(ControlNode.RouterEnd::session);
    }

    /** By what its hold endpoint answers. */
    public Optional<Route> route(ShardId shard) {
        return life.hold
                .truth()
                .map(truth -> truth.view().routing())
                .filter(routing -> routing.shards() > 0)
                .map(routing -> routing.route(shard));
    }

    /** @return false: nobody listens */
    public boolean ask(ShardId shard, Optional<String> refusedBy, Consumer<Optional<ZoneId>> answer) {
        if (!machine.up()) {
            return false;
        }
        Life asked = life;
        machine.afterMicros(300, () -> asked.hold.ask(shard, refusedBy, answer));
        return true;
    }

    /** @param filesLost so many of the newest savings of the last view are lost */
    public void crash(int filesLost) {
        machine.crash();
        life.broke();
        file = files.get(Math.max(0, files.size() - 1 - filesLost));
        trace.add(name(), "crashed");
    }

    public void restart() {
        machine.start();
        life = new Life();
        life.start();
        trace.add(name(), "starts again, knowing revision " + file.revision());
    }

    /** Between a start and a crash. */
    private final class Life {
        private final FeedLease lease = new FeedLease(() -> machine.clockMicros() * 1_000);
        private final HoldSteps hold = new HoldSteps(machine, rules, lease::lapsed);
        private RoutingView view = file;
        private Optional<Attached> attached = Optional.empty();
        private boolean saying;

        private final class Attached {
            private final ControlNode node;
            private final Call<RouterStream.Told> call;
            private Optional<ControlNode.RouterEnd> end = Optional.empty();
            private long heardMicros = machine.clockMicros();
            private boolean heard;

            Attached(ControlNode node) {
                this.node = node;
                this.call = new Call<>(
                        scheduler, links, here, node.region(), machine, told -> heard(this, told), () -> ended(this));
            }
        }

        void start() {
            hold.start();
            attach();
            machine.every(REPORT_EVERY, this::report);
            machine.every(LOOK, this::look);
            machine.after(FEED_FIRST, () -> {
                if (hold.truth().isEmpty() && view.revision() > 0) {
                    take(view); // the control plane is not heard: by what was known before
                }
            });
        }

        private void attach() {
            var now = new Attached(servers.current());
            attached = Optional.of(now);
            RouterStream.Report first = observed();
            long known = view.revision();
            now.call.begin(
                    now.node.machine(),
                    () -> now.end = Optional.of(now.node.attachRouter(here, name(), now.call, known, first)));
        }

        private RouterStream.Report observed() {
            long held = hold.truth().map(truth -> truth.view().revision()).orElse(0L);
            return new RouterStream.Report(held, here + "-envoy", acked);
        }

        private void report() {
            attached.ifPresent(now -> {
                RouterStream.Report report = observed();
                now.call.say(now.node.machine(), () -> now.end.ifPresent(end -> end.report(report)));
            });
        }

        private void reportSoon() {
            if (!saying) {
                saying = true;
                machine.afterMicros(scheduler.delay(200, 2_000), () -> {
                    saying = false;
                    report();
                });
            }
        }

        private void heard(Attached from, RouterStream.Told told) {
            from.heardMicros = machine.clockMicros();
            from.heard = true;
            lease.renew(told.lease());
            RoutingView before = view;
            view = view.after(told.change());
            if (view != before || hold.truth().isEmpty()) {
                take(view);
            }
            if (view.routing() != before.routing()) {
                RoutingView next = view;
                machine.afterMicros(scheduler.delay(1_000, 300_000), () -> keep(next));
            }
        }

        private void keep(RoutingView next) {
            file = next;
            files.add(next);
            if (files.size() > FILES_KEPT) {
                files.removeFirst();
            }
        }

        private void take(RoutingView next) {
            if (next.routing().shards() == 0) {
                return;
            }
            RouteMap made = ((RouteMap.Compilation.Compiled) RouteMap.of(next.routing(), here)).map();
            hold.publish(new HoldTruth(next, here, made.version()));
            reportSoon();
            // Some Envoy is slow now and then; nothing waits for it for longer than the patience.
            long envoyMicros =
                    scheduler.chance(0.05) ? scheduler.delay(30_000, 6_000_000) : scheduler.delay(1_000, 30_000);
            machine.afterMicros(envoyMicros, () -> {
                if (next.revision() >= acked) {
                    map = Optional.of(made);
                    acked = next.revision();
                    reportSoon();
                }
            });
        }

        private void look() {
            attached.ifPresent(now -> {
                Duration silence = now.heard ? lease.silenceLimit() : FIRST_VIEW_LIMIT;
                if (machine.clockMicros() - now.heardMicros > silence.toNanos() / 1_000) {
                    broke();
                    ended(now);
                }
            });
        }

        void broke() {
            attached.ifPresent(now ->
                    now.call.endByClient(now.node.machine(), () -> now.end.ifPresent(ControlNode.RouterEnd::broke)));
        }

        private void ended(Attached which) {
            if (attached.equals(Optional.of(which))) {
                attached = Optional.empty();
                servers.next();
                machine.after(PAUSE, this::attach);
            }
        }
    }
}
