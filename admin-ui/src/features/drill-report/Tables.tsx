import { Button } from '@patternfly/react-core';
import { useCertificateFile } from '../../api/drills';
import type { Report } from '../../api/drill-types';
import { toProblem } from '../../api/problem';
import { Command } from '../../live/Command';
import { dayAndTime } from '../../live/format';
import { saveFile } from '../../live/saveFile';
import { Table } from '../../live/Table';
import { hrefOf } from '../../live/view';
import { ProblemAlert } from '../../problems/ProblemAlert';
import { change, number, seconds } from './report';
import own from './report.module.css';

/** What was switched, with its proofs. */
export function Runs({ report: { runs }, drill }: { report: Report; drill: string }) {
  const certificate = useCertificateFile((run, content) => saveFile(`${run}-certificate.json`, content));
  if (runs.length === 0) return <p>Nothing was switched, so there is no certificate.</p>;
  return (
    <>
      <Table scrolls="Runs of the control plane and their certificates" label={`Runs of ${drill}`} caption="Runs and their certificates" heads={['Run', 'Kind', 'State', 'Moved', 'Certificate', 'Checked then', 'Take it along']}>
        {runs.map(({ id, kind, state, moved, verdict, checked }) => (
          <tr key={id}>
            <th scope="row">
              <a href={hrefOf('overview', { at: id })}>{id}</a>
            </th>
            <td>{kind}</td>
            <td>{state}</td>
            <td>{moved.toLocaleString('en')}</td>
            <td>{verdict ?? 'none'}</td>
            <td className={own.wide}>{checked ?? 'not fetched'}</td>
            <td>
              {verdict !== null && (
                <Button variant="secondary" size="sm" isDisabled={certificate.isPending} onClick={() => certificate.mutate(id)}>
                  Save the certificate of {id}
                </Button>
              )}
            </td>
          </tr>
        ))}
      </Table>
      {certificate.error && <ProblemAlert problem={toProblem(certificate.error)} />}
      <Command line="./meridian certificate verify FILE --keys KEYS">A certificate is checked without the control plane by</Command>
    </>
  );
}

/** This one beside those of the same scenario about the same before it. */
export function Earlier({ report, drill }: { report: Report; drill: string }) {
  const { earlier, clients, outcome, startedAt } = report;
  if (earlier.length === 0) return <p>It is the first one of this scenario about {report.about} that its runner’s machine has.</p>;
  return (
    <Table scrolls="This drill and earlier ones of the same" label={`${drill} compared`} caption="Compared with earlier drills of the same: what changed since them" heads={['Drill', 'Begun', 'Outcome', 'Longest outage', 'Outage since', 'Failed', 'Failed since', 'Lost', 'Orphans']}>
      <tr>
        <th scope="row">this one</th>
        <td>{dayAndTime(startedAt)}</td>
        <td>{outcome}</td>
        <td>{seconds(clients.longestOutageSeconds)}</td>
        <td />
        <td>{number(clients.failed)}</td>
        <td />
        <td>{number(clients.lost)}</td>
        <td>{number(clients.orphans)}</td>
      </tr>
      {earlier.map((before) => (
        <tr key={before.id}>
          <th scope="row">{before.id}</th>
          <td>{dayAndTime(before.startedAt)}</td>
          <td>{before.outcome}</td>
          <td>{seconds(before.longestOutageSeconds)}</td>
          <td>{change(clients.longestOutageSeconds, before.longestOutageSeconds, seconds)}</td>
          <td>{number(before.failed)}</td>
          <td>{change(clients.failed, before.failed, number)}</td>
          <td>{number(before.lost)}</td>
          <td>{number(before.orphans)}</td>
        </tr>
      ))}
    </Table>
  );
}
