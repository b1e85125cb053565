package io.meridian.conflict.merge;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** For the tests of a {@link ValueResolver}: which of its laws it breaks on samples. Three samples show little; thirty with odd ones among them show much. */
public final class ResolverCheck {
    private final ValueResolver resolver;
    private final List<String> broken = new ArrayList<>();

    private ResolverCheck(ValueResolver resolver) {
        this.resolver = resolver;
    }

    /** @return one sentence per law and sample; empty: none broken. Asks about n³ times. */
    public static List<String> broken(ValueResolver resolver, List<Optional<String>> samples) {
        var check = new ResolverCheck(resolver);
        for (int a = 0; a < samples.size(); a++) {
            var one = candidate(samples.get(a), a);
            check.expect("idempotent", one.value(), check.resolve(one, one), one);
            for (int b = 0; b < samples.size(); b++) {
                var two = candidate(samples.get(b), b);
                var both = check.resolve(one, two);
                check.expect("a function of its arguments", both, check.resolve(one, two), one, two);
                check.expect("commutative", both, check.resolve(two, one), one, two);
                for (int c = 0; c < samples.size(); c++) {
                    var three = candidate(samples.get(c), c);
                    var left = check.resolve(joined(both, one, two), three);
                    var right = check.resolve(one, joined(check.resolve(two, three), two, three));
                    check.expect("associative", left, right, one, two, three);
                }
            }
        }
        return List.copyOf(check.broken);
    }

    private Optional<String> resolve(ValueResolver.Candidate one, ValueResolver.Candidate other) {
        return resolver.resolve(one, other);
    }

    private void expect(String law, Optional<String> expected, Optional<String> found, ValueResolver.Candidate... of) {
        if (!expected.equals(found)) {
            broken.add(resolver.name() + " is not " + law + " for "
                    + List.of(of).stream().map(each -> show(each.value())).toList() + ": " + show(expected) + " and "
                    + show(found));
        }
    }

    private static String show(Optional<String> value) {
        return value.map(text -> "'" + text + "'").orElse("null");
    }

    private static ValueResolver.Candidate candidate(Optional<String> value, int number) {
        return new ValueResolver.Candidate(value, new Version(Version.clock(1_000L + number), "r" + number % 3));
    }

    private static ValueResolver.Candidate joined(
            Optional<String> value, ValueResolver.Candidate one, ValueResolver.Candidate other) {
        return new ValueResolver.Candidate(value, Version.max(one.version(), other.version()));
    }
}
