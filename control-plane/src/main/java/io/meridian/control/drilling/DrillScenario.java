package io.meridian.control.drilling;

import java.time.Instant;

/**
 * What can be asked for by its name.
 *
 * @param version 1, and one more with every other text
 * @param sha256 of the text, hex
 */
public record DrillScenario(DrillDocument document, int version, String sha256, Instant at, String by) {
    public String name() {
        return document.name();
    }
}
