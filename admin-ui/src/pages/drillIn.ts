/** Which drill an address shows, itself or its report; null: none. */
export function drillIn(params: URLSearchParams): string | null {
  return /^(dr-\d+)(-report)?$/.exec(params.get('at') ?? '')?.[1] ?? null;
}
