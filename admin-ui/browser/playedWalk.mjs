import { drillsWalk } from './drillsWalk.mjs';
import { FakeControlPlane } from './fakeControlPlane.mjs';
import { lossWalk } from './lossWalk.mjs';
import { replicationWalk } from './replicationWalk.mjs';
import { revisionWalk } from './revisionWalk.mjs';
import { scheduleWalk } from './scheduleWalk.mjs';
import { becomes, same, until, visible, Walk } from './walk.mjs';
import { watchWalk } from './watchWalk.mjs';

const TOKEN = 'the-token';

/** @param {string} dist */
export async function playedWalk(dist) {
  const plane = new FakeControlPlane(dist, TOKEN);
  const address = await plane.listen();
  const walk = await Walk.begin(new URL(address).origin);
  const { page } = walk;
  const current = page.getByRole('status', { name: 'How current this page is' });
  const cell = (/** @type {number} */ shard) => page.getByRole('gridcell', { name: new RegExp(`^Shard ${shard}:`) });
  const prepare = async (/** @type {string} */ shards, /** @type {string} */ to) => {
    await page.getByRole('textbox', { name: 'Shards' }).fill(shards);
    await page.getByLabel('To zone').selectOption(to);
    await page.getByRole('button', { name: /^Plan it/ }).click();
  };
  try {
    await walk.check('without a token a form asks for it; a wrong one is refused in the server’s words', async () => {
      walk.expectFaults = true;
      await page.goto(address);
      await page.getByLabel('Token').fill('wrong');
      await page.getByRole('button', { name: /^Open the console/ }).click();
      await visible(page.getByText('the token is not valid'));
      await visible(page.getByText('urn:meridian:problem:unauthenticated · HTTP 401'));
      await walk.shot('token');
      walk.expectFaults = false;
    });
    await walk.check('a link with a token opens the console and loses the token', async () => {
      await page.goto(`${address}#token=${TOKEN}`);
      await visible(current.getByText('Live'));
      await becomes(() => page.url(), address, 'address');
      await page.reload();
      await visible(current.getByText('Live'));
    });
    await walk.check('regions are told, and what is not known is unknown', async () => {
      const east = page.getByRole('article', { name: 'Region east' });
      await visible(east.getByText('Raft leader'));
      await visible(east.getByText('east-1: 342 shards'));
      await visible(east.getByText(/^1[345]\.\d s left/));
      const north = page.getByRole('article', { name: 'Region north' });
      await becomes(() => north.getByText('unknown', { exact: true }).count(), 3, 'unknown facts of north (lag of west, router, Envoys)');
    });
    await walk.check('the map shows every shard, readable without colour, and walks by keyboard', async () => {
      await becomes(() => page.getByRole('gridcell').count(), 1024, 'cells');
      await becomes(() => cell(341).textContent(), 'e1', 'code in the cell of shard 341');
      await cell(500).hover();
      await visible(page.getByTestId('shard-detail').getByText('Shard 500: east-2 in east, epoch 1'));
      await cell(0).focus();
      for (const key of ['ArrowDown', 'ArrowRight', 'End']) await page.keyboard.press(key);
      await visible(page.getByTestId('shard-detail').getByText('Shard 63: east-1'));
    });
    await walk.check('a key is found without being sent anywhere', async () => {
      await page.getByLabel('Where is key').fill('alice');
      await visible(page.getByText('Shard 71: east-1 in east, epoch 1').first());
      await walk.shot('light');
      await page.getByLabel('Where is key').fill('');
    });
    await walk.check('a move that cannot be is refused whole', async () => {
      await page.getByRole('textbox', { name: 'Shards' }).fill('9-3');
      await visible(page.getByText('range \'9-3\' ends before it begins'));
      await becomes(() => page.getByRole('button', { name: /^Plan it/ }).isDisabled(), true, 'planning is disabled');
    });
    await walk.check('a move is planned without changing anything, started, watched to DONE', async () => {
      await prepare('0-340', 'west-1');
      await visible(page.getByRole('heading', { name: /The plan: 341 shards to west-1 in 3 waves/ }));
      same(plane.moves.length, 0, 'moves after planning');
      await walk.shot('plan');
      plane.stalled = (run) => run.wave === 2 && run.state === 'HOLDING';
      await page.getByRole('button', { name: 'Start: move 341 shards from east-1 to west-1' }).click();
      const run = page.getByRole('region', { name: 'Move mv-1' });
      await visible(run.getByText('wave 2 of 3'));
      await visible(page.getByRole('gridcell', { name: /frozen by mv-1/ }));
      await walk.shot('moving');
      plane.stalled = () => false;
      await visible(run.getByText('DONE', { exact: true }), 30_000);
      await visible(run.getByText('Nothing lost'));
      await visible(run.getByText('341 of 341 shards equal before and after'));
      await visible(cell(0).and(page.getByRole('gridcell', { name: /^Shard 0: west-1 in west, epoch 3, w1$/ })));
      await run.getByRole('button', { name: /^Show the proof/ }).click();
      await becomes(() => run.getByRole('row').filter({ hasText: 'west-1' }).count(), 341, 'rows of the proof');
      await walk.shot('done');
      same(plane.keys.map((key) => key.length), [32], 'idempotency keys');
    });
    await walk.check('a run that catches up is cancelled: its wave rolls back', async () => {
      plane.stalled = (run) => run.state === 'HOLDING';
      await prepare('0-340', 'east-1');
      await page.getByRole('button', { name: /^Start: move 341 shards/ }).click();
      const run = page.getByRole('region', { name: 'Move mv-2' });
      await visible(run.getByRole('button', { name: 'Cancel: every shard stays where it is …' }));
      await visible(page.getByRole('gridcell', { name: 'Shard 0: west-1 in west, epoch 3, frozen by mv-2: its requests are held' }));
      await walk.shot('holding');
      plane.stalled = (run) => run.state === 'CATCHING_UP';
      await visible(run.getByText('CATCHING_UP', { exact: true }).first());
      await walk.shot('stalled');
      await run.getByRole('button', { name: 'Cancel: roll back wave 1 …' }).click();
      await visible(run.getByText(/go back to where they were/));
      await walk.shot('cancel');
      await run.getByRole('button', { name: 'Cancel: roll back wave 1', exact: true }).click();
      await visible(run.getByText('ROLLED_BACK', { exact: true }));
      await visible(run.getByRole('listitem').filter({ hasText: '128 rolled back' }));
      await visible(run.getByRole('listitem').filter({ hasText: '213 untouched' }));
      plane.stalled = () => false;
    });
    await walk.check('what waits in a store is listed, and skipped for a reason by its position', async () => {
      same(plane.data.asked, 0, 'questions about what waits while nobody looks');
      plane.data.refuse();
      await page.getByRole('link', { name: 'Replication 2 waiting' }).click();
      const row = page.getByRole('table', { name: 'Waiting shards' }).getByRole('row').nth(1);
      await visible(row.getByText('refused', { exact: true }));
      await row.getByRole('button', { name: /^Show shard 400 from east in west/ }).click();
      const detail = page.getByRole('region', { name: 'Shard 400 from east in west' });
      await visible(detail.getByText('0/1A2B3C4D'));
      await walk.shot('waiting');
      await detail.getByRole('button', { name: 'Skip …' }).click();
      const dialog = page.getByRole('dialog');
      await visible(dialog.getByText('never takes effect', { exact: true }));
      await dialog.getByRole('textbox', { name: 'Reason' }).fill('that column was dropped here');
      await walk.shot('skip');
      plane.data.stalled = true;
      await dialog.getByRole('button', { name: 'Skip: it never takes effect in west' }).click();
      await visible(page.getByRole('heading', { name: /Order po-1, skip shard 400 .* has not answered yet/ }));
      plane.data.stalled = false;
      await visible(page.getByRole('heading', { name: /Order po-1, skip shard 400 .*: done/ }));
      await detail.getByRole('button', { name: 'Close the detail' }).click();
      await visible(page.getByRole('heading', { name: 'Nothing waits: all is well' }));
      same(plane.data.orders.map(({ position, reason }) => [position, reason]), [['0/1A2B3C4D', 'that column was dropped here']], 'orders');
    });
    await walk.check('copies are compared, repaired from their owner after a plan, and equal then', async () => {
      plane.data.stalled = true;
      await page.getByRole('button', { name: 'Compare the copies of all regions' }).click();
      const comparison = page.getByRole('region', { name: 'Comparison vf-1' });
      await visible(comparison.getByText(/Comparing 1,024 shards of every region/));
      plane.data.stalled = false;
      await visible(comparison.getByRole('heading', { name: '1 shard of 1,024 differs' }));
      await comparison.getByRole('button', { name: 'Show the rows of shard 400 that differ: 2 rows' }).click();
      await visible(comparison.getByText('not there'));
      await comparison.getByRole('button', { name: /^Repair from owner/ }).click();
      await visible(comparison.getByRole('table', { name: 'What would be written' }));
      same(plane.data.repairs.length, 0, 'repairs after planning');
      await walk.shot('comparison');
      await comparison.getByRole('button', { name: 'Repair: the owner writes 2 rows of 1 shard once more' }).click();
      const repair = page.getByRole('region', { name: 'Repair rp-1' });
      await visible(repair.getByText('DONE', { exact: true }));
      await walk.shot('repair');
      await repair.getByRole('button', { name: /^Compare again/ }).click();
      await visible(page.getByRole('region', { name: 'Comparison vf-2' }).getByRole('heading', { name: /The copies are equal: 1,024 shards/ }));
      await page.goBack();
      await visible(page.getByRole('region', { name: 'Regions' }));
    });
    await walk.check('an outage shows as stale with its time; afterwards the stream resumes behind the last event', async () => {
      walk.expectFaults = true;
      const last = plane.revision;
      plane.outage(true);
      await visible(current.getByText(/^Stale since \d\d:\d\d:\d\d/), 20_000);
      await visible(page.getByRole('heading', { name: /what is shown below was true then/ }));
      await visible(page.getByRole('article', { name: 'Region east' }).getByText('was: connected'));
      same(await page.getByRole('article', { name: 'Region east' }).getByText('connected', { exact: true }).count(), 0, 'facts shown as if known');
      await walk.shot('stale');
      plane.outage(false);
      await visible(current.getByText('Live'), 20_000);
      await until(() => plane.resumed.at(-1) === String(last), 'resumed behind the last event');
      await until(async () => (await page.getByText(/^Stale since/).count()) === 0, 'nothing stale');
      walk.expectFaults = false;
    });
    await walk.check('dark colours, by choice and kept', async () => {
      await page.getByRole('button', { name: 'dark' }).click();
      await page.getByRole('link', { name: 'Replication' }).click();
      await page.reload();
      await visible(current.getByText('Live'));
      await visible(page.getByRole('region', { name: 'Comparison vf-2' }));
      await walk.shot('replication-dark');
      await page.getByRole('link', { name: 'Overview' }).click();
      await becomes(() => page.evaluate(() => document.documentElement.classList.contains('pf-v6-theme-dark')), true, 'dark');
      plane.stalled = (run) => run.state === 'CATCHING_UP';
      await prepare('341-600', 'north-1');
      await page.getByRole('button', { name: /^Start: move/ }).click();
      await visible(page.getByRole('region', { name: 'Move mv-3' }).getByText('CATCHING_UP', { exact: true }).first());
      await walk.shot('dark');
    });
    await walk.check('a narrow window has everything, without scrolling sideways', async () => {
      await page.setViewportSize({ width: 420, height: 900 });
      await until(() => page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), 'no sideways scrolling');
      await walk.shot('narrow');
      plane.data.refuse();
      await page.getByRole('link', { name: /^Replication/ }).click();
      await page.getByRole('button', { name: /^Show shard 400 from east in west/ }).click();
      await visible(page.getByRole('button', { name: 'Skip …' }));
      await until(() => page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), 'no sideways scrolling of data');
      await walk.shot('replication-narrow');
    });
    await lossWalk(walk, plane);
    await watchWalk(walk, plane);
    await replicationWalk(walk, plane);
    await revisionWalk(walk, plane);
    await drillsWalk(walk, plane);
    await scheduleWalk(walk, plane);
  } finally {
    await walk.end();
    plane.close();
  }
}
