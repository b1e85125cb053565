import { useState } from 'react';
import { useParams } from '../../live/view';
import { quoted } from '../../live/shell';

/** Which lost writes are asked for; empty: not narrowed. */
export interface Narrowed {
  /** As this region tells: they are the same everywhere, and decided where it has heard of the decision. */
  region: string;
  shard: string;
  open: boolean;
}

export const ALL: Narrowed = { region: '', shard: '', open: false };

/** As the address and the API take it. A shard that is no number is not sent. */
export function paramsOf({ region, shard, open }: Narrowed): Record<string, string> {
  const number = shard.trim();
  return { ...(region === '' ? {} : { region }), ...(isShard(number) && number !== '' ? { shard: number } : {}), ...(open ? { open: 'true' } : {}) };
}

export const searchOf = (wanted: Narrowed) => new URLSearchParams(paramsOf(wanted)).toString();

/** Empty is every shard. */
export const isShard = (text: string) => /^\d{0,5}$/.test(text.trim()) && Number(text) < 65_536;

export const commandOf = (wanted: Narrowed) => {
  const { region, shard, open } = paramsOf(wanted);
  return ['./meridian orphans', ...(region ? [`--region ${quoted(region)}`] : []), ...(shard ? [`--shard ${shard}`] : []), ...(open ? ['--open'] : [])].join(' ');
};

/** What the newest link to the lost writes says; links to other parts change nothing of it. */
export function useNarrowed(): Narrowed {
  const params = useParams();
  const [narrowed, setNarrowed] = useState(ALL);
  const named = { region: params.get('region') ?? '', shard: params.get('shard') ?? '', open: params.get('open') === 'true' };
  if (params.get('at') === 'lost-writes' && JSON.stringify(named) !== JSON.stringify(narrowed)) setNarrowed(named);
  return narrowed;
}
