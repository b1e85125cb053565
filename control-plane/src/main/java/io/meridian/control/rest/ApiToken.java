package io.meridian.control.rest;

import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.security.MessageDigest;

/** The one token that may use the API, read once at the start. */
@Startup
@Singleton
public class ApiToken {
    private static final int SHORTEST = 16;

    private final byte[] token;

    public ApiToken(ApiConfig config) throws IOException {
        String text;
        try {
            text = Files.readString(config.tokenFile()).strip();
        } catch (NoSuchFileException e) {
            throw new IllegalStateException("meridian.api.token-file: there is no file " + config.tokenFile(), e);
        }
        if (text.length() < SHORTEST) {
            throw new IllegalStateException("meridian.api.token-file: the token in " + config.tokenFile()
                    + " has fewer than " + SHORTEST + " characters");
        }
        token = text.getBytes(StandardCharsets.UTF_8);
    }

    /** In a time that does not depend on how much of {@code given} is right. */
    boolean matches(String given) {
        return MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), token);
    }
}
