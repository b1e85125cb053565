package io.meridian.control.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.control.switching.Gate;
import io.meridian.control.switching.StateName;
import io.meridian.topology.Problem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Where the run was seen, and for which gates somebody answers, and why. */
record ForceDocument(StateName state, int wave, List<Gate.Name> gates, String reason) {
    static ForceDocument read(@Nullable String body) {
        return Documents.read(
                body,
                "a force is {\"state\":\"PREPARED\",\"wave\":1,\"gates\":[\"lag\"],\"reason\":\"...\"}",
                Set.of("state", "wave", "gates", "reason"),
                (document, faults) -> new ForceDocument(
                        state(document, faults),
                        Documents.whole(document, "wave", 1, Integer.MAX_VALUE, faults),
                        gates(document.path("gates"), faults),
                        Documents.text(document, "reason", "why you answer for it", faults)));
    }

    private static StateName state(JsonNode document, List<Problem.Fault> faults) {
        String name = Documents.text(document, "state", "where you saw the run, such as \"PREPARED\"", faults);
        Optional<StateName> state = Arrays.stream(StateName.values())
                .filter(each -> each.name().equals(name))
                .findFirst();
        if (state.isEmpty() && !name.isEmpty()) {
            faults.add(new Problem.Fault("/state", "'" + name + "' is no state of a run"));
        }
        return state.orElse(StateName.PLANNED);
    }

    private static List<Gate.Name> gates(JsonNode list, List<Problem.Fault> faults) {
        String known = Arrays.stream(Gate.Name.values()).map(Gate.Name::text).collect(Collectors.joining(", "));
        if (!list.isArray() || list.isEmpty()) {
            faults.add(new Problem.Fault("/gates", "a list of gates, of " + known));
            return List.of();
        }
        var gates = new ArrayList<Gate.Name>();
        for (int at = 0; at < list.size(); at++) {
            var gate = Gate.Name.of(list.get(at).asText());
            if (gate.isPresent()) {
                gates.add(gate.get());
            } else {
                faults.add(new Problem.Fault(
                        "/gates/" + at, "'" + list.get(at).asText() + "' is no gate; gates are " + known));
            }
        }
        return gates;
    }
}
