import type { Token, TokenRequest } from '../../api/administration-types';
import { ROLES, type Role } from '../../api/types';
import { count, duration } from '../../live/format';
import { because, quoted } from '../../live/shell';

/** What each role is good for, as the control plane has it. */
export const ROLE_SENTENCES: Record<Role, string> = {
  viewer: 'sees everything',
  planner: 'sees everything, and looks at what a change would come to',
  approver: 'sees everything, and is the second person for what another one asked for',
  operator: 'changes things; for some of them a second person has to agree',
  breakglass: 'operator and approver alone, for the night when nobody else is there; every use rings',
};

export interface Draft {
  name: string;
  roles: Role[];
  /** As typed; empty: until it is revoked. */
  days: string;
}

export type Reading = { kind: 'read'; request: TokenRequest } | { kind: 'refused'; why: string };

const NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/;
/** Of the tokens that nodes read from files. */
const RESERVED = ['admin', 'breakglass'];
const LONGEST_DAYS = 3650;

/** By the control plane's own rules, so that what it would refuse is said while it is typed. */
export function readToken({ name, roles, days }: Draft, there: string[]): Reading {
  const refused = (why: string): Reading => ({ kind: 'refused', why });
  if (name === '') return refused('Say whose it is: its name stands in the audit with everything that is done by it.');
  if (!NAME.test(name)) return refused('A name is 1 to 63 of a-z, 0-9, dot, dash and underscore, and begins with a letter or a digit.');
  if (RESERVED.includes(name) || there.includes(name)) return refused(`There is a token ${name} already: revoke it first, or take another name.`);
  if (roles.length === 0) return refused('Choose a role: a token without one is good for nothing.');
  const valid = days.trim();
  if (valid !== '' && (!/^\d{1,4}$/.test(valid) || Number(valid) < 1 || Number(valid) > LONGEST_DAYS)) return refused(`Days are a whole number, 1 to ${LONGEST_DAYS}, or nothing.`);
  return { kind: 'read', request: { name, roles: ROLES.filter((role) => roles.includes(role)), ...(valid === '' ? {} : { validForDays: Number(valid) }) } };
}

/** Whoever has it may be a second person: only with the word of one it is made, but for the very first. */
export const makesASecondPerson = (roles: string[]) => roles.includes('approver') || roles.includes('breakglass');
/** Whoever has it changes what users feel. */
export const reachesFar = (roles: string[]) => roles.includes('operator') || makesASecondPerson(roles);

export function commandOf({ name, roles, validForDays }: TokenRequest, reason: string): string {
  return `./meridian tokens create --name ${quoted(name)} --role ${roles.join(',')}${validForDays === undefined ? '' : ` --days ${validForDays}`}${because(reason)}`;
}

const DAY_MILLIS = 86_400_000;
const SOON_MILLIS = 7 * DAY_MILLIS;

/** How long a token is good for. */
export function validity({ expires }: Pick<Token, 'expires'>, now: number): { status: 'warning' | 'danger' | 'plain' | null; text: string } {
  if (expires === null) return { status: 'plain', text: 'until it is revoked' };
  const left = Date.parse(expires) - now;
  if (Number.isNaN(left)) return { status: null, text: expires };
  if (left <= 0) return { status: 'danger', text: 'expired' };
  if (left > SOON_MILLIS) return { status: 'plain', text: `${count(Math.floor(left / DAY_MILLIS), 'day')} more` };
  return { status: 'warning', text: `${left > DAY_MILLIS ? count(Math.floor(left / DAY_MILLIS), 'day') : duration(left)} more` };
}
