import { Stack, StackItem } from '@patternfly/react-core';
import { ApprovalsPanel } from '../features/access/ApprovalsPanel';
import { TokensPanel } from '../features/access/TokensPanel';
import { YouPanel } from '../features/access/YouPanel';

/** Who may come in and do what, and what one person may not do alone. */
export function AccessPage() {
  return (
    <Stack hasGutter>
      <StackItem>
        <ApprovalsPanel />
      </StackItem>
      <StackItem>
        <TokensPanel />
      </StackItem>
      <StackItem>
        <YouPanel />
      </StackItem>
    </Stack>
  );
}
