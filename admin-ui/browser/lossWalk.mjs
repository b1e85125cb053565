import { becomes, same, until, visible } from './walk.mjs';

/** A region is lost, failed over and comes back, on the page for emergencies. @param {import('./walk.mjs').Walk} walk @param {import('./fakeControlPlane.mjs').FakeControlPlane} plane */
export async function lossWalk(walk, plane) {
  const { page } = walk;
  const nav = page.getByRole('navigation', { name: 'Pages' });
  const standing = (/** @type {string} */ region) => page.getByRole('table', { name: 'How the regions stand' }).getByRole('row').filter({ has: page.getByRole('rowheader', { name: region, exact: true }) });
  plane.stalled = () => false;
  plane.data.parked = [];
  await until(() => plane.moves.every((move) => move.ended), 'moves ended');
  plane.shards = plane.shards.map((shard) => (shard.shard < 342 ? { ...shard, region: 'east', zone: 'east-1' } : shard));
  plane.announce({ shards: true });
  await walk.check('a live region says so, and is not failed over without force', async () => {
    walk.expectFaults = true;
    await page.setViewportSize({ width: 1280, height: 900 });
    await nav.getByRole('link', { name: /^Emergency/ }).click();
    await visible(standing('east').getByText('connected', { exact: true }));
    await visible(page.getByRole('heading', { name: 'No region tells of a lost write' }));
    await page.getByLabel('The lost region').selectOption('east');
    await visible(page.getByRole('heading', { name: /east is alive: an agent of it is connected/ }));
    await page.getByRole('button', { name: /^Look: show/ }).click();
    await visible(page.getByText('east is alive: its agent is connected; move its shards away instead'));
    walk.expectFaults = false;
  });
  await walk.check('a lost region is looked at, and failed over by its typed name only', async () => {
    plane.loss.gone = true;
    plane.announce({ regions: true });
    await visible(standing('east').getByText('not connected', { exact: true }));
    await visible(standing('east').getByText(/^since \d\d:\d\d:\d\d$/));
    await page.getByRole('textbox', { name: 'What may be missing, at most' }).fill('2s');
    await page.getByRole('button', { name: /^Look: show/ }).click();
    const begin = page.getByRole('button', { name: /^Fail east over: its \d+ shards go to west-1 and north-1; up to 1\.3 s of its writes, as far as is known, wait for its return$/ });
    await visible(begin);
    await becomes(() => begin.isDisabled(), true, 'it may begin before the name was typed');
    same(plane.moves.some(({ run }) => run.kind === 'FAILOVER'), false, 'failovers after a look');
    await page.getByRole('textbox', { name: 'The region’s name, to confirm' }).fill('east');
    await walk.everywhere('look');
    await page.getByRole('button', { name: /^Look: show/ }).click(); // a look is good for a minute, and a slow machine may take longer to take pictures
    await page.getByRole('textbox', { name: 'The region’s name, to confirm' }).and(page.locator(':enabled[value=""]')).fill('east');
    plane.stalled = ({ kind, state }) => kind === 'FAILOVER' && state === 'GATHERING';
    await begin.click();
    await visible(page.getByRole('heading', { name: /mv-\d+ has begun; this page shows how it goes/ }));
  });
  await walk.check('its run is told step by step, cannot be cancelled, and ends', async () => {
    const run = page.getByRole('region', { name: /^Failover mv-/ });
    await visible(run.getByText('GATHERING', { exact: true }).first());
    await visible(run.getByText('attempt 1'));
    await visible(run.getByText(/^Cannot be cancelled: a failover has begun by revoking/));
    await visible(nav.getByRole('link', { name: 'Emergency failover runs' }));
    await visible(standing('east').getByText('over: nothing is written there'));
    await visible(page.getByRole('heading', { name: /east is lost, and not back yet/ }));
    await walk.everywhere('gathering');
    plane.stalled = () => false;
    await visible(run.getByText('DONE', { exact: true }), 20_000);
    await visible(run.getByText(/the last 1\.3 s of the lost region’s writes, 7 records of it known may be missing until it is back/));
    await visible(run.getByText('Not proven'));
    same(plane.shards.some(({ region }) => region === 'east'), false, 'shards left at the lost region');
  });
  await walk.check('the region comes back: its progress, its lost writes, and their decisions', async () => {
    plane.loss.comesBack(341);
    plane.announce({ regions: true });
    await visible(nav.getByRole('link', { name: 'Emergency east rejoins' }));
    await visible(page.getByRole('region', { name: 'How the regions stand', exact: true }).getByText('12 of 341 shards aligned: its copy follows the new owner'));
    const rows = page.getByRole('table', { name: 'Lost writes' }).getByRole('row');
    await visible(rows.nth(1).getByText('open', { exact: true }));
    await becomes(() => rows.count(), 3, 'rows of lost writes, with the head');
    await page.getByRole('button', { name: 'Show UPDATE of public.account {"id":"7"}, shard 4 from east' }).click();
    const detail = page.getByRole('region', { name: 'UPDATE of public.account, shard 4' });
    await visible(detail.getByText('the row was written again since'));
    await visible(detail.getByRole('row', { name: 'balance 120 95 differs' }));
    await walk.everywhere('return');
    await detail.getByRole('button', { name: 'Close the lost write' }).click();
    plane.loss.isBack();
    plane.announce({ regions: true });
    await visible(standing('east').getByText('reconciled: may own shards'));
    await visible(nav.getByRole('link', { name: 'Emergency', exact: true }));
    await visible(rows.nth(1).getByText(/rejected|salvaged/));
    await nav.getByRole('link', { name: 'Overview' }).click();
    await visible(page.getByRole('article', { name: 'Region east' }).getByText('reconciled: may own shards'));
    await walk.shot('overview-after-return');
  });
}
