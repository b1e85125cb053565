import { Label, Stack, StackItem } from '@patternfly/react-core';
import { useBrake, useBrakeOff, useBrakeOn } from '../../api/queries';
import type { Brake } from '../../api/types';
import { Act } from '../../live/Act';
import { useNow } from '../../live/clock';
import { duration, timeOfDay } from '../../live/format';
import { Panel } from '../../live/Panel';
import { because, quoted } from '../../live/shell';

/** One brake for everything. Putting it on is easy, for it only stops; releasing it lets things go. */
export function BrakePanel() {
  const on = useBrakeOn();
  const off = useBrakeOff();
  return (
    <Panel title="Brake" asked={useBrake()} anchor="brake">
      {(brake, stale) => (
        <Stack hasGutter>
          <StackItem>
            <Standing brake={brake} stale={stale} />
          </StackItem>
          <StackItem>
            {brake.on ? (
              <Act
                key="off"
                opens="Release the brake"
                title="Release the brake?"
                consequences={['Runs that wait for it go on at once, and new ones may start.', 'Failovers that only the brake holds may begin by themselves.', brake.reason === null ? 'Why it is on was not told.' : `It is on because: ${brake.reason}`]}
                button="Release the brake: what waits goes on"
                danger
                role="operator"
                reason="needed"
                command={(reason) => `./meridian brake off${because(reason)}`}
                stale={stale}
                act={off}
                done=""
              />
            ) : (
              <Act
                key="on"
                opens="Put the brake on"
                title="Put the brake on?"
                consequences={['No run and no further wave starts, and no failover begins by itself, until somebody releases it.', 'Waves in the middle of their way go on to their end; writes are not touched.']}
                button="Put the brake on: nothing starts to move"
                role="operator"
                reason="needed"
                command={(reason) => `./meridian brake on --reason ${quoted(reason)}`}
                stale={stale}
                act={on}
                done=""
              />
            )}
          </StackItem>
        </Stack>
      )}
    </Panel>
  );
}

function Standing({ brake: { on, reason, since }, stale }: { brake: Brake; stale: boolean }) {
  const now = useNow();
  const word = on ? 'on' : 'off';
  const began = Date.parse(since ?? '');
  return (
    <p role="status">
      {stale ? <Label variant="outline">was: {word}</Label> : <Label status={on ? 'warning' : 'success'}>{word}</Label>}{' '}
      {on ? `Nothing starts to move${Number.isNaN(began) ? '' : `, for ${duration(Math.max(0, now - began))}, since ${timeOfDay(began)}`}. Why: ${reason ?? 'not told'}` : 'Runs and waves may start.'}
    </p>
  );
}
