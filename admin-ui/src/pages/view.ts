import { useSyncExternalStore } from 'react';

export const VIEWS = ['overview', 'data'] as const;
export type View = (typeof VIEWS)[number];

/** Of a view's link: `#view=data`. The overview has no name in the address, as before there were others. */
export const hrefOf = (view: View) => (view === 'overview' ? '#' : `#view=${view}`);

/** What the address says, so that a link, a reload and the browser's way back lead to the same page. */
export function useView(): View {
  return useSyncExternalStore(watch, named);
}

function named(): View {
  const name = new URLSearchParams(location.hash.slice(1)).get('view');
  return VIEWS.find((view) => view === name) ?? 'overview';
}

function watch(watcher: () => void): () => void {
  addEventListener('hashchange', watcher);
  return () => removeEventListener('hashchange', watcher);
}
