package io.meridian.drill;

import com.fasterxml.jackson.databind.JsonNode;
import io.meridian.cli.api.RefusedException;
import io.meridian.cli.api.UnreachableException;
import io.meridian.drill.scenario.Catalogue;
import io.meridian.drill.scenario.Scenario;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/** Tells the control plane of the scenarios that come with this runner. */
final class ShippedScenarios {
    private ShippedScenarios() {}

    /** Those that it has not, or has with another text. */
    static void register(ControlPlane api, PrintStream out) throws InterruptedException {
        try {
            Map<String, String> known = new HashMap<>();
            for (JsonNode scenario : api.get("/drills/scenarios").path("scenarios")) {
                known.put(
                        scenario.path("name").asText(), scenario.path("sha256").asText());
            }
            for (Scenario scenario : Catalogue.all()) {
                if (!sha256(scenario.text()).equals(known.get(scenario.name()))) {
                    register(api, scenario);
                }
            }
        } catch (UnreachableException | RefusedException away) {
            out.println(" the scenarios are not registered with the control plane: " + away.getMessage());
        }
    }

    static JsonNode register(ControlPlane api, Scenario scenario) throws InterruptedException {
        return api.put("/drills/scenarios/" + scenario.name(), Runs.body().put("document", scenario.text()));
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
