package io.meridian.conflict.merge;

import java.util.Optional;
import java.util.ServiceLoader;

/**
 * A resolver of the user's own, for a column ({@code columns: {title: custom:NAME}}). Found by {@link ServiceLoader}: the class, public and with a
 * public constructor without parameters, stands in {@code META-INF/services/io.meridian.conflict.merge.ValueResolver} of a jar on every agent's class path.
 *
 * <p>It is asked only for values of which no writer has seen the other. It must
 *
 * <ul>
 *   <li>be a function of its two arguments alone: no clock, no random, no store, no state. Every region computes by itself, at different times;
 *   <li>be commutative, associative and idempotent in its values: {@code r(a,b) = r(b,a)}, {@code r(r(a,b),c) = r(a,r(b,c))}, {@code r(a,a) = a};
 *   <li>answer with a value that the column takes in every region: one that the store refuses stops the row's shard until somebody looks;
 *   <li>be the same release in all regions: put a changed one under a new name;
 *   <li>not throw. What it throws is treated as the store's refusal.
 * </ul>
 *
 * {@link ResolverCheck} tries it on samples.
 */
public interface ValueResolver {
    /** Lower-case letters, digits and hyphens, as the topology names it behind {@code custom:}. */
    String name();

    /** @return the value that stands; empty is null */
    Optional<String> resolve(Candidate one, Candidate other);

    /** @param value as PostgreSQL sends it, with {@code DateStyle=ISO, TimeZone=UTC}; empty is null. @param version of the change that wrote it */
    record Candidate(Optional<String> value, Version version) {}

    static Optional<ValueResolver> find(String name) {
        return ServiceLoader.load(ValueResolver.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(resolver -> resolver.name().equals(name))
                .findFirst();
    }
}
