package io.meridian.local.instance;

import io.meridian.local.Ports;
import io.meridian.local.process.StartFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What must be true of the machine before an instance starts. Every fault is named with what helps. */
public final class Preflight {
    /** Measured: 950 MiB a region with everything running, after a load; the rest is for a longer one. */
    private static final long MEMORY_PER_REGION_MIB = 1_200;

    /** An agent more: 270 MiB, and the store's sessions. */
    private static final long MEMORY_PER_GROUP_MIB = 350;

    private static final long DISK_MIB = 2_048;

    private Preflight() {}

    /** @param startsNothingYet false when part of the instance runs already, and so has its memory */
    public static void check(Layout layout, InstanceFile file, boolean startsNothingYet) throws IOException {
        check(layout, file, startsNothingYet, Room.now());
    }

    static void check(Layout layout, InstanceFile file, boolean startsNothingYet, Room room)
            throws StartFailedException {
        ports(layout, file);
        if (startsNothingYet) {
            memory(layout, room.memoryMib());
        }
        disk(layout, room.diskMib());
    }

    private static void ports(Layout layout, InstanceFile file) throws StartFailedException {
        Map<Integer, String> taken = new LinkedHashMap<>();
        listeners(layout).forEach((port, process) -> {
            boolean ours = file.process(process)
                    .map(started -> started.identity().alive())
                    .orElse(false);
            if (!ours && !Ports.isFree(port)) {
                taken.put(port, process);
            }
        });
        if (!taken.isEmpty()) {
            throw new StartFailedException(taken.entrySet().stream()
                    .map(entry -> "port " + entry.getKey() + " (" + entry.getValue() + ") is taken"
                            + PortHolder.of(entry.getKey())
                                    .map(holder -> " by " + holder)
                                    .orElse(" by another user's process"))
                    .collect(Collectors.joining("\n", "", "\nend what holds it" + otherPorts(layout))));
        }
    }

    /** An instance with data keeps its ports, which stand in its data; beside it another one may have others. */
    private static String otherPorts(Layout layout) {
        boolean hasData =
                Files.isDirectory(layout.folder().resolve(layout.regions().getFirst()));
        OptionalInt base = freeBase(layout);
        if (base.isEmpty()) {
            return "; no other range of ports is free either";
        }
        String name = hasData ? " --instance " + layout.name() + "-2" : layout.flag();
        return ", or " + (hasData ? "start another one beside it" : "choose other ports") + ": ./meridian up" + name
                + " --base " + base.getAsInt();
    }

    private static OptionalInt freeBase(Layout layout) {
        return IntStream.iterate(layout.base() + 1_000, base -> base <= 31_000, base -> base + 1_000)
                .filter(base ->
                        listeners(new Layout(layout.name(), base, layout.regions(), layout.groupCount()))
                                .keySet()
                                .stream()
                                .allMatch(Ports::isFree))
                .findFirst();
    }

    /** Every port of the plan, with the process that listens there. */
    static Map<Integer, String> listeners(Layout layout) {
        Map<Integer, String> listeners = new LinkedHashMap<>();
        Ports ports = layout.ports();
        listeners.put(ports.linkControl(), "links");
        for (int region = 0; region < layout.regions().size(); region++) {
            String name = layout.regions().get(region);
            for (Ports.Part part : Ports.Part.values()) {
                listeners.put(ports.of(region, part), name + "/" + service(part));
            }
            for (StoreGroup group : layout.groups()) {
                listeners.put(ports.agent(region, group.index()), name + "/" + group.agent());
                listeners.put(ports.peer(region, group.index()), name + "/" + group.agent());
            }
            for (int peer = 0; peer < layout.regions().size(); peer++) {
                if (peer != region) {
                    listeners.put(ports.kafkaFor(region, peer), name + "/kafka");
                    for (Ports.Carried carried : Ports.Carried.values()) {
                        listeners.put(ports.link(region, peer, carried), "links");
                    }
                }
            }
            for (int place = 0; place < layout.zones(name).size(); place++) {
                listeners.put(ports.zone(region, place), name + "/ledger");
            }
        }
        return listeners;
    }

    private static String service(Ports.Part part) {
        return switch (part) {
            case POSTGRES -> "postgres";
            case KAFKA, KAFKA_CONTROLLER -> "kafka";
            case CONTROL_HTTP, CONTROL_FEED, CONTROL_RAFT -> "control-plane";
            case ROUTER_ADS, ROUTER_HOLD, ROUTER_HTTP -> "router-xds";
            case AGENT_HTTP, AGENT_PEER -> "sync-agent";
            case ENVOY_EDGE, ENVOY_GATEWAY, ENVOY_ADMIN -> "envoy";
        };
    }

    private static void memory(Layout layout, long available) throws StartFailedException {
        long needed =
                layout.regions().size() * (MEMORY_PER_REGION_MIB + (layout.groupCount() - 1) * MEMORY_PER_GROUP_MIB);
        if (available < needed) {
            throw new StartFailedException("about " + needed + " MiB of memory are needed for "
                    + layout.regions().size()
                    + " region(s), and " + available + " MiB are available. End other programs"
                    + (layout.regions().size() > 1 ? ", or start one region: ./meridian up --regions 1" : ""));
        }
    }

    private static void disk(Layout layout, long free) throws StartFailedException {
        if (free < DISK_MIB) {
            throw new StartFailedException(
                    "about " + DISK_MIB + " MiB of disk are needed below " + layout.folder() + ", and " + free
                            + " MiB are free. Make room; ./meridian reset removes the data of an earlier run");
        }
    }
}
