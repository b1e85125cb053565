/** The processes of a run: how each is configured, started and asked whether it is ready. Start at {@link io.meridian.local.service.Programs}. */
@NullMarked
package io.meridian.local.service;

import org.jspecify.annotations.NullMarked;
