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
import { Activity, type ReactNode, useEffect, useMemo, useState } from 'react';
import { useNewestDrill } from '../api/drills';
import { useRegions, useRuns, useShards } from '../api/queries';
import { AttentionPanel } from '../features/attention/AttentionPanel';
import { MoveForm } from '../features/moves/MoveForm';
import { RunsPanel } from '../features/moves/RunsPanel';
import { RegionsPanel } from '../features/regions/RegionsPanel';
import { ShardMapPanel } from '../features/shard-map/ShardMapPanel';
import { useNow } from '../live/clock';
import { drillNews } from '../live/drilling';
import { freshnessOf, worst } from '../live/freshness';
import { useSince } from '../live/since';
import { agentsOf } from '../live/standing';
import { StaleBanner, StreamLabel } from '../live/StreamLabel';
import { hrefOf, useView, type View, VIEWS } from '../live/view';
import { readShards } from '../shards/shardSet';
import { markZones } from '../shards/zones';
import { emergencyIn } from './emergency';
import { lazyPage } from './lazy';
import { THEMES, useTheme } from './theme';

/** In the order of the navigation. */
const TITLES: Record<View, string> = {
  overview: 'Overview',
  replication: 'Replication',
  emergency: 'Emergency',
  drills: 'Drills',
  readiness: 'Readiness',
  routers: 'Routers',
  'control-plane': 'Control plane',
  topology: 'Topology',
  safety: 'Safety',
  access: 'Access',
  audit: 'Audit',
};

const Emergency = lazyPage(() => import('./EmergencyPage').then(({ EmergencyPage }) => EmergencyPage));
/** Pages that ask for everything themselves. */
const OTHERS = {
  replication: lazyPage(() => import('./ReplicationPage').then(({ ReplicationPage }) => ReplicationPage)),
  drills: lazyPage(() => import('./DrillsPage').then(({ DrillsPage }) => DrillsPage)),
  readiness: lazyPage(() => import('./ReadinessPage').then(({ ReadinessPage }) => ReadinessPage)),
  routers: lazyPage(() => import('./RoutersPage').then(({ RoutersPage }) => RoutersPage)),
  'control-plane': lazyPage(() => import('./ControlPlanePage').then(({ ControlPlanePage }) => ControlPlanePage)),
  topology: lazyPage(() => import('./TopologyPage').then(({ TopologyPage }) => TopologyPage)),
  safety: lazyPage(() => import('./SafetyPage').then(({ SafetyPage }) => SafetyPage)),
  access: lazyPage(() => import('./AccessPage').then(({ AccessPage }) => AccessPage)),
  audit: lazyPage(() => import('./AuditPage').then(({ AuditPage }) => AuditPage)),
};

/** The first view comes first. After that every page is fetched: in the worst ten minutes nobody may have to fetch one from a control plane in trouble. */
const FETCH_AFTER_MILLIS = 3_000;

export function ConsolePage() {
  const regions = useRegions();
  const shards = useShards();
  const runs = useRuns();
  const drills = useNewestDrill();
  const [draft, setDraft] = useState({ shards: '', to: '' });
  const view = useView();
  const now = useNow();
  useEffect(() => {
    const all = setTimeout(() => [Emergency, ...Object.values(OTHERS)].forEach(({ fetch }) => void fetch().catch(() => undefined)), FETCH_AFTER_MILLIS);
    return () => clearTimeout(all);
  }, []);
  const freshness = worst([regions, shards, runs].map((asked) => freshnessOf(asked, now)));

  const stale = freshness.kind === 'stale';
  const since = useSince(regions);
  const drill = drillNews(drills.data?.drills[0]);
  const emergency = emergencyIn(regions.data ?? [], runs.data?.runs ?? []);
  const waiting = (regions.data ?? []).flatMap(agentsOf).reduce((sum, agent) => sum + (agent.parkedShards ?? 0), 0);
  const news: Partial<Record<View, ReactNode>> = {
    replication: waiting > 0 && <News status="warning" text={`${waiting.toLocaleString('en')} waiting`} stale={stale} />,
    emergency: emergency && <News {...emergency} stale={stale} />,
    drills: drill && <News {...drill} stale={freshnessOf(drills, now).kind !== 'fresh'} />,
  };
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
                {VIEWS.map((each) => (
                  <NavItem key={each} itemId={each} to={hrefOf(each)} isActive={view === each}>
                    {TITLES[each]} {news[each]}
                  </NavItem>
                ))}
              </NavList>
            </Nav>
          </StackItem>
          <Kept name="overview" view={view}>
            <StackItem>
              <AttentionPanel />
            </StackItem>
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
          </Kept>
          <Kept name="emergency" view={view}>
            <StackItem>
              <Emergency.Page regions={regions.data ?? []} runs={runs.data?.runs ?? []} since={since} stale={freshness.kind !== 'fresh'} />
            </StackItem>
          </Kept>
          {Object.entries(OTHERS).map(([name, { Page: Other }]) => (
            <Kept key={name} name={name as View} view={view}>
              <StackItem>
                <Other />
              </StackItem>
            </Kept>
          ))}
        </Stack>
      </PageSection>
    </Page>
  );
}

/** The page that is not looked at keeps what was typed into it, and asks for nothing. One that was never looked at is not there. */
function Kept({ name, view, children }: { name: View; view: View; children: ReactNode }) {
  const [looked, setLooked] = useState(false);
  if (view === name && !looked) setLooked(true);
  return view === name || looked ? <Activity mode={view === name ? 'visible' : 'hidden'}>{children}</Activity> : null;
}

/** Behind the name of a page: why to look at it. */
function News({ status, text, stale }: { status: 'danger' | 'warning'; text: string; stale: boolean }) {
  return stale ? <>(was: {text})</> : <Label isCompact status={status}>{text}</Label>;
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
