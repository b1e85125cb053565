/**
 * Measurements against running regions. A bench is a {@link io.meridian.bench.Bench}; {@link io.meridian.bench.BenchMain} runs those that a
 * name stands for and prints one {@link io.meridian.bench.BenchReport}, whose JSON is the same for every bench, now and later.
 */
@NullMarked
package io.meridian.bench;

import org.jspecify.annotations.NullMarked;
