package io.meridian.simulation.agent;

import io.meridian.simulation.control.ControlNode;
import io.meridian.simulation.engine.Links;
import io.meridian.simulation.engine.Machine;
import io.meridian.simulation.engine.Scheduler;
import io.meridian.simulation.engine.Trace;
import io.meridian.simulation.rules.Rules;
import io.meridian.simulation.store.Gates;
import io.meridian.simulation.store.SimStore;
import io.meridian.simulation.store.Topics;
import io.meridian.topology.RegionId;
import java.util.List;
import java.util.SortedMap;

/**
 * What an agent finds around it.
 *
 * @param nodes of all regions, the own one first
 * @param topics of all regions
 */
public record Site(
        RegionId here,
        Machine machine,
        SimStore store,
        Gates gates,
        List<ControlNode> nodes,
        SortedMap<RegionId, Topics> topics,
        int partitions,
        int shards,
        Scheduler scheduler,
        Links<RegionId> links,
        Rules rules,
        Trace trace) {

    Topics own() {
        return topics(here);
    }

    Topics topics(RegionId region) {
        Topics found = topics.get(region);
        if (found == null) {
            throw new IllegalStateException("no topics in " + region);
        }
        return found;
    }

    void log(String what) {
        trace.add(machine.name(), what);
    }
}
