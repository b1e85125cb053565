package io.meridian.drill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meridian.cli.api.Documents;
import io.meridian.cli.api.Region;
import io.meridian.drill.scenario.Act;
import io.meridian.local.LocalInstance;
import io.meridian.local.instance.Layout;
import io.meridian.local.service.Http;
import io.meridian.local.service.Service;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** A drill begins on regions that are whole, so that what it finds is of its own making and what it undoes leads back there. */
final class Preflight {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final LocalInstance instance;
    private final ControlPlane api;
    private final List<String> faults = new ArrayList<>();

    private Preflight(LocalInstance instance, ControlPlane api) {
        this.instance = instance;
        this.api = api;
    }

    /** @return everything that stands in the way */
    static List<String> check(LocalInstance instance, ControlPlane api, Act act)
            throws IOException, InterruptedException {
        var preflight = new Preflight(instance, api);
        preflight.knowsRegions(act);
        if (preflight.faults.isEmpty() && preflight.everythingRuns()) {
            preflight.linksAreUp();
            preflight.regionsAreWhole();
            preflight.nothingIsUnderWay();
            preflight.hasUsers(act);
        }
        return preflight.faults;
    }

    private void knowsRegions(Act act) {
        Set<String> named = new TreeSet<>(
                switch (act) {
                    case Act.Lose lose -> Set.of(lose.region());
                    case Act.Evacuate evacuate -> Set.of(evacuate.region());
                    case Act.Link link -> Set.of(link.from(), link.to());
                });
        named.removeAll(instance.regions());
        named.forEach(name -> faults.add(
                "there is no region " + name + "; this instance has " + String.join(", ", instance.regions())));
        int least = act instanceof Act.Lose ? 3 : 2;
        if (instance.regions().size() < least) {
            faults.add("this takes " + least + " regions"
                    + (least == 3 ? " (two must be left to be a quorum)" : "") + ", and there "
                    + (instance.regions().size() == 1
                            ? "is one"
                            : "are " + instance.regions().size()));
        }
    }

    private boolean everythingRuns() {
        List<String> dead = new ArrayList<>();
        if (!instance.process("links").alive()) {
            dead.add("links");
        }
        for (String region : instance.regions()) {
            for (Service service : Service.of(instance.layout())) {
                String name = region + "/" + service.name();
                if (!instance.process(name).alive()) {
                    dead.add(name);
                }
            }
        }
        if (!dead.isEmpty()) {
            faults.add("not everything runs: " + String.join(", ", dead) + "; start it: ./meridian up"
                    + Layout.flag(instance.layout().name()));
        }
        return dead.isEmpty();
    }

    private void linksAreUp() throws IOException, InterruptedException {
        for (JsonNode link :
                JSON.readTree(Http.get(instance.file().links() + "/links").body())) {
            if (!link.path("state").asText().equals("UP")
                    || link.path("delayMillis").asLong() > 0) {
                faults.add("the link " + link.path("from").asText() + " -> "
                        + link.path("to").asText() + " is in trouble already");
            }
        }
    }

    private void regionsAreWhole() throws InterruptedException {
        for (Region region : Documents.listOf(api.get("/regions"), Region[].class)) {
            if (!Undo.isBack(region)) {
                faults.add(region.name() + " is not whole: its data is " + region.data()
                        + ", and the control plane hears " + (Undo.anyAgent(region, false) ? "not every" : "every")
                        + " agent of it");
            }
        }
    }

    private void nothingIsUnderWay() throws InterruptedException {
        for (JsonNode run : api.get("/runs").path("runs")) {
            if (!run.hasNonNull("endedAt")) {
                faults.add("run " + run.path("id").asText() + " is under way");
            }
        }
        if (api.get("/brake").path("on").asBoolean()) {
            faults.add("the brake is on");
        }
    }

    private void hasUsers(Act act) throws InterruptedException {
        if (act instanceof Act.Link) {
            return;
        }
        for (JsonNode shard : api.get("/shards").path("shards")) {
            if (shard.path("region").asText().equals(act.about())) {
                return;
            }
        }
        faults.add(act.about() + " owns no shard, so nothing would happen to anybody");
    }
}
