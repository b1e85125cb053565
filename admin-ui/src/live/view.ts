import { useSyncExternalStore } from 'react';

export const VIEWS = ['overview', 'replication', 'emergency', 'drills', 'readiness', 'routers', 'control-plane', 'topology', 'safety', 'access', 'audit'] as const;
export type View = (typeof VIEWS)[number];

/** Of a view's link: `#view=safety`, with what is to be found there: `#view=replication&at=seedings`. The overview has no name in the address, as before there were others. */
export function hrefOf(view: View, params: Record<string, string> = {}): string {
  const named = new URLSearchParams({ ...(view === 'overview' ? {} : { view }), ...params });
  return `#${named}`;
}

/** What the address says, so that a link, a reload and the browser's way back lead to the same page. */
export function useView(): View {
  const params = useParams();
  return viewOf(params);
}

export function viewOf(params: URLSearchParams): View {
  const moved = MOVED[`${params.get('view')} ${params.get('at')}`];
  return moved ?? RENAMED[String(params.get('view'))] ?? VIEWS.find((view) => view === params.get('view')) ?? 'overview';
}

/** Parts that stood on another page once: links that somebody kept still lead to them. */
const MOVED: Partial<Record<string, View>> = { 'safety envoys': 'routers', 'safety approvals': 'access' };
/** Pages by the names they had once, for the same links. */
const RENAMED: Partial<Record<string, View>> = { data: 'replication' };

/** Everything behind the `#`. */
export function useParams(): URLSearchParams {
  return new URLSearchParams(useSyncExternalStore(watch, () => location.hash).slice(1));
}

function watch(watcher: () => void): () => void {
  addEventListener('hashchange', watcher);
  return () => removeEventListener('hashchange', watcher);
}
