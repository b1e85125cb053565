/** Between the generated messages and the types of the domain: services call these mappers at their edges and keep messages out of the rest. */
@NullMarked
package io.meridian.wire.mapping;

import org.jspecify.annotations.NullMarked;
