import type { Topology } from '../../api/types';

/** What is done when a region looks lost and nobody asks for anything. */
export interface Policy {
  region: string;
  /** A mode that is not known here (a newer control plane) is shown by its name. */
  mode: string;
  /** Null: no bound is declared. */
  maxLoss: string | null;
  sentence: string;
}

/** docs/topology.md: as a text or an object, and unsaid it is `recommend`. */
export function policiesOf({ regions = [] }: Topology['topology']): Policy[] {
  return regions.map(({ name, failover }) => {
    const mode = typeof failover === 'string' ? failover : (failover?.mode ?? 'recommend');
    const maxLoss = typeof failover === 'object' ? (failover.maxLoss ?? null) : null;
    return { region: name, mode, maxLoss, sentence: sentenceOf(mode, maxLoss) };
  });
}

function sentenceOf(mode: string, maxLoss: string | null): string {
  switch (mode) {
    case 'off':
      return 'Nothing is done, and nobody is told.';
    case 'recommend':
      return `People are told${maxLoss === null ? '' : `, with a plan that loses at most ${maxLoss}`}; one of them has to start it.`;
    case 'auto':
      return `It is failed over by itself, unless more than ${maxLoss ?? 'the bound'} could be lost or something holds it.`;
    default:
      return 'This console does not know that mode.';
  }
}

/** docs/topology.md: the rules that all regions share, unsaid. */
export const WINDOW = '5s';
export const PER_HOUR = 2;
