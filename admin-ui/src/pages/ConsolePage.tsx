import {
  Grid,
  GridItem,
  Masthead,
  MastheadBrand,
  MastheadContent,
  MastheadMain,
  Page,
  PageSection,
  SkipToContent,
  Stack,
  StackItem,
  Title,
  ToggleGroup,
  ToggleGroupItem,
  Toolbar,
  ToolbarContent,
  ToolbarGroup,
  ToolbarItem,
} from '@patternfly/react-core';
import { useMemo, useState } from 'react';
import { useRegions, useRuns, useShards } from '../api/queries';
import { MoveForm } from '../features/moves/MoveForm';
import { RunsPanel } from '../features/moves/RunsPanel';
import { RegionsPanel } from '../features/regions/RegionsPanel';
import { ShardMapPanel } from '../features/shard-map/ShardMapPanel';
import { useNow } from '../live/clock';
import { freshnessOf, worst } from '../live/freshness';
import { StaleBanner, StreamLabel } from '../live/StreamLabel';
import { readShards } from '../shards/shardSet';
import { markZones } from '../shards/zones';
import { THEMES, useTheme } from './theme';

export function ConsolePage() {
  const regions = useRegions();
  const shards = useShards();
  const runs = useRuns();
  const [draft, setDraft] = useState({ shards: '', to: '' });
  const now = useNow();
  const freshness = worst([regions, shards, runs].map((asked) => freshnessOf(asked, now)));

  const zoneNames = JSON.stringify((regions.data ?? []).flatMap(({ name, zones }) => zones.filter(({ kind = 'R' }) => kind === 'R').map((zone) => ({ zone: zone.name, region: name }))));
  const marks = useMemo(() => markZones(JSON.parse(zoneNames) as { zone: string; region: string }[]), [zoneNames]);
  const size = shards.data ? shards.data.shards.length || null : null;
  const chosen = useMemo(() => {
    const reading = readShards(draft.shards, size ?? 65_536);
    return reading.kind === 'read' ? reading.shards : new Set<number>();
  }, [draft.shards, size]);

  return (
    <Page masthead={<Head label={<StreamLabel freshness={freshness} />} />} skipToContent={<SkipToContent href="#main">Skip to content</SkipToContent>} mainContainerId="main">
      <PageSection>
        <Stack hasGutter>
          {freshness.kind === 'stale' && (
            <StackItem>
              <StaleBanner {...freshness} />
            </StackItem>
          )}
          <StackItem>
            <RegionsPanel marks={marks} />
          </StackItem>
          <StackItem>
            <Grid hasGutter>
              <GridItem span={12} xl={6}>
                <ShardMapPanel marks={marks} chosen={chosen} />
              </GridItem>
              <GridItem span={12} xl={6}>
                <Stack hasGutter>
                  <RunsPanel>
                    <MoveForm zones={[...marks.keys()]} shards={size} draft={draft} onDraft={setDraft} />
                  </RunsPanel>
                </Stack>
              </GridItem>
            </Grid>
          </StackItem>
        </Stack>
      </PageSection>
    </Page>
  );
}

function Head({ label }: { label: React.ReactNode }) {
  const [theme, setTheme] = useTheme();
  return (
    <Masthead>
      <MastheadMain>
        <MastheadBrand>
          <Title headingLevel="h1" size="xl">
            Meridian
          </Title>
        </MastheadBrand>
      </MastheadMain>
      <MastheadContent>
        <Toolbar isStatic>
          <ToolbarContent>
            <ToolbarItem>{label}</ToolbarItem>
            <ToolbarGroup align={{ default: 'alignEnd' }}>
              <ToolbarItem>
                <ToggleGroup isCompact aria-label="Colours">
                  {THEMES.map((each) => (
                    <ToggleGroupItem key={each} text={each} isSelected={theme === each} onChange={() => setTheme(each)} />
                  ))}
                </ToggleGroup>
              </ToolbarItem>
            </ToolbarGroup>
          </ToolbarContent>
        </Toolbar>
      </MastheadContent>
    </Masthead>
  );
}
