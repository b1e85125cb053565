package io.meridian.control.rest;

import io.meridian.control.access.Actor;
import io.meridian.control.access.Role;
import io.meridian.control.command.Decider;
import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The tokens that this node has from files, read once at the start. They work before there is a quorum, and without anybody else. */
@Startup
@Singleton
public class FileTokens {
    private static final int SHORTEST = 16;

    private final List<Known> known = new ArrayList<>();

    private record Known(byte[] hash, Actor actor) {}

    public FileTokens(ApiConfig config) throws IOException {
        known.add(read(
                "meridian.api.token-file",
                config.tokenFile(),
                Actor.ofFile("admin", List.of(Role.OPERATOR, Role.APPROVER))));
        if (config.breakglassTokenFile().isPresent()) {
            known.add(read(
                    "meridian.api.breakglass-token-file",
                    config.breakglassTokenFile().get(),
                    Actor.ofFile("breakglass", List.of(Role.BREAKGLASS))));
        }
    }

    private static Known read(String key, Path file, Actor actor) throws IOException {
        String text;
        try {
            text = Files.readString(file).strip();
        } catch (NoSuchFileException e) {
            throw new IllegalStateException(key + ": there is no file " + file, e);
        }
        if (text.length() < SHORTEST) {
            throw new IllegalStateException(
                    key + ": the token in " + file + " has fewer than " + SHORTEST + " characters");
        }
        return new Known(Decider.sha256(text).getBytes(StandardCharsets.US_ASCII), actor);
    }

    /** In a time that does not depend on how much of it is right. */
    Optional<Actor> byHash(String hash) {
        byte[] given = hash.getBytes(StandardCharsets.US_ASCII);
        return known.stream()
                .filter(token -> MessageDigest.isEqual(token.hash(), given))
                .map(Known::actor)
                .findFirst();
    }
}
