import { becomes, same, until, visible } from './walk.mjs';

/** Routers, voters, tokens and the topology: seen, changed, refused. @param {import('./walk.mjs').Walk} walk @param {import('./fakeControlPlane.mjs').FakeControlPlane} plane */
export async function administrationWalk(walk, plane) {
  const { page } = walk;
  const { administration, safety } = plane;
  const go = (/** @type {string} */ name) => page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: new RegExp(`^${name}`) }).click();
  const region = (/** @type {string} */ name) => page.getByRole('region', { name, exact: true });
  const texts = (/** @type {string} */ table, /** @type {number} */ row) => page.getByRole('table', { name: table, exact: true }).getByRole('row').nth(row).getByRole('cell').allTextContents();

  await walk.check('routers stand with what needs a person first, each with its age, and what an Envoy refuses', async () => {
    safety.envoys = [
      { region: 'east', router: 'east-router', connected: true, node: 'east-envoy', sentRevision: 1_000_000, ackedRevision: 1_000_000, nack: null },
      { region: 'west', router: 'west-router', connected: true, node: 'west-envoy', sentRevision: 101, ackedRevision: 99, nack: 'listener edge: port is taken' },
      { region: 'west', router: 'west-router', connected: true, node: 'west-envoy-2', sentRevision: 1_000_000, ackedRevision: 1_000_000, nack: null },
    ];
    await go('Routers');
    const rows = page.getByRole('table', { name: 'Routers', exact: true }).getByRole('rowheader');
    await until(async () => (await rows.allTextContents()).join() === 'west,north,east', 'west stands first');
    await until(async () => (await texts('Routers', 1)).join().startsWith('1 of 2 Envoys refuses what it is sent,'), 'how west stands');
    await until(async () => (await texts('Routers', 1)).slice(-3).join() === '1 of 2,1,2', 'counts of west');
    await visible(region('Routers').getByText(/^A person is needed in west and north\. Decided is revision \d+, as of \d\d:\d\d:\d\d\.$/));
    await visible(region('Envoys of west').getByText('listener edge: port is taken'));
    await visible(region('Envoys of west').getByText(/^as of \d\d:\d\d:\d\d$/));
    await visible(region('Envoys of west').getByText(/^\.\/meridian envoys barrier --region west --revision \d+$/));
    await visible(region('Envoys of north').getByText('No router of it was heard of yet: what its Envoys route by is not known.'));
    await walk.everywhere('routers');
    await page.getByRole('table', { name: 'Routers', exact: true }).getByRole('link', { name: 'west' }).press('Enter');
    await until(() => region('Envoys of west').evaluate((element) => element === document.activeElement), 'the keyboard goes on there');
    await page.goto(`${new URL(page.url()).origin}/#view=safety&at=envoys`);
    await visible(region('Routers'));
  });

  await walk.check('voters stand with how they follow; another one leads after two presses; what cannot be says why', async () => {
    await go('Control plane');
    await visible(region('Voters').getByText('all 3 voters are well, 1 may fail'));
    await becomes(async () => (await texts('Voters', 1)).join(), 'leads,10.0.1.4:21012,4,9120,9120,9120,8000,0,1', 'the leader');
    const change = region('Change who leads and who votes');
    await becomes(() => change.getByRole('button', { name: 'Let east lead …' }).isDisabled(), true, 'east leads again');
    await visible(change.getByText('east leads already.'));
    await becomes(() => change.getByRole('button', { name: 'Remove east …' }).isDisabled(), true, 'the leader is removed');
    await visible(change.getByText('east leads: let another one lead first.'));
    await visible(region('Rules').getByText('Version 1 is on, and no voter knows a newer one.'));
    await change.getByRole('button', { name: 'Let north lead …' }).click();
    await visible(change.getByText('./meridian voters lead north'));
    await change.getByRole('button', { name: 'Let north lead from now on' }).click();
    await visible(region('Voters').getByText('Leader: north'));
    await visible(region('Voters').getByText('Term: 5'));
  });
  await walk.check('a voter that is lost is replaced, after a look, by its typed name and for a reason', async () => {
    administration.silence();
    await until(async () => (await region('Voters').getByText('2 of 3 voters are well, none may fail').count()) === 1, 'a silent voter shows', 15_000);
    await becomes(async () => (await texts('Voters', 1))[0], 'does not answer', 'who is in trouble stands first');
    const change = region('Change who leads and who votes');
    await change.getByRole('textbox', { name: 'Its name' }).fill('west-2');
    await change.getByRole('textbox', { name: 'Its Raft address' }).fill('nowhere');
    await change.getByLabel('In the place of').selectOption('west');
    walk.expectFaults = true;
    await change.getByRole('button', { name: /^Look: show who would vote/ }).click();
    await visible(change.getByText(/^'nowhere' is not a host's name/));
    walk.expectFaults = false;
    await change.getByRole('textbox', { name: 'Its Raft address' }).fill('10.0.2.5:21012');
    await page.keyboard.press('Enter');
    await change.getByRole('button', { name: 'Put west-2 in the place of west …' }).click();
    same(administration.cluster.voters.length, 3, 'voters after a look');
    await visible(change.getByText('Who votes then: east, north and west-2.'));
    await visible(change.getByText('./meridian voters replace west west-2=10.0.2.5:21012'));
    await walk.everywhere('control-plane');
    const replace = change.getByRole('button', { name: 'Replace west by west-2' });
    await change.getByRole('textbox', { name: /Reason/ }).fill('its disk is gone');
    await becomes(() => replace.isDisabled(), true, 'replaced without its name');
    await change.getByRole('textbox', { name: 'west, typed to confirm' }).fill('west');
    await replace.click();
    await visible(region('Voters').getByText('all 3 voters are well, 1 may fail'));
    same(administration.done.at(-1), ['POST /control-plane/voters', 'its disk is gone'], 'what was asked');
  });
  await walk.check('a backup goes to the browser’s downloads', async () => {
    const backup = region('Backup');
    await backup.getByRole('button', { name: 'Download a backup …' }).click();
    await until(() => backup.getByRole('button', { name: 'Download the backup' }).evaluate((element) => element === document.activeElement), 'the keyboard goes on there');
    const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
    same(/^meridian-\d+\.backup$/.test(download.suggestedFilename()), true, 'name of the file');
    await visible(backup.getByText(/^meridian-\d+\.backup, 13 B, went to the browser’s downloads at/));
  });

  await walk.check('a token is made and shown once; who makes a second person waits for one', async () => {
    await go('Access');
    const tokens = region('Tokens');
    await visible(tokens.getByRole('row', { name: /^alice/ }).getByText('1 day more'));
    await visible(tokens.getByText(/^Say whose it is/));
    await tokens.getByRole('textbox', { name: 'Of whom' }).fill('bob');
    await tokens.getByRole('checkbox', { name: 'viewer' }).check();
    await tokens.getByRole('textbox', { name: 'Valid for days' }).fill('90');
    await tokens.getByRole('button', { name: 'Make the token …' }).click();
    await visible(tokens.getByText('./meridian tokens create --name bob --role viewer --days 90'));
    await tokens.getByRole('button', { name: 'Make the token of bob' }).click();
    await visible(tokens.getByText('mrd_played-token-of-bob', { exact: true }));
    await walk.everywhere('access-token');
    await tokens.getByRole('button', { name: 'I have it: forget it here' }).click();
    same(await page.getByText('mrd_played').count(), 0, 'texts of tokens that are forgotten');
    await tokens.getByRole('textbox', { name: 'Of whom' }).fill('carol');
    await tokens.getByRole('checkbox', { name: 'approver' }).check();
    await tokens.getByRole('button', { name: 'Make the token …' }).click();
    await tokens.getByRole('textbox', { name: /^Reason/ }).fill('she is on call');
    await tokens.getByRole('textbox', { name: 'carol, typed to confirm' }).fill('carol');
    await tokens.getByRole('button', { name: 'Make the token of carol' }).click();
    await visible(tokens.getByRole('heading', { name: /The token of carol, shown this once, and not valid yet/ }));
    await go('Safety');
    await go('Access');
    same(await page.getByText('mrd_played').count(), 0, 'texts of tokens after leaving the page');
    const waiting = page.getByRole('region', { name: /^ap-2: make the token carol with approver/ });
    await visible(waiting.getByText('You asked for it: another approver has to look at it.'), 15_000);
    await waiting.getByRole('button', { name: 'Take ap-2 back …' }).click();
    await waiting.getByRole('button', { name: 'Take back ap-2: it is not done' }).click();
    await visible(page.getByText('Nothing waits for a second person.'));
    await tokens.getByRole('button', { name: 'Revoke alice …' }).click();
    await tokens.getByRole('textbox', { name: 'alice, typed to confirm' }).fill('alice');
    await visible(tokens.getByText('./meridian tokens revoke alice'));
    await walk.everywhere('access');
    await tokens.getByRole('button', { name: 'Revoke alice: who uses it is refused' }).click();
    await until(() => administration.tokens.every(({ name }) => name !== 'alice'), 'alice is revoked');
    await until(async () => (await tokens.getByRole('row', { name: /^alice/ }).count()) === 0, 'alice is gone');
  });

  await walk.check('the topology is compared, edited with every fault told, declared after a look, and taken back', async () => {
    await go('Topology');
    await visible(region('The topology as declared').getByText('"maxLoss": "2s"', { exact: false }));
    await page.getByRole('table', { name: 'Revisions' }).getByRole('link', { name: '3 with 7' }).click();
    await visible(page.getByRole('table', { name: 'Differences' }).getByText('/limits/lag'));
    await becomes(() => new URL(page.url()).hash, '#view=topology&at=diff&from=3&to=7', 'address of the comparison');
    await page.getByRole('button', { name: 'Begin with what holds now' }).click();
    const edit = region('Edit the topology');
    const document = edit.getByRole('textbox', { name: 'Document, begun with revision 7' });
    const before = await document.inputValue();
    await document.fill(before.replace('"name": "west"', '"named": "west"'));
    walk.expectFaults = true;
    await edit.getByRole('button', { name: /^Look: check it/ }).click();
    await visible(edit.getByText('/regions/1/name', { exact: true }));
    walk.expectFaults = false;
    await document.fill(before.replace('"lag": "3s"', '"lag": "4s"'));
    await edit.getByRole('button', { name: /^Look: check it/ }).click();
    await visible(edit.getByText('limit of lag: 3s, then 4s'));
    same(administration.present.revision, 7, 'revision after a look');
    await edit.getByRole('button', { name: 'Declare it …' }).click();
    await edit.getByRole('textbox', { name: /^Reason/ }).fill('payday');
    await visible(edit.getByText('./meridian topology apply topology.json --if-match 7 --reason payday'));
    await walk.everywhere('topology');
    await edit.getByRole('textbox', { name: 'played, typed to confirm' }).fill('played');
    await edit.getByRole('button', { name: 'Declare it: 1 change' }).click();
    await visible(edit.getByRole('heading', { name: /Declared: revision 8 holds now/ }));
    const history = region('History');
    await history.getByRole('button', { name: 'Look: go back to 7' }).click();
    await visible(history.getByText('limit of lag: 4s, then 3s'));
    await history.getByRole('button', { name: 'Go back to revision 7 …' }).click();
    await history.getByRole('textbox', { name: /^Reason/ }).fill('it was too much');
    await visible(history.getByText('./meridian topology rollback 7 --if-match 8'));
    await history.getByRole('textbox', { name: 'played, typed to confirm' }).fill('played');
    await history.getByRole('button', { name: 'Declare revision 7 again: 1 change' }).click();
    await visible(history.getByRole('heading', { name: /Declared: revision 9 holds now/ }));
    same(administration.done.slice(-2), [['PUT /topology', 'payday'], ['POST /topology/rollback', 'it was too much']], 'what was asked');
  });
}
