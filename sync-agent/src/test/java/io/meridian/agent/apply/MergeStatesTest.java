package io.meridian.agent.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.meridian.conflict.merge.Version;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class MergeStatesTest {
    private static final Version AT = new Version(9, "east");

    @Test
    void aStateIsWrittenAsItWasRead() {
        String text = "{\"f\":[3,\"west\"],\"w\":[5,\"east\"],\"v\":{\"title\":[6,\"west\"]},"
                + "\"p\":{\"n\":{\"east\":[7,\"-1.50\"],\"west\":[4,null]}},"
                + "\"s\":{\"tags\":{\"c\":{\"east\":8,\"west\":4},\"e\":{\"a\\\"b\":{\"east\":8},\"é\":{\"west\":4}}}}}";

        var state = MergeStates.read(AT, true, Optional.of(text), new TreeMap<>());

        assertThat(MergeStates.write(state)).isEqualTo(text);
        assertThat(state.floor()).isEqualTo(new Version(3, "west"));
    }

    @Test
    void aRowOfBeforeItWasKeptHasNoHistory() {
        var state = MergeStates.read(AT, true, Optional.empty(), new TreeMap<>());

        assertThat(MergeStates.write(state)).isEqualTo("{}");
        assertThat(state.rowWritten()).isEqualTo(Version.NONE);
    }

    @Test
    void contentKeepsNullApartFromATextOfIt() {
        var values = MergeStates.values(Optional.of("{\"a\":null,\"b\":\"null\"}"));

        assertThat(values).containsEntry("a", Optional.empty()).containsEntry("b", Optional.of("null"));
        assertThat(MergeStates.object(values)).isEqualTo("{\"a\":null,\"b\":\"null\"}");
    }
}
