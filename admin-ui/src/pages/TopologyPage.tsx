import { Stack, StackItem } from '@patternfly/react-core';
import { DeclaredPanel } from '../features/topology/DeclaredPanel';
import { DiffPanel } from '../features/topology/DiffPanel';
import { EditPanel } from '../features/topology/EditPanel';
import { HistoryPanel } from '../features/topology/HistoryPanel';

/** What there should be, how that came to be, and the way to another one or back. */
export function TopologyPage() {
  return (
    <Stack hasGutter>
      <StackItem>
        <DeclaredPanel />
      </StackItem>
      <StackItem>
        <HistoryPanel />
      </StackItem>
      <DiffPanel />
      <StackItem>
        <EditPanel />
      </StackItem>
    </Stack>
  );
}
