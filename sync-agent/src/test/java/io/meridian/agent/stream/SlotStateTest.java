package io.meridian.agent.stream;

import static io.meridian.agent.stream.SlotState.Pressure.HIGH;
import static io.meridian.agent.stream.SlotState.Pressure.LOSING;
import static io.meridian.agent.stream.SlotState.Pressure.NONE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class SlotStateTest {
    private static final long WARN = 1_000;

    record Case(String name, String state, long retained, OptionalLong left, SlotState.Pressure expected) {
        @Override
        public String toString() {
            return name;
        }
    }

    static final List<Case> CASES = List.of(
            new Case("little is held back", "reserved", 1_000, OptionalLong.empty(), NONE),
            new Case("much is held back, without a limit", "extended", 1_001, OptionalLong.empty(), HIGH),
            new Case("much is held back, with room", "extended", 4_000, OptionalLong.of(1_000), HIGH),
            new Case("less than a fifth is left", "extended", 4_001, OptionalLong.of(999), LOSING),
            new Case("little is held back, and as little is allowed", "reserved", 90, OptionalLong.of(10), LOSING),
            new Case("the next checkpoint may give it up", "unreserved", 10, OptionalLong.of(-5), LOSING),
            new Case("it was given up", "lost", 0, OptionalLong.empty(), LOSING),
            new Case("there is none", SlotState.MISSING, 0, OptionalLong.empty(), LOSING));

    @ParameterizedTest
    @FieldSource("CASES")
    void howBadItIs(Case c) {
        var state = new SlotState("meridian_main", c.state(), c.retained(), c.left());

        assertThat(state.pressure(WARN)).isEqualTo(c.expected());
        assertThat(state.inWords()).startsWith("slot meridian_main ");
    }
}
