package io.meridian.drill.scenario;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** The scenarios that come with Meridian. */
public final class Catalogue {
    private static final List<String> NAMES = List.of("lose-region", "evacuate-region", "lose-link");

    private Catalogue() {}

    public static List<Scenario> all() {
        return NAMES.stream().map(Catalogue::read).toList();
    }

    public static Optional<Scenario> named(String name) {
        return NAMES.contains(name) ? Optional.of(read(name)) : Optional.empty();
    }

    private static Scenario read(String name) {
        try (InputStream file = Catalogue.class.getResourceAsStream(name + ".yaml")) {
            if (file == null) {
                throw new IllegalStateException("the catalogue has no file of " + name);
            }
            return switch (ScenarioReader.read(new String(file.readAllBytes(), StandardCharsets.UTF_8))) {
                case ScenarioReader.Reading.Read read -> read.scenario();
                case ScenarioReader.Reading.Refused refused ->
                    throw new IllegalStateException("in the catalogue's " + name + ": " + refused.faults());
            };
        } catch (IOException unreadable) {
            throw new IllegalStateException("cannot read the catalogue's " + name, unreadable);
        }
    }
}
