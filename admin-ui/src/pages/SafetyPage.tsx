import { Stack, StackItem } from '@patternfly/react-core';
import { BrakePanel } from '../features/safety/BrakePanel';
import { PinsPanel } from '../features/safety/PinsPanel';
import { PolicyPanel } from '../features/safety/PolicyPanel';

/** What keeps things from happening, or lets them happen by themselves. */
export function SafetyPage() {
  return (
    <Stack hasGutter>
      <StackItem>
        <BrakePanel />
      </StackItem>
      <StackItem>
        <PolicyPanel />
      </StackItem>
      <StackItem>
        <PinsPanel />
      </StackItem>
    </Stack>
  );
}
