package io.meridian.control.automatic;

import io.meridian.control.command.Command;
import io.meridian.topology.RegionId;
import java.time.Instant;
import java.util.List;

/**
 * A region looks lost. What would become of it and what holds that are not kept: they are decided anew whenever somebody looks.
 *
 * @param since begin of the first window in which it looked lost, by the leader's clock, for people
 * @param sights of every other region, at the end of the last window
 * @param renewals of its leases until then: were there another one, it would not be lost
 * @param would what is asked for by itself if nothing holds it
 */
public record Advice(RegionId region, Instant since, List<Sight> sights, long renewals, Command.StartFailover would) {
    public Advice {
        sights = List.copyOf(sights);
    }

    /** From where it was seen, in words. */
    public String seen() {
        return String.join("; ", sights.stream().map(Sight::says).toList());
    }
}
