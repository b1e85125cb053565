import { Alert } from '@patternfly/react-core';
import { useNewestDrill } from '../../api/drills';
import { useNow } from '../../live/clock';
import { isLost, isOver } from '../../live/drilling';
import { timeOfDay } from '../../live/format';
import { freshnessOf } from '../../live/freshness';
import { hrefOf } from '../../live/view';

/** On pages where somebody acts upon what looks broken: that it may be so on purpose. Nothing, while no drill has begun. */
export function DrillGoesOn() {
  const asked = useNewestDrill();
  const stale = freshnessOf(asked, useNow()).kind === 'stale';
  const drill = asked.data?.drills[0];
  if (!drill || isOver(drill) || drill.state === 'WAITING') return null;
  const what = `${stale ? `At ${timeOfDay(asked.dataUpdatedAt)} the` : 'The'} drill ${drill.id} (${drill.scenario} about ${drill.about}) ${stale ? 'went' : 'goes'} on`;
  return (
    <Alert isInline variant="warning" component="h2" title={`${what}: ${isLost(drill) ? 'its runner is lost, and what it broke may be broken still' : 'what looks lost may be lost on purpose'}`}>
      <a href={hrefOf('drills', { at: drill.id })}>Drills: {drill.id}</a>
    </Alert>
  );
}
