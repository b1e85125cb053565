import type { AttachedEnvoy, Region } from '../../api/types';
import { count } from '../../live/format';

/** A fact in a word; `info`: it goes on by itself. */
export interface Standing {
  status: 'danger' | 'warning' | 'info' | 'success';
  text: string;
}

/** What routes the requests of one region, and by which revision. */
export interface Edges {
  region: string;
  /** Whether all its routers are heard; null: none was ever heard of. */
  heard: boolean | null;
  /** By which its routers answer for shards that are held: of several, the oldest; null: not known. */
  hold: number | null;
  /** Those that need a person first. */
  envoys: AttachedEnvoy[];
  refusing: number;
  /** Those that have accepted the present revision; null: which that is, is not known. */
  current: number | null;
  standing: Standing;
}

/** @param present newest revision of the state; null: not known */
export function envoyStanding({ nack, connected, sentRevision, ackedRevision }: AttachedEnvoy, present: number | null): Standing {
  if (nack !== null) return { status: 'danger', text: 'refuses' };
  if (!connected) return { status: 'warning', text: 'router not heard' };
  if (sentRevision > ackedRevision) return { status: 'info', text: 'has not answered the newest yet' };
  if (present === null) return { status: 'info', text: 'has all that it was sent' };
  return ackedRevision < present ? { status: 'info', text: 'was not sent the newest yet' } : { status: 'success', text: 'has the newest' };
}

/** Of every region, also of one that is declared no more while an Envoy of it still routes. What needs a person stands first. */
export function edgesOf(regions: Pick<Region, 'name' | 'router'>[], envoys: AttachedEnvoy[], present: number | null): Edges[] {
  const names = [...new Set([...regions.map(({ name }) => name), ...envoys.map(({ region }) => region)])];
  return names
    .map((region): Edges => {
      const router = regions.find(({ name }) => name === region)?.router ?? null;
      const mine = envoys.filter((envoy) => envoy.region === region).sort((a, b) => rank(envoyStanding(a, present)) - rank(envoyStanding(b, present)) || a.node.localeCompare(b.node, 'en', { numeric: true }));
      const facts = {
        region,
        heard: router === null && mine.length === 0 ? null : (router?.connected ?? true) && mine.every(({ connected }) => connected),
        hold: router?.holdRevision ?? null,
        envoys: mine,
        refusing: mine.filter(({ nack }) => nack !== null).length,
        current: present === null ? null : mine.filter(({ ackedRevision }) => ackedRevision >= present).length,
      };
      return { ...facts, standing: standingOf(facts, present) };
    })
    .sort((a, b) => rank(a.standing) - rank(b.standing) || names.indexOf(a.region) - names.indexOf(b.region));
}

function standingOf({ heard, hold, envoys, refusing, current }: Omit<Edges, 'standing'>, present: number | null): Standing {
  const all = envoys.length;
  if (refusing > 0) return { status: 'danger', text: `${refusing} of ${count(all, 'Envoy')} ${refusing === 1 ? 'refuses' : 'refuse'} what ${refusing === 1 ? 'it is' : 'they are'} sent` };
  if (heard === null) return { status: 'warning', text: 'no router was heard of yet' };
  if (!heard) return { status: 'danger', text: 'a router is not heard' };
  if (present === null || current === null) return { status: 'info', text: 'heard; the present revision is not known' };
  if (hold !== null && hold < present) return { status: 'info', text: 'its router follows, and is not there yet' };
  if (current < all) return { status: 'info', text: `${current} of ${count(all, 'Envoy')} ${current === 1 ? 'has' : 'have'} the newest` };
  return all === 0 ? { status: 'info', text: 'heard; no Envoy is attached' } : { status: 'success', text: `${all === 1 ? 'its Envoy has' : `all ${all} Envoys have`} the newest` };
}

/** What goes on by itself changes from second to second: rows would jump if it counted. */
function rank({ status }: Standing): number {
  return { danger: 0, warning: 1, info: 2, success: 2 }[status];
}

/** `13 revisions` behind; null: none, or not known. */
export function behind({ ackedRevision }: Pick<AttachedEnvoy, 'ackedRevision'>, present: number | null): number | null {
  return present === null || ackedRevision >= present ? null : present - ackedRevision;
}
