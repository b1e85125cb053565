package io.meridian.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The API's document against the command line: whatever the API can do, a command does, or it is said here why none does. */
class OperationsTest {
    /** Operations that no command reaches, each with the reason. */
    private static final String RUNNER = "./meridian drill does, or its runner: module drills, which has the injectors";

    private static final String PEOPLES =
            "for consoles: ./meridian drill keeps records and files of its own, and starts where the runner is";

    static final Map<String, String> WITHOUT = Map.ofEntries(
            Map.entry("listDrillScenarios", RUNNER),
            Map.entry("putDrillScenario", RUNNER),
            Map.entry("getDrillScenario", RUNNER),
            Map.entry("deleteDrillScenario", RUNNER),
            Map.entry("claimDrill", RUNNER),
            Map.entry("reportDrillProgress", RUNNER),
            Map.entry("reportDrillResult", RUNNER),
            Map.entry("getReadiness", RUNNER),
            Map.entry("startDrill", PEOPLES),
            Map.entry("listDrills", PEOPLES),
            Map.entry("getDrill", PEOPLES),
            Map.entry("abortDrill", PEOPLES),
            Map.entry("getDrillReport", PEOPLES));

    private static final String PARKED = """
            [{"region": "west", "group": "default", "source": "east", "shard": 17, "waiting": "REFUSED",
              "position": "0/1", "epoch": 1, "reason": "no such column", "since": null, "records": 1, "bytes": 9}]""";
    private static final String VERIFICATION =
            "{\"id\": \"vf-1\", \"state\": \"RUNNING\", \"equal\": null, \"shards\": 1, \"rows\": 0,"
                    + " \"differences\": [], \"problem\": null}";

    /** @param arguments a command line that asks for it; {@code FILE} is there, {@code NEW} is not */
    record Way(String operation, String arguments) {
        @Override
        public String toString() {
            return operation + ": " + arguments;
        }
    }

    static final List<Way> WAYS = List.of(
            new Way("listApprovals", "approvals list"),
            new Way("getApproval", "approvals show ap-1"),
            new Way("approve", "approvals approve ap-1"),
            new Way("reject", "approvals reject ap-1"),
            new Way("listAudit", "audit list"),
            new Way("getBackup", "backup NEW"),
            new Way("releaseBrake", "brake off"),
            new Way("putBrakeOn", "brake on --reason payday"),
            new Way("getBrake", "brake show"),
            new Way("getControlPlane", "voters"),
            new Way("putLeader", "voters lead east"),
            new Way("raiseLogicVersion", "voters raise-logic 2"),
            new Way("addVoter", "voters add west-2=10.0.2.5:21012"),
            new Way("removeVoter", "voters remove west"),
            new Way("listDrillSchedules", "drill schedule list"),
            new Way("getDrillSchedule", "drill schedule show weekly"),
            new Way("putDrillSchedule", "drill schedule set weekly --scenario lose-link --cron daily --yes"),
            new Way("deleteDrillSchedule", "drill schedule remove weekly"),
            new Way("enableDrillSchedule", "drill schedule enable weekly --yes"),
            new Way("disableDrillSchedule", "drill schedule disable weekly"),
            new Way("listEnvoys", "envoys"),
            new Way("getEnvoyBarrier", "envoys barrier --region east --revision 7"),
            new Way("evacuate", "evacuate --region east"),
            new Way("followEvents", "events -n 1"),
            new Way("getFailoverAdvice", "failover advice"),
            new Way("acknowledgeFailovers", "failover acknowledge --reason drills"),
            new Way("failOver", "failover --region east --max-loss 2s --yes"),
            new Way("getKeys", "certificate keys"),
            new Way("getLag", "lag"),
            new Way("startMove", "move --shards 1 --to west-1"),
            new Way("listOrphans", "orphans"),
            new Way("listOrphanRevisions", "orphans revisions"),
            new Way("getOrphanRevision", "orphans revisions rv-1"),
            new Way("reviseOrphan", "orphans revise i/0/7/0 0 --shard 4 --source east --salvage --reason paid"),
            new Way("listParked", "parked"),
            new Way("getParkedOrder", "parked retry west east 17"),
            new Way("retryParked", "parked retry west east 17"),
            new Way("skipParked", "parked skip west east 17 --reason dropped"),
            new Way("listPins", "pins list"),
            new Way("createPin", "pins add grey --key alice --to east-2 --for 2h"),
            new Way("getPin", "pins show grey"),
            new Way("deletePin", "pins remove grey"),
            new Way("popIn", "pop-in --zone stress"),
            new Way("popOut", "pop-out --from east-1 --percent 5 --to stress"),
            new Way("rebalance", "rebalance"),
            new Way("listRegions", "regions"),
            new Way("beginAnew", "region begin-anew east --yes --reason fire"),
            new Way("startRepair", "repair --shards 7"),
            new Way("listRepairs", "repairs"),
            new Way("getRepair", "repairs rp-1"),
            new Way("restore", "restore FILE"),
            new Way("getRestore", "restore"),
            new Way("reverse", "reverse --run mv-1"),
            new Way("listRuns", "runs"),
            new Way("listEndedRuns", "runs history"),
            new Way("getRun", "runs mv-1"),
            new Way("cancelRun", "runs cancel mv-1"),
            new Way("getCertificate", "certificate get mv-1"),
            new Way("forceRun", "runs force mv-1 --gate lag --reason payday"),
            new Way("pauseRun", "runs pause mv-1"),
            new Way("resumeRun", "runs resume mv-1"),
            new Way("retryRun", "runs retry mv-1"),
            new Way("startSeeding", "seed --region west --yes"),
            new Way("listSeedings", "seedings"),
            new Way("getSeeding", "seedings show sd-1"),
            new Way("cancelSeeding", "seedings cancel sd-1"),
            new Way("pauseSeeding", "seedings pause sd-1"),
            new Way("resumeSeeding", "seedings resume sd-1"),
            new Way("retrySeeding", "seedings retry sd-1"),
            new Way("listShards", "shards"),
            new Way("findShardOfKey", "where --key alice"),
            new Way("shift", "shift --region east --from-group one --to-group two --percent 5"),
            new Way("listTokens", "tokens list"),
            new Way("createToken", "tokens create --name bob --role viewer"),
            new Way("revokeToken", "tokens revoke bob"),
            new Way("getToken", "tokens show bob"),
            new Way("putTopology", "topology apply FILE"),
            new Way("getTopology", "topology show"),
            new Way("diffTopology", "topology diff 1 2"),
            new Way("listTopologyRevisions", "topology history"),
            new Way("getTopologyRevision", "topology show --revision 1"),
            new Way("rollBackTopology", "topology rollback 1"),
            new Way("startVerification", "verify --timeout 1s"),
            new Way("getVerification", "verify --timeout 1s"),
            new Way("whoAmI", "tokens whoami"),
            new Way("listZones", "zones"));

    @TempDir
    Path folder = Path.of("");

    /** @param path such as {@code /runs/{id}}, below {@code /api/v1} */
    record Operation(String id, String method, String path) {
        private static final Pattern NAMED = Pattern.compile("\\{[^}]+}");

        boolean isOf(String method, String path) {
            String pattern =
                    Stream.of(NAMED.split(this.path, -1)).map(Pattern::quote).collect(Collectors.joining("[^/]+"));
            return this.method.equals(method) && path.matches(pattern);
        }

        /** {@code /runs/history} is no {@code /runs/{id}}. */
        long names() {
            return NAMED.matcher(path).results().count();
        }
    }

    private static List<Operation> operations() throws IOException {
        JsonNode document = new YAMLMapper().readTree(Files.readString(Path.of("..", "docs", "openapi.yaml")));
        return document.path("paths").properties().stream()
                .flatMap(path -> path.getValue().properties().stream()
                        .filter(method -> method.getValue().has("operationId"))
                        .map(method -> new Operation(
                                method.getValue().path("operationId").asText(),
                                method.getKey().toUpperCase(Locale.ROOT),
                                path.getKey().replaceFirst("^/api/v1", ""))))
                .toList();
    }

    @Test
    void whateverTheApiCanDoACommandDoesOrItIsSaidWhyNot() throws IOException {
        Set<String> known = Stream.concat(WAYS.stream().map(Way::operation), WITHOUT.keySet().stream())
                .collect(Collectors.toSet());

        assertThat(operations().stream().map(Operation::id))
                .as(
                        "operations of docs/openapi.yaml; give a new one a command and a line in WAYS, or a reason in WITHOUT")
                .containsExactlyInAnyOrderElementsOf(known);
        assertThat(WITHOUT).doesNotContainKeys(WAYS.stream().map(Way::operation).toArray(String[]::new));
    }

    @ParameterizedTest
    @FieldSource("WAYS")
    void theCommandAsksForIt(Way way) throws IOException {
        List<Operation> all = operations();
        Path file = Files.writeString(folder.resolve("file"), "{}");
        String[] arguments = Stream.of(way.arguments().split(" "))
                .map(word -> word.equals("FILE")
                        ? file.toString()
                        : word.equals("NEW") ? folder.resolve("new").toString() : word)
                .toArray(String[]::new);

        try (var plane = PlayedControlPlane.start()) {
            plane.answers("GET /parked", 200, PARKED)
                    .answers("GET /orphans", 200, "[]")
                    .refuses(
                            "GET /drills/schedules/weekly",
                            404,
                            "unknown-schedule",
                            "there is no schedule 'weekly'",
                            "")
                    .answers(
                            "POST /parked/west/default/east/17/retry",
                            202,
                            "{\"id\": \"po-1\", \"state\": \"PENDING\", \"problem\": null}")
                    .answers("POST /verifications", 202, VERIFICATION);
            var said = Said.by(plane, arguments);

            assertThat(plane.asked().stream().flatMap(asked -> asked(all, asked.what()).stream()))
                    .as(said.err())
                    .contains(way.operation());
        }
    }

    /** @param what such as {@code GET /runs?limit=200} */
    private static Optional<String> asked(List<Operation> all, String what) {
        String[] words = what.replaceFirst("\\?.*", "").split(" ");
        return all.stream()
                .filter(operation -> operation.isOf(words[0], words[1]))
                .min(Comparator.comparingLong(Operation::names))
                .map(Operation::id);
    }
}
