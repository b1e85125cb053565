import { becomes, same, until, visible } from './walk.mjs';

/** Drills asked for, watched, aborted, reported, lost; scenarios of one's own; readiness. @param {import('./walk.mjs').Walk} walk @param {import('./fakeControlPlane.mjs').FakeControlPlane} plane */
export async function drillsWalk(walk, plane) {
  const { page } = walk;
  const { drills, safety } = plane;
  const nav = page.getByRole('navigation', { name: 'Pages' });
  const region = (/** @type {string} */ name) => page.getByRole('region', { name, exact: true });
  const at = (/** @type {string} */ rest) => page.goto(`${new URL(page.url()).origin}/#view=${rest}`);
  const told = () => plane.announce({ drills: true });

  await walk.check('readiness says what it is made of, how it wears off, what was never drilled, and leads to the drill that would show it', async () => {
    await at('readiness');
    const rows = page.getByRole('table', { name: 'Readiness by region' }).getByRole('row');
    await until(async () => (await rows.count()) === 4, 'three regions');
    await becomes(() => rows.nth(1).getByRole('cell').allTextContents(), ['33 of 100', '66 of 100', 'never drilled'], 'east');
    await visible(region('Readiness').getByText(/^2 pairs of region and scenario were never drilled/));
    await visible(region('Readiness of east').getByText('33: (66 + 0) / 2, rounded down'));
    await walk.everywhere('readiness');
    await region('Readiness of west').getByRole('link', { name: 'Start lose-region, for west' }).press('Enter');
    await until(async () => (await page.getByLabel('About region').inputValue()) === 'west', 'the form is filled in');
    same(drills.asked.length, 0, 'drills by a link');
  });
  await walk.check('scenarios are explained, with their guards and targets, and who could run them', async () => {
    const scenarios = region('Scenarios');
    await scenarios.getByRole('button', { name: 'Show what lose-region does, its guards and targets' }).click();
    await visible(scenarios.getByText(/^Every process of east is killed at once/));
    await visible(scenarios.getByText('share of the last ten seconds’ requests that failed', { exact: false }));
    await visible(scenarios.getByText(/The newest runner that was heard of is runner-5848-49fbe63d, of dr-2, .* Whether one waits now is not known/));
    await walk.everywhere('drills');
  });
  await walk.check('a drill is asked for after a look, by the region’s typed name, and waits for a runner', async () => {
    const form = region('Start a drill');
    await form.getByRole('button', { name: /^Look: show what it does/ }).click();
    await visible(form.getByText(/^Every process of west is killed at once/));
    await form.getByRole('button', { name: 'Start lose-region about west …' }).click();
    await visible(form.getByText('./meridian drill run lose-region --region west', { exact: true }));
    const start = form.getByRole('button', { name: 'Drill lose-region: lose west, for real' });
    await form.getByRole('textbox', { name: 'Reason' }).fill('monthly');
    await becomes(() => start.isDisabled(), true, 'started without the name');
    await form.getByRole('textbox', { name: 'west, typed to confirm' }).fill('west');
    await walk.everywhere('drill-start');
    await form.getByRole('button', { name: /^Look: show what it does/ }).click();
    await form.getByRole('button', { name: 'Start lose-region about west …' }).click();
    await form.getByRole('textbox', { name: 'west, typed to confirm' }).fill('west');
    await form.getByRole('textbox', { name: 'Reason' }).fill('monthly');
    await start.click();
    await visible(page.getByRole('heading', { name: /dr-3 is asked for; how far it is stands above/ }));
    same(drills.asked, [{ scenario: 'lose-region', region: 'west', why: 'monthly' }], 'what was asked for');
    told();
    await visible(nav.getByRole('link', { name: 'Drills dr-3 waits' }));
  });
  await walk.check('it is watched live, says on every page that it goes on, and is aborted by two presses', async () => {
    drills.run('probing; in 10 s it begins', 'done: kill every process of west', 'failover mv-1 of west is accepted, at most 60s may be lost');
    told();
    const panel = region('Drill dr-3');
    await visible(panel.getByRole('link', { name: 'mv-1', exact: true }));
    await visible(panel.getByText('RUNNING', { exact: true }));
    await visible(panel.getByText(/^as of \d\d:\d\d:\d\d$/));
    await walk.everywhere('drill-running');
    await nav.getByRole('link', { name: /^Overview/ }).click();
    await visible(region('Needs attention').getByText('The drill dr-3 (lose-region about west) is RUNNING: what looks broken may be broken on purpose'));
    await region('Needs attention').getByRole('link', { name: 'Drills: the drill' }).press('Enter');
    await panel.getByRole('button', { name: 'Abort dr-3 …' }).click();
    await visible(panel.getByText('./meridian drill abort', { exact: true }));
    await panel.getByRole('button', { name: 'Abort dr-3: take back what it did' }).click();
    await visible(panel.getByText('ABORTING', { exact: true }));
  });
  await walk.check('a runner that is lost is shown as what it is, and its record is given up only by its typed id and for a reason', async () => {
    drills.change({ runner: { name: 'runner-5848-49fbe63d', claimedAt: new Date().toISOString(), heardAt: new Date().toISOString(), lost: true }, waitsFor: 'its runner, which is lost', problem: 'runner lost: runner-5848-49fbe63d was heard last a while ago. What it broke may be broken still; ./meridian drill undo, where it ran, takes that back' });
    told();
    const panel = region('Drill dr-3');
    await visible(panel.getByText('RUNNER LOST', { exact: true }));
    await visible(nav.getByRole('link', { name: 'Drills runner lost' }));
    await visible(panel.getByText('./meridian drill undo', { exact: true }));
    await walk.everywhere('drill-lost');
    await panel.getByRole('button', { name: 'Give dr-3 up …' }).click();
    await panel.getByRole('textbox', { name: /^Reason/ }).fill('its machine burnt');
    await panel.getByRole('textbox', { name: 'dr-3, typed to confirm' }).fill('dr-3');
    await panel.getByRole('button', { name: /^Give dr-3 up: it ends as FAILED/ }).click();
    await visible(page.getByRole('table', { name: 'Drills', exact: true }).getByText('FAILED', { exact: true }), 15_000);
    told();
    await visible(nav.getByRole('link', { name: 'Drills', exact: true }));
  });
  await walk.check('a report stands with its verdict, its curves, its comparison, and can be taken along', async () => {
    await at('drills');
    await page.getByRole('link', { name: 'of dr-1', exact: true }).click();
    const report = region('Report of dr-1');
    await visible(report.getByText('Passed: every target was met'));
    await until(() => report.evaluate((element) => element === document.activeElement), 'the keyboard goes on there');
    await visible(page.getByRole('table', { name: 'dr-1 compared' }).getByText('now 42.2 s less'));
    await walk.everywhere('drill-report');
    const [download] = await Promise.all([page.waitForEvent('download'), report.getByRole('button', { name: 'Save the report as JSON' }).click()]);
    same(download.suggestedFilename(), 'dr-1.json', 'name of the file');
    await report.getByRole('link', { name: 'mv-1' }).click();
    await visible(page.getByRole('region', { name: 'Move mv-1' }));
  });
  await walk.check('a scenario of one’s own begins with another, is told what is wrong with it where that stands, and is registered', async () => {
    await at('drills&at=register&like=lose-region');
    const form = region('A scenario of your own');
    const document = form.getByRole('textbox', { name: 'The scenario' });
    await until(async () => (await document.inputValue()).startsWith('name: lose-region'), 'the text of the other one');
    const text = (await document.inputValue()).replace('lose-region', 'my-loss');
    await document.fill(text.replace('region: east', 'region: East!'));
    walk.expectFaults = true;
    await form.getByRole('button', { name: 'Look: check it, register nothing' }).click();
    await visible(form.getByRole('region', { name: 'Where in the document something is wrong' }).getByText("✗ a region's name"));
    walk.expectFaults = false;
    await walk.everywhere('scenario-faults');
    await document.fill(text);
    await form.getByRole('button', { name: 'Look: check it, register nothing' }).click();
    await form.getByRole('button', { name: 'Register my-loss …' }).click();
    await form.getByRole('button', { name: 'Register my-loss', exact: true }).click();
    await visible(form.getByRole('heading', { name: /my-loss is registered: version 1/ }));
    await form.getByRole('link', { name: 'Start a drill of it' }).click();
    await until(async () => (await page.getByLabel('Scenario', { exact: true }).inputValue()) === 'my-loss', 'the form is filled in');
  });
  await walk.check('a viewer sees why he may start no drill', async () => {
    const { me } = safety;
    safety.me = { name: 'vera', roles: ['viewer'], may: ['viewer'] };
    await page.reload();
    const form = region('Start a drill');
    await visible(form.getByText(/^You are vera, with the role viewer; this takes the role planner/));
    await becomes(() => form.getByRole('button', { name: /^Look: show what it does/ }).isDisabled(), true, 'a viewer looks');
    safety.me = me;
    await page.reload();
    await until(async () => (await form.getByText(/^You are vera/).count()) === 0, 'the operator is back');
  });
}
