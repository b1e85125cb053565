package io.meridian.drill.injection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ManualInjectorTest {
    @Test
    void aPersonIsAskedByTheNumberInTheJournal() throws IOException {
        List<String> asked = new ArrayList<>();
        var injector = new ManualInjector(asked::add);

        injector.inject(3, new Fault.RegionKilled("east"));
        injector.undo(3, new Fault.RegionKilled("east"));

        assertThat(asked)
                .containsExactly(
                        "#3: please kill every process of east",
                        "#3: please start every process of east, if it is not so already");
    }
}
