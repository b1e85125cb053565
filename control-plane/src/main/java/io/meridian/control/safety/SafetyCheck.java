package io.meridian.control.safety;

import io.meridian.topology.RegionId;
import io.meridian.topology.SafetyRules;
import io.meridian.topology.Topology;
import io.meridian.topology.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The declared rules, put to the state that a run would lead to. */
public final class SafetyCheck {
    private SafetyCheck() {}

    /**
     * @param serving the zones that would serve shards afterwards
     * @return what would be broken, each a sentence
     */
    public static List<String> broken(Topology topology, Set<ZoneId> serving) {
        SafetyRules rules = topology.safetyRules();
        var broken = new ArrayList<String>();
        var regions = new TreeSet<RegionId>();
        var cities = new TreeMap<String, Boolean>();
        for (Topology.Zone zone : topology.shardZones()) {
            boolean serves = serving.contains(zone.id());
            if (serves) {
                regions.add(zone.region());
            }
            cities.merge(cityOf(topology, zone.region()), serves, Boolean::logicalOr);
        }
        rules.minRegionsWithCapacity()
                .filter(least -> regions.size() < least)
                .ifPresent(least -> broken.add("only " + regions.size()
                        + " regions would serve shards, and safetyRules.minRegionsWithCapacity is " + least));
        if (rules.neverAllZonesOfCity()) {
            cities.forEach((city, serves) -> {
                if (!serves) {
                    broken.add("no zone of city " + city
                            + " would serve shards, and safetyRules.neverAllZonesOfCity forbids that");
                }
            });
        }
        return broken;
    }

    private static String cityOf(Topology topology, RegionId region) {
        return topology.regions().stream()
                .filter(each -> each.id().equals(region))
                .map(Topology.Region::city)
                .findFirst()
                .orElseThrow();
    }
}
