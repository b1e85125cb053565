package io.meridian.control.pinning;

import io.meridian.control.command.Command;
import io.meridian.control.command.Decider.Answer;
import io.meridian.control.state.ControlState;
import io.meridian.control.state.Event;
import io.meridian.control.state.ShardState;
import io.meridian.control.topology.ShardZones;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import io.meridian.topology.ShardFunction;
import io.meridian.topology.Topology;
import io.meridian.topology.ZoneId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who may be pinned where. Pure. */
public final class PinDecider {
    /** Every edge carries all of them with every request. */
    public static final int LIMIT = 100;

    public static final Duration LONGEST = Duration.ofDays(90);

    /** Longer keys are refused by the edges. */
    public static final int KEY_BYTES = 256;

    private PinDecider() {}

    public static Answer pin(ControlState state, Command.PinUsers asked) {
        Pin pin = asked.pin();
        if (state.declared().isEmpty()) {
            return Answer.no(ProblemType.NO_TOPOLOGY, "there is no topology yet: no zone to pin anybody to");
        }
        Topology topology = state.declared().get().topology();
        Optional<Topology.Zone> zone = topology.zone(pin.zone());
        Optional<Problem> refused = ShardZones.refused(topology, pin.zone(), "/to");
        if (refused.isPresent()) {
            return new Answer.No(refused.get());
        }
        int bytes = pin.key().getBytes(StandardCharsets.UTF_8).length;
        if (bytes == 0 || bytes > KEY_BYTES) {
            return no(
                    ProblemType.INVALID_ARGUMENT,
                    pin.prefix() ? "/prefix" : "/key",
                    "a key has 1 to " + KEY_BYTES + " bytes in UTF-8, not " + bytes);
        }
        Optional<Answer> time = wrongTime(pin, asked.now());
        if (time.isPresent()) {
            return time.get();
        }
        for (Pin other : state.assignments().pins()) {
            if (other.name().equals(pin.name())) {
                return no(
                        ProblemType.NAME_TAKEN,
                        "/name",
                        "there is a pin '" + pin.name() + "' already: " + other.inWords());
            }
            if (other.key().equals(pin.key()) && other.prefix() == pin.prefix()) {
                return no(
                        ProblemType.NAME_TAKEN,
                        pin.prefix() ? "/prefix" : "/key",
                        "pin '" + other.name() + "' sends " + other.inWords() + " already; remove it first");
            }
        }
        if (state.assignments().pins().size() >= LIMIT) {
            return Answer.no(
                    ProblemType.LIMIT_REACHED,
                    "there are " + LIMIT + " pins, no more fit into what every edge carries; remove some");
        }
        return elsewhere(state, topology, pin, zone.orElseThrow()).orElseGet(() -> {
            var pins = new ArrayList<>(state.assignments().pins());
            pins.add(pin);
            pins.sort(Comparator.comparing(Pin::name));
            return new Answer.Yes(List.of(new Event.PinsChanged(pins)), pin.name(), List.of("pins " + pin.inWords()));
        });
    }

    private static Optional<Answer> wrongTime(Pin pin, Instant now) {
        if (!pin.until().isAfter(now)) {
            return Optional.of(no(
                    ProblemType.INVALID_ARGUMENT,
                    "/until",
                    "a pin ends in the future, and " + pin.until() + " is over"));
        }
        if (pin.until().isAfter(now.plus(LONGEST))) {
            return Optional.of(no(
                    ProblemType.INVALID_ARGUMENT,
                    "/until",
                    "a pin lasts " + LONGEST.toDays() + " days at most; what is for longer is a place for shards"));
        }
        return Optional.empty();
    }

    /** One user's shard is known; a population's shards may be anywhere, and the pin holds where it can. */
    private static Optional<Answer> elsewhere(ControlState state, Topology topology, Pin pin, Topology.Zone zone) {
        if (pin.prefix()) {
            return Optional.empty();
        }
        ShardState shard = state.shard(new ShardFunction(topology.shards()).shardOf(pin.key()));
        Optional<Topology.Zone> present = topology.zone(shard.zone());
        if (present.isEmpty() || present.get().region().equals(zone.region())) {
            return Optional.empty();
        }
        return Optional.of(no(
                ProblemType.INVALID_ARGUMENT,
                "/to",
                "shard " + shard.shard() + " of this key is owned by region "
                        + present.get().region()
                        + ", whose fence would refuse " + pin.zone() + "; move the shard, or pin to one of "
                        + zones(topology.shardZones().stream()
                                .filter(other ->
                                        other.region().equals(present.get().region()))
                                .toList())));
    }

    public static Answer unpin(ControlState state, Command.UnpinUsers asked) {
        List<Pin> left = without(state, asked.name());
        return left.size() == state.assignments().pins().size()
                ? Answer.no(ProblemType.UNKNOWN_PIN, "there is no pin '" + asked.name() + "'")
                : Answer.yes(List.of(new Event.PinsChanged(left)));
    }

    /** By the leader's clock; one that was removed meanwhile, or made anew for longer, is left alone. */
    public static List<Event> end(ControlState state, Command.EndPin asked) {
        boolean over = state.assignments().pins().stream()
                .anyMatch(pin -> pin.name().equals(asked.name()) && !pin.until().isAfter(asked.now()));
        return over ? List.of(new Event.PinsChanged(without(state, asked.name()))) : List.of();
    }

    /** Names of the pins that send somebody to {@code zone}. */
    public static List<String> to(ControlState state, ZoneId zone) {
        return state.assignments().pins().stream()
                .filter(pin -> pin.zone().equals(zone))
                .map(Pin::name)
                .toList();
    }

    private static List<Pin> without(ControlState state, String name) {
        return state.assignments().pins().stream()
                .filter(pin -> !pin.name().equals(name))
                .toList();
    }

    private static String zones(List<Topology.Zone> zones) {
        return String.join(", ", zones.stream().map(zone -> zone.id().name()).toList());
    }

    private static Answer no(ProblemType type, String pointer, String detail) {
        return new Answer.No(new Problem(type, detail, Map.of(), List.of(new Problem.Fault(pointer, detail))));
    }
}
