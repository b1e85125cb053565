/** What a drill does, to whom, with which guards and targets: a YAML document, read strictly. Start at {@link io.meridian.drill.scenario.Scenario}. */
@NullMarked
package io.meridian.drill.scenario;

import org.jspecify.annotations.NullMarked;
