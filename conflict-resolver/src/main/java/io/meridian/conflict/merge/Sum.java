package io.meridian.conflict.merge;

import java.math.BigDecimal;
import java.util.Collection;

/** Of what all regions added. Exact: floating point would depend on the order. */
final class Sum {
    private Sum() {}

    static String of(Collection<Contribution> parts) {
        return parts.stream()
                .map(part -> part.value().map(BigDecimal::new).orElse(BigDecimal.ZERO))
                .reduce(BigDecimal.ZERO, BigDecimal::add)
                .toPlainString();
    }
}
