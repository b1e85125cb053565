import { useDrills } from '../../api/drills';
import { isOver } from '../../live/drilling';
import { Panel } from '../../live/Panel';
import { hrefOf } from '../../live/view';
import { MOST_SHOWN } from './PastPanel';

/** In the place of the drill that goes on, when none does. */
export function NothingUnderWay() {
  return (
    <Panel title="Under way" asked={useDrills(MOST_SHOWN)} anchor="under-way" dated>
      {({ drills }, stale) => {
        const going = drills.find((drill) => !isOver(drill));
        if (going) return <a href={hrefOf('drills', { at: going.id })}>{going.id}</a>;
        return <p>{stale ? 'No drill was under way when it was last known.' : 'No drill is under way: nothing is broken on purpose.'}</p>;
      }}
    </Panel>
  );
}
