import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Report } from '../../api/drill-types';
import { TestPlane } from '../../test-plane';
import { ReportPanel } from './ReportPanel';

const REPORT: Report = {
  format: 1, id: '20261128-015434-lose-region', scenario: 'lose-region', explanation: 'Every process dies.', instance: 'default', about: 'west', startedAt: '2026-11-28T01:55:11Z', seconds: 48.2, outcome: 'MISSED', reason: null,
  verdicts: [{ target: 'rto: longest outage of a shard', wanted: 'at most 45.0 s', measured: '50.1 s', met: false }, { target: 'rpo: rows missing until the region came back', wanted: 'at most 1000', measured: null, met: false }],
  clients: {
    sampled: 24, everySeconds: 1, requests: 4081, failed: 356, failures: [{ kind: '503', count: 356 }], atLostEdge: 12, failedAtLostEdge: 12, longestOutageSeconds: 50.1, shardsWithOutage: 12, longestAnswerSeconds: null,
    worst: [{ shard: 7, owner: 'west', edge: 'east', fromSecond: 10.2, seconds: 50.1, over: false }], acknowledged: 3700, judged: false, lost: null, doubled: null, orphans: null, examples: [],
  },
  stages: [{ name: 'detection', fromSecond: 10, seconds: 15, by: 'drill', note: 'until it was missed' }, { name: 'fence', fromSecond: null, seconds: null, by: 'control plane', note: '' }],
  timeline: [{ second: 0, text: 'probing' }], curve: [{ second: 0, ok: 80, failed: 0 }, { second: 1, ok: 40, failed: 40 }], lag: [{ second: 1, source: 'east', target: 'north', millis: 1200, records: 3 }],
  runs: [{ id: 'mv-7', kind: 'FAILOVER', state: 'DONE', moved: 341, planHash: 'x', verdict: 'NOT_PROVEN', checked: 'signed by k1', proven: false, file: 'mv-7.json' } as Report['runs'][number]], acts: ['kill west'], document: 'name: lose-region', earlier: [
    { id: '20261127-100000-lose-region', startedAt: '2026-11-27T10:00:00Z', outcome: 'PASSED', longestOutageSeconds: 40, failed: 300, requests: 4000, lost: 0, orphans: 2 },
  ],
}; // prettier-ignore

let plane: TestPlane;
const user = userEvent.setup();
beforeEach(() => (plane = new TestPlane()));
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const cells = (table: string) => within(screen.getByRole('table', { name: table })).getAllByRole('row').slice(1).map((row) => [...row.children].map((cell) => cell.textContent)); // prettier-ignore

test('its verdict stands target by target, and what was not measured is not met', async () => {
  plane.answer('GET /drills/dr-3/report', { body: REPORT }).show(<ReportPanel drill="dr-3" />);

  await screen.findByText('Missed: not every target was met');
  expect(cells('Targets of dr-3')).toEqual([['rto: longest outage of a shard', 'at most 45.0 s', '50.1 s', 'NOT met'], ['rpo: rows missing until the region came back', 'at most 1000', 'not measured', 'NOT met']]);
  expect(cells('Stages of dr-3')[1]).toEqual(['fence', '', 'not measured', 'not measured', 'control plane', '']);
  expect(screen.getByText(/the stores could not be asked what became of them/)).toBeTruthy();
  expect(cells('The longest outages')[0]?.at(-1)).toBe('50.1 s, not over');
  expect(screen.getByRole('img', { name: '120 requests answered, 40 failed, from second 1 to 2' })).toBeTruthy();
});

test('it is compared with earlier drills of the same', async () => {
  plane.answer('GET /drills/dr-3/report', { body: REPORT }).show(<ReportPanel drill="dr-3" />);

  await screen.findByRole('table', { name: 'dr-3 compared' });
  expect(cells('dr-3 compared')[1]?.slice(2)).toEqual(['PASSED', '40.0 s', 'now 10.1 s more', '300', 'now 56 more', '0', '2']);
});

test('its runs lead to their certificates, which can be taken along as it can', async () => {
  const kept: string[] = [];
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    kept.push(this.download);
  });
  plane.answer('GET /drills/dr-3/report', { body: REPORT }).answer('GET /runs/mv-7/certificate', { body: { run: 'mv-7' } });
  plane.show(<ReportPanel drill="dr-3" />);

  expect((await screen.findByRole('link', { name: 'mv-7' })).getAttribute('href')).toBe('#at=mv-7');
  await user.click(screen.getByRole('button', { name: 'Save the certificate of mv-7' }));
  await user.click(screen.getByRole('button', { name: 'Save the report as JSON' }));

  await vi.waitFor(() => expect(kept.sort()).toEqual(['dr-3.json', 'mv-7-certificate.json']));
  expect(screen.getByText('./meridian drill report 20261128-015434-lose-region --format html > dr-3.html')).toBeTruthy();
});

test('a report of another format is not read as one, and can be taken along', async () => {
  plane.answer('GET /drills/dr-3/report', { body: { format: 2 } }).show(<ReportPanel drill="dr-3" />);

  await screen.findByText(/of a format that this console does not know/);
  expect(screen.getByRole('button', { name: 'Save the report as JSON' })).toBeTruthy();
});
