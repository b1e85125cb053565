import { useSyncExternalStore } from 'react';

const TICK_MILLIS = 500;
let now = Date.now();
const watchers = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  if (timer === undefined) {
    now = Date.now(); // nobody watched, so that it stood still
    timer = setInterval(() => {
      now = Date.now();
      watchers.forEach((each) => each());
    }, TICK_MILLIS);
  }
  return () => {
    watchers.delete(watcher);
    if (watchers.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** The browser's time, twice a second: one timer for the whole page, so that everything on it ticks together. */
export function useNow(): number {
  return useSyncExternalStore(watch, () => now);
}
