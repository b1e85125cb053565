const KEY = 'meridian.token';

/** Takes the token out of `#token=...` (and out of the address bar and the history), else the one this tab already has. */
export function receiveToken(): string | null {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const given = fragment.get('token')?.trim();
  if (given) {
    fragment.delete('token');
    const rest = fragment.toString();
    history.replaceState(history.state, '', location.pathname + location.search + (rest ? `#${rest}` : ''));
    keepToken(given);
  }
  return sessionStorage.getItem(KEY);
}

/** For this tab only: it is gone when the tab is closed. */
export function keepToken(token: string): void {
  sessionStorage.setItem(KEY, token);
}

export function forgetToken(): void {
  sessionStorage.removeItem(KEY);
}
