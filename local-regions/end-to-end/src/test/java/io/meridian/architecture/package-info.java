/** What holds for the whole tree: {@link io.meridian.architecture.ArchitectureTest} and {@link io.meridian.architecture.WalksTest}. */
@NullMarked
package io.meridian.architecture;

import org.jspecify.annotations.NullMarked;
