/**
 * What should be routed where, as the control plane last said it. Pure: no framework, no IO, no clock. Start at
 * {@link io.meridian.router.view.RoutingView}; {@link io.meridian.router.view.RouteMap} is its short form for the edges' script.
 */
@NullMarked
package io.meridian.router.view;

import org.jspecify.annotations.NullMarked;
