package io.meridian.control.access;

import java.util.Collection;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Who asks.
 *
 * @param name of a local token, or {@code oidc:name} of whom an identity provider vouches for
 */
public record Actor(String name, SortedSet<Role> roles) {
    /** Asks for nothing: the control plane itself, whose commands need no role. */
    public static final Actor NOBODY = new Actor("", new TreeSet<>());

    private static final char ORIGIN_ENDS = ':';

    public Actor {
        roles = Collections.unmodifiableSortedSet(new TreeSet<>(roles));
    }

    public static Actor of(String name, Collection<Role> roles) {
        return new Actor(name, new TreeSet<>(roles));
    }

    public boolean may(Role needed) {
        return roles.stream().anyMatch(role -> role.includes(needed));
    }

    public boolean breaksGlass() {
        return roles.contains(Role.BREAKGLASS);
    }

    /** The same name by a local token and by an identity provider is taken for one person, so that nobody is their own second person. */
    public boolean samePersonAs(Actor other) {
        return person().equals(other.person());
    }

    private String person() {
        return name.substring(name.indexOf(ORIGIN_ENDS) + 1);
    }
}
