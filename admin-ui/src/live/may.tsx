import { createContext, type ReactNode, useContext } from 'react';
import { useWhoAmI } from '../api/queries';
import type { Role, WhoAmI } from '../api/types';
import css from './Act.module.css';

/** Whose token this page holds; undefined: not known. */
export const Me = createContext<WhoAmI | undefined>(undefined);

export function MeProvider({ children }: { children: ReactNode }) {
  return <Me value={useWhoAmI().data}>{children}</Me>;
}

/** @returns why these roles do not do it; null: they do, or it is not known who asks, and then the control plane's refusal says it */
export function lacks(me: WhoAmI | undefined, role: Role): string | null {
  if (!me || me.may.includes(role)) return null;
  const has = me.roles.length === 0 ? 'no role' : `the role ${me.roles.join(', ')}`;
  return `You are ${me.name}, with ${has}; this takes the role ${role}: use a token that has it, or let somebody who has it do this.`;
}

/** Of an act that takes this role: why it is not for whoever holds this page's token; null: it is, as far as is known. */
export function useWhyNot(role: Role): string | null {
  return lacks(useContext(Me), role);
}

/** Beside a button that is disabled: why. Nothing, where nothing stands in the way. */
export function WhyNot({ why, id }: { why: string | null; id?: string }) {
  return why === null ? null : (
    <p className={css.why} id={id}>
      {why}
    </p>
  );
}
