package io.meridian.control.access;

import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A local token, without the token: who has a snapshot, a back-up or the log has no way into the API.
 *
 * @param name of whoever it is for; also the actor's
 * @param hash SHA-256 of the token's text, hex. A slow hash would add nothing: the text is 256 random bits and in no dictionary
 * @param expires empty: it is valid until it is revoked
 * @param maker the person behind whoever made it, if an identity provider vouched for one: they know its text
 */
public record Token(
        String name,
        SortedSet<Role> roles,
        String hash,
        Instant createdAt,
        String createdBy,
        Optional<Instant> expires,
        Optional<Credential.Vouched> maker) {
    public Token {
        roles = Collections.unmodifiableSortedSet(new TreeSet<>(roles));
    }

    public boolean validAt(Instant now) {
        return expires.filter(end -> !now.isBefore(end)).isEmpty();
    }

    public Actor actor() {
        return new Actor(name, roles, Optional.of(shown()));
    }

    /** Whether {@code actor} came in by this token; of whom an older release wrote down nothing else, by name and roles. */
    boolean opensTo(Actor actor) {
        return actor.shown()
                .map(shown()::equals)
                .orElseGet(() -> actor.name().equals(name) && actor.roles().equals(roles));
    }

    private Credential shown() {
        return new Credential.LocalToken(hash);
    }
}
