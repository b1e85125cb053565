import { Stack, StackItem } from '@patternfly/react-core';
import { useDrill, useNewestDrill } from '../api/drills';
import { ReportPanel } from '../features/drill-report/ReportPanel';
import { DrillPanel } from '../features/drills/DrillPanel';
import { NothingUnderWay } from '../features/drills/NothingUnderWay';
import { PastPanel } from '../features/drills/PastPanel';
import { CataloguePanel } from '../features/scenarios/CataloguePanel';
import { RegisterForm } from '../features/scenarios/RegisterForm';
import { StartForm } from '../features/scenarios/StartForm';
import { ScheduleForm } from '../features/schedules/ScheduleForm';
import { SchedulePanel } from '../features/schedules/SchedulePanel';
import { SchedulesPanel } from '../features/schedules/SchedulesPanel';
import { isOver } from '../live/drilling';
import { useParams } from '../live/view';
import { drillIn, scheduleIn } from './drillIn';

/** What is broken on purpose now, what came of it before, and what may be. */
export function DrillsPage() {
  const params = useParams();
  const named = drillIn(params);
  const schedule = scheduleIn(params);
  const going = useNewestDrill().data?.drills.find((drill) => !isOver(drill))?.id ?? null;
  return (
    <Stack hasGutter>
      {going !== null ? (
        <OneDrill key={going} id={going} />
      ) : (
        <StackItem>
          <NothingUnderWay />
        </StackItem>
      )}
      {named !== null && named !== going && <OneDrill key={named} id={named} />}
      <StackItem>
        <CataloguePanel />
      </StackItem>
      <StackItem>
        <StartForm />
      </StackItem>
      <StackItem>
        <PastPanel />
      </StackItem>
      <StackItem>
        <SchedulesPanel />
      </StackItem>
      {schedule !== null && (
        <StackItem key={schedule}>
          <SchedulePanel name={schedule} />
        </StackItem>
      )}
      <StackItem>
        <ScheduleForm />
      </StackItem>
      <StackItem>
        <RegisterForm />
      </StackItem>
    </Stack>
  );
}

function OneDrill({ id }: { id: string }) {
  const drill = useDrill(id).data;
  return (
    <>
      <StackItem>
        <DrillPanel id={id} />
      </StackItem>
      {drill?.report && (
        <StackItem>
          <ReportPanel drill={id} />
        </StackItem>
      )}
    </>
  );
}
