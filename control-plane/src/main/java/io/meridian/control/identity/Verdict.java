package io.meridian.control.identity;

import io.meridian.control.access.Actor;
import io.meridian.topology.Problem;

/** What came of looking at a token. */
public sealed interface Verdict {
    record Known(Actor actor) implements Verdict {}

    record No(Problem why) implements Verdict {}
}
