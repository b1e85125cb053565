import type { Cluster, Voter } from '../../api/administration-types';
import { count, listed } from '../../live/format';

/** A fact in a word; null: not known. */
export interface Standing {
  status: 'danger' | 'warning' | 'info' | 'success';
  text: string;
}

/** As the control plane's own rules have it. */
export const VOTERS_LIMIT = 5;
export const majority = (voters: number) => Math.floor(voters / 2) + 1;

const isWell = ({ answers, state }: Voter) => answers && state === 'RUNNING';
const leads = ({ role }: Voter) => role === 'LEADER';

/** What the voters can decide now, and what they can lose. */
export function quorum({ voters, leader }: Cluster): Standing {
  const well = voters.filter(isWell).length;
  const needed = majority(voters.length);
  if (well < needed) return { status: 'danger', text: `${well} of ${count(voters.length, 'voter')} ${well === 1 ? 'is' : 'are'} well, and ${needed} have to be: nothing can be decided` };
  if (leader === null) return { status: 'danger', text: 'no leader is known: nothing can be decided until there is one' };
  const others = well - needed;
  const spare = others === 0 ? 'none may fail' : `${others} more may fail`;
  return well < voters.length
    ? { status: 'warning', text: `${well} of ${count(voters.length, 'voter')} are well, ${spare}` }
    : { status: 'success', text: `${voters.length === 1 ? 'the only voter is' : `all ${voters.length} voters are`} well, ${others === 0 ? spare : spare.replace(' more', '')}` };
}

export function voterStanding(voter: Voter): Standing {
  const { answers, state, role, lag } = voter;
  if (!answers) return { status: 'danger', text: 'does not answer' };
  if (state !== 'RUNNING') return { status: 'warning', text: (state ?? 'not well').toLowerCase() };
  if (leads(voter)) return { status: 'success', text: 'leads' };
  if (role !== 'FOLLOWER') return { status: 'warning', text: role === 'CANDIDATE' ? 'asks for votes' : (role ?? 'no role told').toLowerCase() };
  if (lag === null) return { status: 'info', text: 'follows; how far is not known' };
  return lag === 0 ? { status: 'success', text: 'follows, has all' } : { status: 'info', text: `follows, ${count(lag, 'entry', 'entries')} behind` };
}

export function troubledFirst(voters: Voter[]): Voter[] {
  const rank = { danger: 0, warning: 1, info: 2, success: 2 };
  return [...voters].sort((a, b) => rank[voterStanding(a).status] - rank[voterStanding(b).status] || Number(leads(b)) - Number(leads(a)) || a.id.localeCompare(b.id, 'en', { numeric: true }));
}

/** Why this voter is not to lead now; null: nothing is known against it, and the control plane decides. */
export function whyNotLead(voter: Voter): string | null {
  if (leads(voter)) return `${voter.id} leads already.`;
  return isWell(voter) ? null : `${voter.id} ${voterStanding(voter).text}: leadership stays where it is until it is well.`;
}

/** Why this voter is not to be taken away now. */
export function whyNotRemove({ voters }: Cluster, gone: Voter): string | null {
  if (voters.length === 1) return `${gone.id} is the only voter: a control plane without one forgets everything.`;
  if (leads(gone)) return `${gone.id} leads: let another one lead first.`;
  const lacking = whyNoChange(voters);
  if (lacking) return lacking;
  const left = voters.filter(({ id }) => id !== gone.id);
  const well = left.filter(isWell).length;
  return well < majority(left.length) ? `Of ${listed(left.map(({ id }) => id))} only ${well} would be well, and ${majority(left.length)} have to be: take away one that is not well instead.` : null;
}

/** Why no voter can be added or put in the place of another now. */
export function whyNotAdd({ voters }: Cluster, replaces: string): string | null {
  const old = voters.find(({ id }) => id === replaces);
  if (old && leads(old)) return `${old.id} leads: let another one lead first.`;
  if (old && voters.length === 1) return `${old.id} is the only voter, and all that is known is there: add the new one, let it lead, then remove ${old.id}.`;
  if (!old && voters.length >= VOTERS_LIMIT) return `There are ${voters.length} voters, and more than ${VOTERS_LIMIT} make no sense, as every write waits for a majority: remove one first.`;
  return whyNoChange(voters);
}

function whyNoChange(voters: Voter[]): string | null {
  const well = voters.filter(isWell).length;
  return well < majority(voters.length) ? `Only ${well} of ${count(voters.length, 'voter')} ${well === 1 ? 'is' : 'are'} well, and a change needs ${majority(voters.length)}: bring one back.` : null;
}

/** What follows from there being so many voters. */
export function tolerance(voters: number): string {
  const may = voters - majority(voters);
  const then = `Then ${voters === 1 ? 'there is 1 voter' : `there are ${voters} voters`}`;
  return may === 0 ? `${then}, and none may fail: while one is away nothing can be decided.` : `${then}, and ${may} may fail at a time.`;
}

/** The newest rules that every voter knows; null: some voter does not tell. */
export function knownByAll(voters: Voter[]): number | null {
  const known = voters.map(({ supports }) => supports);
  return known.length > 0 && known.every((each) => each !== null) ? Math.min(...known) : null;
}

export function whyNotRaise({ voters, logicVersion }: Cluster): string | null {
  const silent = voters.filter(({ supports }) => supports === null).map(({ id }) => id);
  if (silent.length > 0) return `What ${listed(silent)} ${silent.length === 1 ? 'knows' : 'know'} is not known: every voter has to know the new rules first.`;
  const newest = knownByAll(voters) ?? logicVersion;
  if (newest > logicVersion) return null;
  const ahead = voters.filter(({ supports }) => supports !== null && supports > logicVersion).map(({ id }) => id);
  return ahead.length === 0 ? `Version ${logicVersion} is on, and no voter knows a newer one.` : `${listed(ahead)} ${ahead.length === 1 ? 'knows' : 'know'} newer rules than ${logicVersion}, the others not yet: upgrade them first.`;
}
