package io.meridian.control.rest;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.meridian.control.state.ControlState;
import io.meridian.control.switching.Run;
import java.util.List;

/**
 * What to fetch again.
 *
 * @param runs those that are new or went on
 */
record Change(long revision, List<String> runs, boolean shards, boolean topology, boolean regions) {
    /** States share what did not change, so this is a comparison of identities. */
    static Change between(ControlState told, ControlState now) {
        List<String> runs = now.runs().stream()
                .filter(run ->
                        told.run(run.id()).filter(before -> before == run).isEmpty())
                .map(Run::id)
                .toList();
        return new Change(
                now.revision().number(),
                runs,
                told.shards() != now.shards(),
                !told.declared().equals(now.declared()),
                !told.agents().equals(now.agents()) || !told.routers().equals(now.routers()));
    }

    @JsonIgnore
    boolean empty() {
        return runs.isEmpty() && !shards && !topology && !regions;
    }
}
