import { same, until, visible, Walk } from './walk.mjs';

/** @param {string} address with its token: http://127.0.0.1:21010/#token=... */
export async function realWalk(address) {
  const url = new URL(address);
  const walk = await Walk.begin(url.origin);
  const { page } = walk;
  try {
    await walk.check('the console opens, live, and the token is gone from the address', async () => {
      await page.goto(address);
      await visible(page.getByRole('status', { name: 'How current this page is' }).getByText('Live'), 20_000);
      same(page.url().includes('token'), false, 'token in the address');
    });
    await walk.check('regions are shown, each with its agent and router connected', async () => {
      const regions = page.getByRole('article', { name: /^Region / });
      await visible(regions);
      for (const region of await regions.all()) await until(async () => (await region.getByText('connected', { exact: true }).count()) === 2, 'agent and router connected', 20_000);
    });
    await walk.check('every shard stands on the map with an owner', async () => {
      await visible(page.getByRole('gridcell'));
      await until(async () => (await page.getByRole('gridcell', { name: /unknown/ }).count()) === 0, 'all owners known');
      await page.getByLabel('Where is key').fill('alice');
      await visible(page.getByText(/^Shard \d+: \S+ in \S+, epoch \d+/));
    });
    await walk.shot('real');
    if (process.env.MERIDIAN_CONSOLE_MOVE !== 'none') await moveThereAndBack(walk);
  } finally {
    await walk.end();
  }
}

/** @param {Walk} walk */
async function moveThereAndBack(walk) {
  const { page } = walk;
  const label = (await page.getByRole('gridcell', { name: /^Shard 0:/ }).getAttribute('aria-label')) ?? '';
  const [, from = '', region = ''] = /^Shard 0: (\S+) in ([^,]+),/.exec(label) ?? [];
  const zones = await page.getByLabel('To zone').locator('option').allTextContents();
  const to = zones.slice(1).find((zone) => !zone.startsWith(`${region}-`));
  if (!from || !to) throw new Error(`no zone of another region to move shard 0 to: it is '${label}', zones are ${zones}`);
  for (const [target, name] of [[to, 'there'], [from, 'back']]) {
    await walk.check(`8 shards are planned, moved to ${target} and watched to DONE (${name})`, async () => {
      const own = page.getByRole('gridcell', { name: new RegExp(`^Shard [0-7]: ${name === 'there' ? from : to} in `) });
      await until(async () => (await own.count()) > 0, 'shards at the start');
      const shards = [];
      for (const cell of await own.all()) shards.push(await cell.getAttribute('data-shard'));
      await page.getByRole('textbox', { name: 'Shards' }).fill(shards.join(','));
      await page.getByLabel('To zone').selectOption(target ?? '');
      await page.getByRole('button', { name: /^Plan it/ }).click();
      await page.getByRole('button', { name: /^Start: move/ }).click();
      const started = page.getByRole('heading', { name: /has started/ });
      await visible(started, 20_000);
      const id = /([\w-]+) has started/.exec((await started.textContent()) ?? '')?.[1] ?? '';
      const run = page.getByRole('region', { name: `Move ${id}` });
      await visible(run.getByText('DONE', { exact: true }), 60_000);
      await visible(run.getByText('Nothing lost'), 30_000);
      await walk.shot(`real-${name}`);
    });
  }
}
