import { useEffect, useRef } from 'react';
import { useParams } from './view';

/** Of a part of a page that links lead to: it is brought into sight, and the keyboard goes on there, once the address names it behind `at=`. */
export function useAnchor(name: string | undefined) {
  const here = useRef<HTMLDivElement>(null);
  const at = useParams().get('at');
  const named = name !== undefined && at === name;
  useEffect(() => {
    if (!named) return;
    here.current?.scrollIntoView({ block: 'start' });
    here.current?.focus({ preventScroll: true });
  }, [named]);
  return here;
}
