package io.meridian.cli.api;

import org.jspecify.annotations.Nullable;

/** What a person asked of some region's agent, and what became of that. */
public record AgentOrder(String id, String state, @Nullable String problem) {
    public boolean pending() {
        return state.equals("PENDING");
    }

    public boolean done() {
        return state.equals("DONE");
    }
}
