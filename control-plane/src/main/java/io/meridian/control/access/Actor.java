package io.meridian.control.access;

import java.util.Collection;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Who asks.
 *
 * @param name of a local token, or as {@link #vouchedFor} writes it
 * @param shown empty: the control plane itself, or an older release did not write it down
 */
public record Actor(String name, SortedSet<Role> roles, Optional<Credential> shown) {
    /** Asks for nothing: the control plane itself, whose commands need no role. */
    public static final Actor NOBODY = new Actor("", new TreeSet<>(), Optional.empty());

    /** Asks for failovers that no person asked for. No token can have this name: it is no name. */
    public static final Actor AUTOMATIC =
            new Actor("automatic failover", new TreeSet<>(Set.of(Role.OPERATOR)), Optional.empty());

    private static final char ORIGIN_ENDS = ':';
    private static final char READABLE_ENDS = ' ';
    private static final int READABLE_LIMIT = 64;

    public Actor {
        roles = Collections.unmodifiableSortedSet(new TreeSet<>(roles));
    }

    public static Actor of(String name, Collection<Role> roles) {
        return new Actor(name, new TreeSet<>(roles), Optional.empty());
    }

    public static Actor ofFile(String name, Collection<Role> roles) {
        return new Actor(name, new TreeSet<>(roles), Optional.of(new Credential.TokenFile()));
    }

    /**
     * Named {@code oidc:READABLE ISSUER#SUBJECT}: the first part is for people, the rest is who it is. Nobody breaks the glass by this way in: it
     * has to work, and to ring, when the identity provider is down or taken over.
     *
     * @param readable as the provider tells it; what would break a line or look like another name is replaced
     */
    public static Actor vouchedFor(Credential.Vouched person, String readable, Collection<Role> roles) {
        var given = new TreeSet<>(roles);
        given.remove(Role.BREAKGLASS);
        return new Actor(
                "oidc" + ORIGIN_ENDS + printable(readable) + READABLE_ENDS + person.issuer() + "#" + person.subject(),
                given,
                Optional.of(person));
    }

    public boolean may(Role needed) {
        return roles.stream().anyMatch(role -> role.includes(needed));
    }

    public boolean breaksGlass() {
        return roles.contains(Role.BREAKGLASS);
    }

    /**
     * Two whom a provider vouches for are told apart by issuer and subject, whatever they are called. Anybody else by the name: the same one by a
     * local token and by a provider is taken for one person, so that nobody is their own second person by having two ways in.
     */
    public boolean samePersonAs(Actor other) {
        return vouched().isPresent() && other.vouched().isPresent()
                ? vouched().equals(other.vouched())
                : readable().equalsIgnoreCase(other.readable());
    }

    Optional<Credential.Vouched> vouched() {
        return shown.filter(Credential.Vouched.class::isInstance).map(Credential.Vouched.class::cast);
    }

    private String readable() {
        String person = name.substring(name.indexOf(ORIGIN_ENDS) + 1);
        int end = person.indexOf(READABLE_ENDS);
        return end < 0 ? person : person.substring(0, end);
    }

    private static String printable(String readable) {
        var text = new StringBuilder();
        readable.codePoints()
                .limit(READABLE_LIMIT)
                .map(point -> Character.isLetterOrDigit(point) || "._-@+".indexOf(point) >= 0 ? point : '_')
                .forEach(text::appendCodePoint);
        return text.toString();
    }
}
