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

    /** @param events that somebody asked, which is remembered even so; nothing else comes of a refusal */
    record Refused(Problem why, List<Event> events) implements Decision {
        public Refused {
            events = List.copyOf(events);
        }

        public Refused(Problem why) {
            this(why, List.of());
        }
    }
}
