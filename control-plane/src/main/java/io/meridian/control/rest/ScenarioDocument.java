package io.meridian.control.rest;

import io.meridian.control.drilling.DrillDocument;
import io.meridian.topology.Problem;
import io.meridian.topology.RegionId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the control plane has to know of a scenario's YAML: its name, what is done, to whom. All else in it is for the runner, which reads it strictly. */
final class ScenarioDocument {
    static final String NAME = "[a-z][a-z0-9-]{0,39}";

    private static final Map<String, DrillDocument.Act> ACTS = Map.of(
            "lose", DrillDocument.Act.LOSE,
            "evacuate", DrillDocument.Act.EVACUATE,
            "link", DrillDocument.Act.LINK);

    private final String text;
    private final List<Problem.Fault> faults;

    private ScenarioDocument(String text, List<Problem.Fault> faults) {
        this.text = text;
        this.faults = faults;
    }

    /** @param faults get those that are found, at pointers into the request; what is answered then means nothing */
    static DrillDocument read(String text, List<Problem.Fault> faults) {
        return new ScenarioDocument(text, faults).read(Documents.yaml(text));
    }

    private DrillDocument read(@Nullable Object document) {
        if (!(document instanceof Map<?, ?> members)) {
            fault("", "a scenario is a YAML document with name, explanation and act");
            return empty();
        }
        String name = text(members, "name", "/name");
        if (!name.matches(NAME)) {
            fault("/name", "a name: small letters, digits and '-', at most 40");
        }
        String explanation = text(members, "explanation", "/explanation").strip();
        if (!(members.get("act") instanceof Map<?, ?> acts)
                || acts.size() != 1
                || !(acts.keySet().iterator().next() instanceof String kind)
                || !ACTS.containsKey(kind)
                || !(acts.get(kind) instanceof Map<?, ?> act)) {
            fault("/act", "exactly one of evacuate, link, lose");
            return empty();
        }
        DrillDocument.Act what = ACTS.getOrDefault(kind, DrillDocument.Act.LINK);
        return what == DrillDocument.Act.LINK
                ? link(name, explanation, act)
                : region(name, explanation, what, region(act, "region", "/act/" + kind + "/region"));
    }

    private DrillDocument region(String name, String explanation, DrillDocument.Act what, String region) {
        return new DrillDocument(name, explanation, what, List.of(RegionId.of(region)), region, text);
    }

    private DrillDocument link(String name, String explanation, Map<?, ?> link) {
        String from = region(link, "from", "/act/link/from");
        String to = region(link, "to", "/act/link/to");
        Object direction = link.get("direction");
        if (!Set.of("one-way", "both-ways").contains(String.valueOf(direction))) {
            fault("/act/link/direction", "one-way or both-ways");
        }
        return new DrillDocument(
                name,
                explanation,
                DrillDocument.Act.LINK,
                List.of(RegionId.of(from), RegionId.of(to)),
                from + ("both-ways".equals(direction) ? " <-> " : " -> ") + to,
                text);
    }

    private String region(Map<?, ?> members, String member, String pointer) {
        String name = text(members, member, pointer);
        if (!RegionId.isName(name)) {
            fault(pointer, "a region's name");
            return "none";
        }
        return name;
    }

    private String text(Map<?, ?> members, String member, String pointer) {
        if (members.get(member) instanceof String value && !value.isBlank()) {
            return value;
        }
        fault(
                pointer,
                "a text is missing here; there is "
                        + members.keySet().stream()
                                .map(String::valueOf)
                                .sorted()
                                .collect(Collectors.joining(", ")));
        return "none";
    }

    private void fault(String pointer, String detail) {
        faults.add(new Problem.Fault("/document" + pointer, detail));
    }

    private DrillDocument empty() {
        return region("none", "none", DrillDocument.Act.LOSE, "none");
    }
}
