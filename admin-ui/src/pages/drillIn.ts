/** Which drill an address shows, itself or its report; null: none. */
export function drillIn(params: URLSearchParams): string | null {
  return /^(dr-\d+)(-report)?$/.exec(params.get('at') ?? '')?.[1] ?? null;
}

/** Which schedule an address shows; null: none. */
export function scheduleIn(params: URLSearchParams): string | null {
  return /^schedule-([a-z][a-z0-9-]{0,39})$/.exec(params.get('at') ?? '')?.[1] ?? null;
}
