import { Stack, StackItem } from '@patternfly/react-core';
import { AuditPanel } from '../features/audit/AuditPanel';
import { VerifyPanel } from '../features/audit/VerifyPanel';

/** Who did what, and whether that is the whole truth. */
export function AuditPage() {
  return (
    <Stack hasGutter>
      <StackItem>
        <AuditPanel />
      </StackItem>
      <StackItem>
        <VerifyPanel />
      </StackItem>
    </Stack>
  );
}
