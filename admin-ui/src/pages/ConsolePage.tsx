import {
  Grid,
  GridItem,
  Label,
  Masthead,
  MastheadBrand,
  MastheadContent,
  MastheadMain,
  Nav,
  NavItem,
  NavList,
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
import { Activity, useMemo, useState } from 'react';
import { useRegions, useRuns, useShards } from '../api/queries';
import type { Agent, Region } from '../api/types';
import { MoveForm } from '../features/moves/MoveForm';
import { RunsPanel } from '../features/moves/RunsPanel';
import { RegionsPanel } from '../features/regions/RegionsPanel';
import { ShardMapPanel } from '../features/shard-map/ShardMapPanel';
import { useNow } from '../live/clock';
import { freshnessOf, worst } from '../live/freshness';
import { StaleBanner, StreamLabel } from '../live/StreamLabel';
import { readShards } from '../shards/shardSet';
import { markZones } from '../shards/zones';
import { DataPage } from './DataPage';
import { THEMES, useTheme } from './theme';
import { hrefOf, useView } from './view';

export function ConsolePage() {
  const regions = useRegions();
  const shards = useShards();
  const runs = useRuns();
  const [draft, setDraft] = useState({ shards: '', to: '' });
  const view = useView();
  const now = useNow();
  const freshness = worst([regions, shards, runs].map((asked) => freshnessOf(asked, now)));

  const waiting = (regions.data ?? []).flatMap(agentsOf).reduce((sum, agent) => sum + (agent.parkedShards ?? 0), 0);
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
            <Nav variant="horizontal-subnav" aria-label="Pages">
              <NavList>
                <NavItem itemId="overview" to={hrefOf('overview')} isActive={view === 'overview'}>
                  Overview
                </NavItem>
                <NavItem itemId="data" to={hrefOf('data')} isActive={view === 'data'}>
                  Data <Waiting shards={waiting} stale={freshness.kind === 'stale'} />
                </NavItem>
              </NavList>
            </Nav>
          </StackItem>
          {/* The page that is not looked at keeps what was typed into it, and asks for nothing. */}
          <Activity mode={view === 'overview' ? 'visible' : 'hidden'}>
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
          </Activity>
          <Activity mode={view === 'data' ? 'visible' : 'hidden'}>
            <StackItem>
              <DataPage />
            </StackItem>
          </Activity>
        </Stack>
      </PageSection>
    </Page>
  );
}

const agentsOf = ({ agent, agents }: Region): Agent[] => agents ?? (agent ? [agent] : []);

function Waiting({ shards, stale }: { shards: number; stale: boolean }) {
  if (shards === 0) return null;
  return stale ? <>(was: {shards} waiting)</> : <Label isCompact status="warning">{shards.toLocaleString('en')} waiting</Label>;
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
