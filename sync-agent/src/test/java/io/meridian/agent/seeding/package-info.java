/** Tests of the package of the same name. */
@NullMarked
package io.meridian.agent.seeding;

import org.jspecify.annotations.NullMarked;
