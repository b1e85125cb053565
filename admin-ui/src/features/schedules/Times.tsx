import type { ScheduleTime } from '../../api/drill-types';
import { dayAndTime } from '../../live/format';
import { Table } from '../../live/Table';
import { hereInWords, thereInWords } from './schedule';

/** When it is due next, by the clocks of its zone and by this browser's. */
export function Times({ next, label }: { next: ScheduleTime[]; label: string }) {
  if (next.length === 0) return <p>No next time is told.</p>;
  return (
    <Table scrolls={`${label}, the next five`} label={label} heads={['In its time zone', 'Here', 'May begin until, here', 'Blackout']}>
      {next.map((due) => (
        <tr key={due.at}>
          <th scope="row">{thereInWords(due)}</th>
          <td>{hereInWords(due)}</td>
          <td>{dayAndTime(due.until)}</td>
          <td>{due.blackout === null ? 'no' : `${due.blackout}: skipped`}</td>
        </tr>
      ))}
    </Table>
  );
}
