import { ExpandableSection, Label } from '@patternfly/react-core';
import { useState } from 'react';
import type { Certificate, CertifiedShard } from '../../api/types';
import { count } from '../../live/format';
import { Table } from '../../live/Table';
import css from '../../live/tables.module.css';

interface Props {
  certificate: Certificate | null;
  ended: boolean;
}

export function CertificateView({ certificate, ended }: Props) {
  const [open, setOpen] = useState(false);
  if (!certificate) {
    return <p>Certificate: {ended ? 'none was made, so nothing is proven about this run.' : 'made when the run has ended.'}</p>;
  }
  if (certificate.verdict === 'NOTHING_MOVED') {
    return <p>Certificate: <Verdict verdict={certificate.verdict} /> every shard is where it was</p>;
  }
  const equal = certificate.shards.filter((shard) => shard.equal === true).length;
  return (
    <div>
      <p>
        Certificate: <Verdict verdict={certificate.verdict} /> {equal} of {count(certificate.shards.length, 'shard')} equal before and after
      </p>
      {certificate.reasons.length > 0 && (
        <ul className={css.notes}>
          {certificate.reasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      )}
      <ExpandableSection toggleText={open ? 'Hide the proof, shard by shard' : 'Show the proof, shard by shard'} isExpanded={open} onToggle={(_, expanded) => setOpen(expanded)}>
        {open && <Proof shards={certificate.shards} />}
      </ExpandableSection>
    </div>
  );
}

function Verdict({ verdict }: { verdict: Certificate['verdict'] }) {
  switch (verdict) {
    case 'NOTHING_LOST':
      return <Label status="success">Nothing lost</Label>;
    case 'NOTHING_MOVED':
      return <Label status="success">Nothing moved</Label>;
    case 'NOT_PROVEN':
      return <Label status="warning">Not proven</Label>;
    default:
      return <Label status="warning">{String(verdict satisfies never)}</Label>;
  }
}

function Proof({ shards }: { shards: CertifiedShard[] }) {
  return (
    <Table scrolls="Proof, shard by shard" heads={['Shard', 'Equal', 'From', 'To', 'Closed', 'Opened', 'Rows before', 'Rows after', 'Hash before', 'Hash after']}>
      {shards.map((shard) => (
        <tr key={shard.shard}>
          <th scope="row">{shard.shard}</th>
          <td>{shard.equal === null ? 'unknown' : shard.equal ? 'equal' : 'DIFFERENT'}</td>
          <td>{shard.from}</td>
          <td>{shard.to}</td>
          <td>{marker(shard.closedEpoch, shard.closedAt)}</td>
          <td>{marker(shard.openedEpoch, shard.openedAt)}</td>
          <td>{shard.rowsBefore ?? 'unknown'}</td>
          <td>{shard.rowsAfter ?? 'unknown'}</td>
          <td className={css.hash}>{hash(shard.hashBefore)}</td>
          <td className={css.hash}>{hash(shard.hashAfter)}</td>
        </tr>
      ))}
    </Table>
  );
}

const marker = (epoch: number | null, position: string | null) => (epoch === null ? 'unknown' : `epoch ${epoch} at ${position ?? 'unknown'}`);
const hash = (whole: string | null) => (whole === null ? 'unknown' : <span title={whole}>{whole.slice(0, 12)}</span>);
