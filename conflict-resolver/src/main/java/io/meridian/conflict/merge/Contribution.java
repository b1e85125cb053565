package io.meridian.conflict.merge;

import java.util.Optional;

/**
 * What one region has put into a column so far: of a counter the sum of what it added, of a maximum or minimum the outermost that it wrote.
 *
 * @param clock of the region's last change of it; with the region, a version
 */
public record Contribution(long clock, Optional<String> value) {}
