import { Stack, StackItem } from '@patternfly/react-core';
import { CopiesPanel } from '../features/copies/CopiesPanel';
import { ParkedPanel } from '../features/parked/ParkedPanel';
import { SeedForm } from '../features/seedings/SeedForm';
import { SeedingsPanel } from '../features/seedings/SeedingsPanel';

/** Whether every region's copy is as its owner has it, and what a person does where it is not. */
export function DataPage() {
  return (
    <Stack hasGutter>
      <StackItem>
        <ParkedPanel />
      </StackItem>
      <StackItem>
        <SeedingsPanel />
      </StackItem>
      <StackItem>
        <SeedForm />
      </StackItem>
      <StackItem>
        <CopiesPanel />
      </StackItem>
    </Stack>
  );
}
