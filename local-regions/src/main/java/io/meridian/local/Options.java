package io.meridian.local;

import io.meridian.local.service.Programs.Kind;
import java.util.EnumSet;
import java.util.Set;

/**
 * What to start.
 *
 * @param name of the instance: {@code up} of the launcher, {@code test-…} of tests
 * @param regions 1 to 3; what an earlier start used when 0
 * @param groups store groups; what an earlier start used, or 1, when 0
 * @param base of the port plan; what an earlier start used, or 21000, when 0
 * @param only the kinds of process to start
 */
public record Options(String name, int regions, int groups, int base, Set<Kind> only) {
    static final int BASE = 21_000;
    static final int REGIONS = 3;

    /** One store group, or as before. */
    public Options(String name, int regions, int base, Set<Kind> only) {
        this(name, regions, 0, base, only);
    }

    /** Three whole regions at {@code base}. */
    public static Options whole(String name, int base) {
        return new Options(name, REGIONS, base, EnumSet.allOf(Kind.class));
    }

    boolean whole() {
        return only.size() == Kind.values().length;
    }
}
