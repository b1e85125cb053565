import { becomes, same, until, visible } from './walk.mjs';

/** Links and what they were, what stands still, lost writes narrowed, repairs linked to. @param {import('./walk.mjs').Walk} walk @param {import('./fakeControlPlane.mjs').FakeControlPlane} plane */
export async function replicationWalk(walk, plane) {
  const { page } = walk;
  const { safety, data } = plane;
  const region = (/** @type {string} */ name) => page.getByRole('region', { name, exact: true });
  const at = (/** @type {string} */ rest) => page.goto(`${new URL(page.url()).origin}/#view=replication${rest}`);
  const link = (/** @type {string} */ source, /** @type {string} */ target, /** @type {number | null} */ millis) => ({ source, target, group: 'default', connected: true, millis, records: millis, rows: millis, bytes: millis === null ? null : millis * 120 });

  await walk.check('links stand with what they are behind now, and a curve of what this console was told', async () => {
    const told = (/** @type {number} */ millis) => (safety.lag = { links: [link('east', 'west', millis), link('west', 'east', 9), link('north', 'west', null)], shards: [] });
    told(12);
    await at('&at=links');
    const rows = page.getByRole('table', { name: 'Links', exact: true }).getByRole('row');
    await until(async () => (await rows.count()) === 4, 'three links');
    await visible(rows.nth(1).getByText('12 ms').first());
    told(19_000);
    await visible(rows.nth(1).getByRole('img', { name: /^12 ms to 19\.0 s behind since \d\d:\d\d:\d\d/ }), 15_000);
    await visible(region('Links between regions').getByText('east to west is above 3s: no move to there starts.'));
    await visible(rows.nth(3).getByText('unknown', { exact: true }).first());
    await visible(region('Links between regions').getByText('./meridian lag'));
    told(12);
  });
  await walk.check('a stopped shard says why, and leads to the form that gets it anew, filled in', async () => {
    data.stopped = [{ shard: 4, source: 'east', reason: 'epoch 3 came, and 2 is missing' }, { shard: 5, source: 'east', reason: 'epoch 3 came, and 2 is missing' }];
    plane.announce({ regions: true });
    const stopped = region('Stopped shards');
    await visible(stopped.getByText('epoch 3 came, and 2 is missing'));
    await visible(stopped.getByText('./meridian seed --region west --shards 4-5 --dry-run'));
    await walk.everywhere('replication');
    await stopped.getByRole('link', { name: /^Copy them anew to west/ }).press('Enter');
    await becomes(() => page.getByLabel('To region').inputValue(), 'west', 'region of the form');
    await becomes(() => page.getByRole('textbox', { name: 'Shards to copy' }).inputValue(), '4-5', 'shards of the form');
    same(plane.seeding.seedings.filter(({ region: to }) => to === 'west').length, 0, 'seedings of west by a link');
    data.stopped = [];
    plane.announce({ regions: true });
  });
  await walk.check('lost writes are narrowed by what the API narrows them by, and the address says how', async () => {
    const lost = region('Lost writes');
    const rows = page.getByRole('table', { name: 'Lost writes' }).filter({ visible: true }).getByRole('row');
    await at('&at=lost-writes');
    await until(async () => (await rows.count()) > 2, 'all of them');
    await lost.getByRole('textbox', { name: 'Of shard' }).fill('4');
    await lost.getByLabel('As told by').selectOption('west');
    await visible(lost.getByText('./meridian orphans --region west --shard 4', { exact: true }));
    await lost.getByRole('button', { name: 'Narrow' }).click();
    await becomes(() => new URL(page.url()).hash, '#view=replication&at=lost-writes&region=west&shard=4', 'address');
    await until(async () => (await rows.count()) === 2, 'one of them');
    await page.reload();
    await until(async () => (await rows.count()) === 2, 'one of them after a reload');
    await lost.getByRole('checkbox', { name: /^Only those/ }).check();
    await lost.getByRole('button', { name: 'Narrow' }).click();
    await visible(lost.getByText('No lost write that is told is like that; others may be.'));
    await walk.everywhere('lost-writes');
    await lost.getByRole('link', { name: 'All lost writes' }).click();
    await until(async () => (await rows.count()) > 2, 'all of them again');
  });
  await walk.check('repairs that anybody started are listed, and one is shown by its address', async () => {
    await at('&at=repairs');
    await region('Repairs').getByRole('link', { name: 'Show rp-1' }).click();
    await visible(region('Repair rp-1').filter({ visible: true }).getByText('DONE', { exact: true }));
    await visible(region('Repairs').getByText('./meridian repairs rp-1', { exact: true }));
    await becomes(() => new URL(page.url()).hash, '#view=replication&at=repairs&repair=rp-1', 'address');
  });
}
