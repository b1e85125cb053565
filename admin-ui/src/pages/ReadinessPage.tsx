import { Stack, StackItem } from '@patternfly/react-core';
import { ReadinessPanel, RegionPanels } from '../features/readiness/ReadinessPanel';

/** What drills have shown of each region, and for how long that counts. */
export function ReadinessPage() {
  return (
    <Stack hasGutter>
      <StackItem>
        <ReadinessPanel />
      </StackItem>
      <RegionPanels />
    </Stack>
  );
}
