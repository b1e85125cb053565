import type { Step } from '../../api/types';

/** Steps that only a failover has, in its order. */
const OF_LOSS = ['EXPIRING', 'GATHERING', 'ALIGNING'];
/** A failover's own order (PROTOCOL 7). */
const FAILOVER = [...OF_LOSS, 'ACTIVATED', 'ROUTED'];
/** The planned move's own order (PROTOCOL 5); other steps stand behind, in the order in which they came. */
const MOVE = ['PLANNED', 'PREPARED', 'HOLDING', 'FENCING', 'CATCHING_UP', 'ACTIVATED', 'ROUTED'];

export interface StepTable {
  names: string[];
  waves: { wave: number; cells: Step[][] }[];
}

/** Waves down, steps across; a step that was taken twice stands twice in its cell. */
export function stepTable(steps: Step[]): StepTable {
  const order = steps.some(({ name }) => OF_LOSS.includes(name)) ? FAILOVER : MOVE;
  const others = [...new Set(steps.map((step) => step.name))].filter((name) => !order.includes(name));
  const names = [...order.filter((name) => name !== 'PLANNED' || steps.some((step) => step.name === name)), ...others];
  const waves = [...new Set(steps.map((step) => step.wave))].sort((a, b) => a - b);
  return {
    names,
    waves: waves.map((wave) => ({
      wave,
      cells: names.map((name) => steps.filter((step) => step.wave === wave && step.name === name)),
    })),
  };
}
