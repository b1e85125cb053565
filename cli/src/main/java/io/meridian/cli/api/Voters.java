package io.meridian.cli.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The control plane's own nodes; what one did not tell is null. */
public record Voters(
        String node, String state, @Nullable String leader, long revision, int logicVersion, List<Voter> voters) {
    public record Voter(
            String id,
            String address,
            boolean answers,
            @Nullable String role,
            @Nullable String state,
            @Nullable Long term,
            @Nullable Long applied,
            @Nullable Long snapshot,
            @Nullable Long lag,
            @Nullable Integer supports) {}

    /** What a change would come to. */
    public record Preview(List<String> voters, String change) {}

    public record Raised(int logicVersion, List<String> changes) {}
}
