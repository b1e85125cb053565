import { Stack, StackItem } from '@patternfly/react-core';
import { ApprovalsPanel } from '../features/safety/ApprovalsPanel';
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
        <ApprovalsPanel />
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
