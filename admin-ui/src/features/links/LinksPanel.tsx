import { KEPT_MILLIS, linkKey, useLagHistory } from '../../api/lagHistory';
import { useLag, useTopology } from '../../api/queries';
import type { Lag, LinkLag } from '../../api/types';
import { useNow } from '../../live/clock';
import { Command } from '../../live/Command';
import { duration, size, timeOfDay } from '../../live/format';
import { lagLimit } from '../../live/lagLimit';
import { Panel } from '../../live/Panel';
import { Status } from '../../live/Status';
import { Table } from '../../live/Table';
import css from '../../live/tables.module.css';
import { mostOf } from './curve';
import { LinkCurve } from './LinkCurve';
import own from './links.module.css';

/** How far each region's copies are behind each other one's writes: now, and as far as this console was told before. */
export function LinksPanel() {
  const asked = useLag();
  const limit = lagLimit(useTopology().data?.topology.limits?.lag);
  return (
    <Panel title="Links between regions" anchor="links" asked={asked} dated>
      {(lag, stale) => <Links lag={lag} limit={limit} stale={stale} />}
    </Panel>
  );
}

function Links({ lag: { links }, limit, stale }: { lag: Lag; limit: { text: string; millis: number }; stale: boolean }) {
  const history = useLagHistory();
  const now = useNow();
  if (links.length === 0) return <p>{stale ? 'No link was told of when it was last known.' : 'No link is told of: there is one region only, or no topology yet.'}</p>;
  const groups = new Set(links.map(({ group }) => group)).size > 1;
  const late = links.filter((link) => link.connected && link.millis !== null && link.millis > limit.millis);
  const first = Math.min(...links.flatMap((link) => history.get(linkKey(link))?.[0]?.at ?? []));
  return (
    <>
      <p role="status">
        {late.length === 0 ? '' : `${stale ? 'When it was last known, ' : ''}${late.map(({ source, target }) => `${source} to ${target}`).join(', ')} ${late.length === 1 ? 'is' : 'are'} above ${limit.text}: no move to there starts.`}
      </p>
      <Table
        scrolls="Links between regions, by where the writes come from"
        label="Links"
        heads={['From', 'To', ...(groups ? ['Group'] : []), 'Behind', `Last ${KEPT_MILLIS / 60_000} min`, 'At most', 'Records', 'Rows', 'Bytes', 'Agent there']}
      >
        {links.map((link) => {
          const told = history.get(linkKey(link)) ?? [];
          const most = mostOf(told);
          return (
            <tr key={linkKey(link)}>
              <th scope="row">{link.source}</th>
              <th scope="row">{link.target}</th>
              {groups && <td>{link.group}</td>}
              <td>
                <Behind link={link} limit={limit.millis} stale={stale} />
              </td>
              <td>
                <LinkCurve told={told} now={now} stale={stale} />
              </td>
              <td>{most === null ? <Nothing /> : duration(most)}</td>
              <td>{numberOf(link.records)}</td>
              <td>{numberOf(link.rows)}</td>
              <td>{link.bytes === null || link.bytes === undefined ? <Nothing /> : size(link.bytes)}</td>
              <td>
                <Status status={link.connected ? 'success' : 'danger'} stale={stale}>
                  {link.connected ? 'heard' : 'not heard'}
                </Status>
              </td>
            </tr>
          );
        })}
      </Table>
      <p className={own.said}>
        {Number.isFinite(first) ? `Curves have what this page was told since ${timeOfDay(first)}, each as high as its own most; where it was told nothing there is no line.` : 'Nothing was told yet that could be drawn.'} An idle link is
        measured by heartbeats. “Records” is what the source has written and the copy does not have yet.
      </p>
      <Command line="./meridian lag" />
    </>
  );
}

/** Of an agent that is not heard the last answer is no measure of now. */
function Behind({ link: { millis, connected }, limit, stale }: { link: LinkLag; limit: number; stale: boolean }) {
  if (millis === null) return <Status status={null} />;
  return (
    <Status status={millis > limit ? 'warning' : 'plain'} stale={stale || !connected}>
      {duration(millis)}
    </Status>
  );
}

const numberOf = (n: number | null | undefined) => (n === null || n === undefined ? <Nothing /> : n.toLocaleString('en'));

const Nothing = () => <span className={css.nothing}>unknown</span>;
