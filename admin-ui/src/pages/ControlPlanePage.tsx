import { Stack, StackItem } from '@patternfly/react-core';
import { BackupPanel } from '../features/control-plane/BackupPanel';
import { ChangeVotersPanel } from '../features/control-plane/ChangeVotersPanel';
import { LogicPanel } from '../features/control-plane/LogicPanel';
import { VotersPanel } from '../features/control-plane/VotersPanel';

/** Whether the control plane can decide, and what a person does where it cannot. */
export function ControlPlanePage() {
  return (
    <Stack hasGutter>
      <StackItem>
        <VotersPanel />
      </StackItem>
      <StackItem>
        <ChangeVotersPanel />
      </StackItem>
      <StackItem>
        <LogicPanel />
      </StackItem>
      <StackItem>
        <BackupPanel />
      </StackItem>
    </Stack>
  );
}
