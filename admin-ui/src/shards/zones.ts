/** How a zone is told apart on the map: by the code written in every cell of it, and by a colour for those who see it. */
export interface ZoneMark {
  zone: string;
  region: string | null;
  /** Two or three characters, unique among the zones. */
  code: string;
  /** Which of the palette's colours; they repeat when there are more zones than colours, codes never do. */
  colour: number;
}

export const COLOURS = 6;

/** In the order given, so that a zone keeps its mark while the topology stands. */
export function markZones(zones: { zone: string; region: string | null }[]): Map<string, ZoneMark> {
  const distinct = [...new Map(zones.map((each) => [each.zone, each])).values()];
  const short = distinct.map(({ zone }) => shortName(zone));
  const clear = new Set(short).size === short.length && short.every((code) => code.length <= 3);
  return new Map(
    distinct.map(({ zone, region }, place) => [
      zone,
      { zone, region, code: clear ? (short[place] ?? '?') : letters(place), colour: place % COLOURS },
    ]),
  );
}

/** `east-1` -> `e1` */
function shortName(zone: string): string {
  const match = /^(.)[^\d]*?-?(\d*)$/.exec(zone);
  return match ? `${match[1]}${match[2]}` : zone.slice(0, 2);
}

/** 0 -> A, 25 -> Z, 26 -> AA */
function letters(place: number): string {
  const last = String.fromCharCode(65 + (place % 26));
  return place < 26 ? last : letters(Math.floor(place / 26) - 1) + last;
}
