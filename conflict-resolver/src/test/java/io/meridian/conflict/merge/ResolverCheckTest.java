package io.meridian.conflict.merge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ResolverCheckTest {
    private static final List<Optional<String>> SAMPLES =
            List.of(Optional.empty(), Optional.of(""), Optional.of("a"), Optional.of("bb"), Optional.of("cc"));

    @Test
    void aResolverThatKeepsItsLawsIsNotBlamed() {
        assertThat(ResolverCheck.broken(Rules.LONGEST, SAMPLES.subList(1, 5))).isEmpty();
    }

    @Test
    void oneThatDependsOnTheOrderIsNamedWithItsLawAndSamples() {
        assertThat(ResolverCheck.broken(named("joined", (one, other) -> one + other), SAMPLES))
                .contains(
                        "joined is not idempotent for ['a']: 'a' and 'aa'",
                        "joined is not commutative for ['a', 'bb']: 'abb' and 'bba'");
    }

    @Test
    void oneThatRemembersIsNoFunction() {
        var calls = new int[1];

        assertThat(ResolverCheck.broken(named("moody", (_, _) -> "n" + calls[0]++), SAMPLES))
                .anyMatch(sentence -> sentence.startsWith("moody is not a function of its arguments"));
    }

    private interface Texts {
        String of(String one, String other);
    }

    private static ValueResolver named(String name, Texts texts) {
        return new ValueResolver() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Optional<String> resolve(Candidate one, Candidate other) {
                return Optional.of(
                        texts.of(one.value().orElse(""), other.value().orElse("")));
            }
        };
    }
}
