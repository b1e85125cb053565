/** The control plane's REST API as a client sees it: {@link io.meridian.cli.api.ControlApi} and the documents it answers with. Knows no terminal. */
@NullMarked
package io.meridian.cli.api;

import org.jspecify.annotations.NullMarked;
