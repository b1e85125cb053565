package io.meridian.control.rest;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.control.switching.Gate;
import io.meridian.control.switching.StateName;
import io.meridian.topology.Problem;
import io.meridian.topology.ProblemType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Where the run was seen, and for which gates somebody answers, and why. */
record ForceDocument(StateName state, int wave, List<Gate.Name> gates, String reason) {
    static ForceDocument read(@org.jspecify.annotations.Nullable String body) {
        JsonNode document = Documents.object(body, "a force", Set.of("state", "wave", "gates", "reason"));
        var faults = new ArrayList<Problem.Fault>();
        String name = Documents.text(document, "state", "where you saw the run, such as \"PREPARED\"", faults);
        StateName state = Arrays.stream(StateName.values())
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElse(StateName.PLANNED);
        if (!name.isEmpty() && !state.name().equals(name)) {
            faults.add(new Problem.Fault("/state", "'" + name + "' is no state of a run"));
        }
        if (!document.path("wave").isInt()) {
            faults.add(new Problem.Fault("/wave", "the wave in which you saw it, counted from 1"));
        }
        String reason = Documents.text(document, "reason", "why you answer for it", faults);
        List<Gate.Name> gates = gates(document.path("gates"), faults);
        if (!faults.isEmpty()) {
            throw new RefusedException(new Problem(
                    ProblemType.INVALID_DOCUMENT,
                    "a force is {\"state\":\"PREPARED\",\"wave\":1,\"gates\":[\"lag\"],\"reason\":\"...\"}",
                    Map.of(),
                    faults));
        }
        return new ForceDocument(state, document.path("wave").intValue(), gates, reason);
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
