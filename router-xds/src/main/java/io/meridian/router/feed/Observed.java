package io.meridian.router.feed;

import io.meridian.router.ads.EnvoyAck;
import java.util.List;

/**
 * What this router sees of itself and its Envoys.
 *
 * @param holdRevision every answer of the hold endpoint is by this revision or a newer one; 0: it does not answer yet
 * @param envoysGone nodes that were attached within the last ten minutes and are not now
 */
public record Observed(long holdRevision, List<EnvoyAck> envoys, int envoysGone) {}
