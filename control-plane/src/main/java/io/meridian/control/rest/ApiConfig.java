package io.meridian.control.rest;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.Optional;

@ConfigMapping(prefix = "meridian.api")
public interface ApiConfig {
    /** Holds the token of {@code admin}, operator and approver: with it the first others are made. */
    Path tokenFile();

    /** Holds a token that needs no second person, for emergencies. Off unless named: whoever wants it puts the file where two keys guard it. */
    Optional<Path> breakglassTokenFile();

    /** Who may follow {@code /events} of this node at once; each costs a thread and a connection. */
    @WithDefault("64")
    int eventReaders();
}
