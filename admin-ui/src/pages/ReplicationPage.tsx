import { Stack, StackItem } from '@patternfly/react-core';
import { CopiesPanel } from '../features/copies/CopiesPanel';
import { RepairsPanel } from '../features/copies/RepairsPanel';
import { LinksPanel } from '../features/links/LinksPanel';
import { OrphansPanel } from '../features/orphans/OrphansPanel';
import { RevisionsPanel } from '../features/orphans/RevisionsPanel';
import { ParkedPanel } from '../features/parked/ParkedPanel';
import { SeedForm } from '../features/seedings/SeedForm';
import { SeedingsPanel } from '../features/seedings/SeedingsPanel';
import { StoppedPanel } from '../features/stopped/StoppedPanel';

/** Whether every region's copy is as its owner has it: how late it is, what stands still, what lost its place, and what a person does about each. */
export function ReplicationPage() {
  return (
    <Stack hasGutter>
      <StackItem>
        <LinksPanel />
      </StackItem>
      <StackItem>
        <StoppedPanel />
      </StackItem>
      <StackItem>
        <ParkedPanel />
      </StackItem>
      <StackItem>
        <OrphansPanel filters />
      </StackItem>
      <StackItem>
        <RevisionsPanel />
      </StackItem>
      <StackItem>
        <CopiesPanel />
      </StackItem>
      <StackItem>
        <RepairsPanel />
      </StackItem>
      <StackItem>
        <SeedingsPanel />
      </StackItem>
      <StackItem>
        <SeedForm />
      </StackItem>
    </Stack>
  );
}
