package io.meridian.conflict.orphan;

import java.util.Optional;
import java.util.ServiceLoader;

/**
 * A policy for orphans of rows that were written since. One of the user's own ({@code orphans: custom:NAME}) is found by {@link ServiceLoader}: the class, public
 * and with a public constructor without parameters, stands in {@code META-INF/services/io.meridian.conflict.orphan.OrphanPolicy} of a jar on every agent's
 * class path.
 *
 * <p>The shard's owner asks it, once for each orphan; the others take what it answers. It must not wait for anybody: the shard's writers do meanwhile. When it throws,
 * what is here stays, and the reason says so; so it does when the store refuses what it answers.
 */
public interface OrphanPolicy {
    /** Lower-case letters, digits and hyphens, as the topology names it behind {@code custom:}. */
    String name();

    Ruling rule(Dispute dispute);

    /** @param option as the topology has it. @return empty: a policy of the user's own that is not on the class path */
    static Optional<OrphanPolicy> of(String option) {
        if (option.startsWith("custom:")) {
            String name = option.substring("custom:".length());
            return ServiceLoader.load(OrphanPolicy.class).stream()
                    .map(ServiceLoader.Provider::get)
                    .filter(policy -> policy.name().equals(name))
                    .findFirst();
        }
        return switch (option) {
            case "", "reject" -> Optional.of(BuiltIn.REJECT);
            case "salvage" -> Optional.of(BuiltIn.SALVAGE);
            case "newest" -> Optional.of(BuiltIn.NEWEST);
            case "column-wise" -> Optional.of(BuiltIn.COLUMN_WISE);
            default -> Optional.empty();
        };
    }
}
