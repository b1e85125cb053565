import type { Step } from '../../api/types';
import { useNow } from '../../live/clock';
import { duration, timeOfDay } from '../../live/format';
import { Table } from '../../live/Table';
import { stepTable } from './steps';
import css from '../../live/tables.module.css';

interface Props {
  steps: Step[];
  /** False once the run has ended: a step without an end is then one whose end nobody told. */
  running: boolean;
}

export function StepsTable({ steps, running }: Props) {
  const now = useNow();
  if (steps.length === 0) return <p>No step has been taken yet.</p>;
  const { names, waves } = stepTable(steps);
  const notes = steps.filter((step) => step.note);
  return (
    <>
      <Table scrolls="Steps" caption="Steps, with the time each took" heads={['Wave', ...names]}>
        {waves.map(({ wave, cells }) => (
          <tr key={wave}>
            <th scope="row">{wave}</th>
            {cells.map((cell, place) => (
              <td key={names[place]} className={cell.some((step) => step.millis === null) && running ? css.current : undefined}>
                {cell.length === 0 ? <span className={css.nothing}>·</span> : cell.map((step) => <Took key={step.started} step={step} running={running} now={now} />)}
              </td>
            ))}
          </tr>
        ))}
      </Table>
      {notes.length > 0 && (
        <ul className={css.notes}>
          {notes.map((step) => (
            <li key={`${step.wave} ${step.name} ${step.started}`}>
              Wave {step.wave}, {step.name}: {step.note}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Took({ step, running, now }: { step: Step; running: boolean; now: number }) {
  const title = `since ${timeOfDay(step.started)}`;
  if (step.millis !== null) return <div title={title}>{duration(step.millis)}</div>;
  if (!running) return <div title={title}>end unknown</div>;
  const started = Date.parse(step.started);
  return <div title={title}>{Number.isNaN(started) ? 'running' : `${duration(Math.max(0, now - started))} …`}</div>;
}
