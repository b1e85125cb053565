/**
 * The HTTP API, its problems and its events. Start at {@link io.meridian.control.rest.MoveResource}.
 */
@NullMarked
package io.meridian.control.rest;

import org.jspecify.annotations.NullMarked;
