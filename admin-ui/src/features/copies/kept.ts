import { useState } from 'react';
import type { VerificationRequest } from '../../api/queries';

/** What this tab compares and repairs. The API lists no verifications, so that only who knows the id finds one again, after a reload too. */
export interface Kept {
  verification: string;
  request: VerificationRequest;
  /** By the browser's clock. */
  askedAt: number;
  repair: string | null;
  /** False: something changed between the plan of the repair and its start. */
  asPlanned: boolean;
}

const KEY = 'meridian.comparison';

export function useKept(): [Kept | null, (kept: Kept | null) => void] {
  const [kept, setKept] = useState(read);
  return [
    kept,
    (next) => {
      if (next) sessionStorage.setItem(KEY, JSON.stringify(next));
      else sessionStorage.removeItem(KEY);
      setKept(next);
    },
  ];
}

function read(): Kept | null {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as Kept | null;
  } catch {
    return null; // of another release: it is only forgotten
  }
}
