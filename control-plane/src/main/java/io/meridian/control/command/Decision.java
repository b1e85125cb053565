package io.meridian.control.command;

import io.meridian.control.state.Event;
import io.meridian.control.state.Receipt;
import io.meridian.topology.Problem;
import java.util.List;

/** What a command comes to. */
public sealed interface Decision {
    /** @param events in order; empty: everything was so already */
    record Accepted(List<Event> events, Receipt receipt) implements Decision {
        public Accepted {
            events = List.copyOf(events);
        }
    }

    record Refused(Problem why) implements Decision {}
}
