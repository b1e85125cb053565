package io.meridian.control.pinning;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.control.assignment.Reassignment;
import io.meridian.control.clock.Standing;
import io.meridian.control.command.Command;
import io.meridian.control.feed.RouterViews;
import io.meridian.control.state.ControlState;
import io.meridian.control.switching.MoveLab;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import io.meridian.topology.ShardFunction;
import io.meridian.topology.Topology;
import io.meridian.topology.ZoneId;
import io.meridian.wire.PinMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** In {@link MoveLab}'s regions: shards 0-5 are east's, 6-7 west's. */
class PinDeciderTest {
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant LATER = BEGIN.plus(Duration.ofHours(1));
    private static final String EAST_USER = userOf(2);

    private final MoveLab lab = MoveLab.ready();

    private static String userOf(int shard) {
        return IntStream.range(0, 1000)
                .mapToObj(number -> "user-" + number)
                .filter(key -> new ShardFunction(8).shardOf(key).number() == shard)
                .findFirst()
                .orElseThrow();
    }

    private static Pin pin(String name, String key, boolean prefix, String zone, Instant until) {
        return new Pin(name, key, prefix, ZoneId.of(zone), until);
    }

    private Command.PinUsers pins(Pin pin) {
        return new Command.PinUsers("key-" + pin, lab.tick(), pin);
    }

    record Refused(String name, Pin pin, ProblemType type, String pointer, String says) {
        @Override
        public String toString() {
            return name;
        }
    }

    static final List<Refused> REFUSED = List.of(
            new Refused(
                    "no such zone",
                    pin("a", EAST_USER, false, "east-7", LATER),
                    ProblemType.UNKNOWN_ZONE,
                    "/to",
                    "zones are east-1, east-2, west-1"),
            new Refused(
                    "another region's zone",
                    pin("a", EAST_USER, false, "west-1", LATER),
                    ProblemType.INVALID_ARGUMENT,
                    "/to",
                    "shard 2 of this key is owned by region east, whose fence would refuse west-1; move the shard, or pin to one of"
                            + " east-1, east-2"),
            new Refused(
                    "a time that is over",
                    pin("a", EAST_USER, false, "east-2", BEGIN),
                    ProblemType.INVALID_ARGUMENT,
                    "/until",
                    "is over"),
            new Refused(
                    "for ever",
                    pin("a", EAST_USER, false, "east-2", BEGIN.plus(Duration.ofDays(91))),
                    ProblemType.INVALID_ARGUMENT,
                    "/until",
                    "90 days at most"),
            new Refused(
                    "a key that edges refuse",
                    pin("a", "\u00fc".repeat(129), false, "east-2", LATER),
                    ProblemType.INVALID_ARGUMENT,
                    "/key",
                    "1 to 256 bytes in UTF-8, not 258"),
            new Refused(
                    "a name that is taken",
                    pin("grey", "other-", true, "east-2", LATER),
                    ProblemType.NAME_TAKEN,
                    "/name",
                    "there is a pin 'grey' already"),
            new Refused(
                    "a key that is pinned",
                    pin("a", "stress-", true, "east-1", LATER),
                    ProblemType.NAME_TAKEN,
                    "/prefix",
                    "pin 'grey' sends keys that begin with 'stress-' to east-2"));

    @ParameterizedTest
    @FieldSource("REFUSED")
    void whatCannotBePinnedIsRefusedWithItsPlaceAndChangesNothing(Refused each) {
        lab.accept(pins(pin("grey", "stress-", true, "east-2", LATER)));
        ControlState before = lab.state();

        Problem why = lab.refuse(pins(each.pin()));

        assertThat(why.type()).isEqualTo(each.type());
        assertThat(why.errors()).extracting(Problem.Fault::pointer).containsExactly(each.pointer());
        assertThat(why.detail()).contains(each.says());
        assertThat(lab.state().assignments()).isEqualTo(before.assignments());
    }

    @Test
    void noMorePinsThanTheEdgesCarry() {
        IntStream.range(0, PinDecider.LIMIT)
                .forEach(number -> lab.accept(pins(pin("p" + number, "u" + number + "-", true, "east-2", LATER))));

        assertThat(lab.refuse(pins(pin("more", "more-", true, "east-2", LATER))).type())
                .isEqualTo(ProblemType.LIMIT_REACHED);
    }

    @Test
    void routersHearOfPinsTheNarrowestFirstAndOfTheirEnd() {
        ControlState told = lab.state();
        lab.accept(pins(pin("all", "s", true, "east-1", LATER)));
        lab.accept(pins(pin("some", "stress-", true, "east-2", LATER)));

        var view = RouterViews.view(Optional.of(told), lab.state());

        assertThat(view.getTopologyChanged()).isTrue();
        assertThat(view.getZonesCount())
                .as("what comes with it replaces what was known")
                .isEqualTo(3);
        assertThat(view.getPinsList()).extracting(PinMessage::getKey).containsExactly("stress-", "s");

        told = lab.state();
        lab.accept(new Command.UnpinUsers("u", lab.tick(), "some"));
        assertThat(RouterViews.view(Optional.of(told), lab.state()).getPinsList())
                .extracting(PinMessage::getKey)
                .containsExactly("s");
    }

    @Test
    void aPinEndsByTheLeadersClockAndNotBefore() {
        lab.accept(pins(pin("grey", "stress-", true, "east-2", LATER)));

        assertThat(Standing.of(lab.state(), LATER.minusMillis(1)))
                .noneMatch(standing -> standing.then().orElse(null) instanceof Command.EndPin);
        lab.accept(new Command.EndPin(LATER.minusMillis(1), "grey"));
        assertThat(lab.state().assignments().pins()).hasSize(1);

        List<Command> due = Standing.of(lab.state(), LATER).stream()
                .flatMap(each -> each.then().stream())
                .filter(Command.EndPin.class::isInstance)
                .toList();
        assertThat(due).hasSize(1);
        lab.accept(due.getFirst());
        assertThat(lab.state().assignments().pins()).isEmpty();
    }

    @Test
    void aUsersPinHoldsWhileItsRegionOwnsTheShardAndComesBackWithIt() {
        lab.accept(pins(pin("grey", EAST_USER, false, "east-2", LATER)));
        Pin grey = lab.state().assignments().pins().getFirst();
        assertThat(grey.holds(lab.state())).isTrue();

        lab.accept(lab.move("2", "west-1"));
        lab.finish();

        assertThat(lab.state().assignments().pins()).containsExactly(grey);
        assertThat(grey.holds(lab.state())).isFalse();
    }

    @Test
    void aZoneThatPinsLeadToIsNeitherEmptiedNorTakenAway() {
        lab.accept(pins(pin("grey", "stress-", true, "east-2", LATER)));
        lab.accept(lab.move("4-5", "east-1"));
        lab.finish();

        Problem evacuation = lab.refuse(
                lab.reassign(new Reassignment.Evacuate(List.of(ZoneId.of("east-2")), List.of(), Optional.empty())));
        Topology topology = MoveLab.topology();
        Problem removal = lab.refuse(new Command.ApplyTopology(
                "smaller",
                lab.tick(),
                new Topology(
                        topology.name(),
                        topology.shards(),
                        topology.regions(),
                        topology.storeGroups(),
                        List.of(topology.zones().get(0), topology.zones().get(2)),
                        topology.services(),
                        topology.tables(),
                        topology.gateways())));

        assertThat(evacuation.type()).isEqualTo(ProblemType.ZONE_PINNED);
        assertThat(evacuation.detail()).contains("users of pin grey");
        assertThat(removal.detail()).contains("pin grey sends users to zone east-2");
    }
}
