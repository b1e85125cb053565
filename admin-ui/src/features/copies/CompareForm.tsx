import { ActionGroup, Button, Checkbox, Form, FormGroup, FormHelperText, HelperText, HelperTextItem, TextInput } from '@patternfly/react-core';
import { useState } from 'react';
import type { VerificationRequest } from '../../api/queries';
import { Command } from '../../live/Command';
import { count } from '../../live/format';
import { useWhyNot, WhyNot } from '../../live/may';
import { quoted } from '../../live/shell';
import { readShards } from '../../shards/shardSet';

interface Props {
  /** N; null while it is not known (the control plane checks the range anyway). */
  shards: number | null;
  busy: boolean;
  onEdit: () => void;
  onCompare: (request: VerificationRequest) => void;
}

export function CompareForm({ shards: size, busy, onEdit, onCompare }: Props) {
  const [shards, setShards] = useState('');
  const [tables, setTables] = useState('');
  const [rows, setRows] = useState(true);
  const reading = shards.trim() === '' ? null : readShards(shards, size ?? 65_536);
  const named = tables.split(/[\s,]+/).filter((table) => table !== '');
  const mayNot = useWhyNot('operator');
  const can = reading?.kind !== 'refused' && !busy && mayNot === null;
  const line = ['./meridian verify', ...(reading ? [`--shards ${quoted(shards.trim())}`] : []), ...(named.length > 0 ? [`--tables ${quoted(named.join(','))}`] : []), ...(rows ? ['--rows'] : [])].join(' ');
  return (
    <Form
      onSubmit={(event) => {
        event.preventDefault();
        if (can) onCompare({ ...(reading ? { shards: shards.trim() } : {}), ...(named.length > 0 ? { tables: named } : {}), ...(rows ? { rows } : {}) });
      }}
    >
      <FormGroup label="Shards to compare" fieldId="compare-shards">
        <TextInput
          id="compare-shards"
          value={shards}
          isDisabled={busy}
          validated={reading?.kind === 'refused' ? 'error' : 'default'}
          autoComplete="off"
          onChange={(_, value) => {
            setShards(value);
            onEdit();
          }}
        />
        <FormHelperText>
          <HelperText isLiveRegion>
            {reading === null ? (
              <HelperTextItem>All of them, or numbers and ranges, such as 0-31,77</HelperTextItem>
            ) : reading.kind === 'read' ? (
              <HelperTextItem>{count(reading.shards.size, 'shard')}</HelperTextItem>
            ) : (
              <HelperTextItem variant="error">{reading.why}</HelperTextItem>
            )}
          </HelperText>
        </FormHelperText>
      </FormGroup>
      <FormGroup label="Tables to compare" fieldId="compare-tables">
        <TextInput
          id="compare-tables"
          value={tables}
          isDisabled={busy}
          autoComplete="off"
          onChange={(_, value) => {
            setTables(value);
            onEdit();
          }}
        />
        <FormHelperText>
          <HelperText>
            <HelperTextItem>All of them, or names such as public.account, public.entry</HelperTextItem>
          </HelperText>
        </FormHelperText>
      </FormGroup>
      <Checkbox
        id="compare-rows"
        label="Row by row where shards differ"
        description="Which rows differ, of the first 8 shards that do. A repair needs it."
        isChecked={rows}
        isDisabled={busy}
        onChange={(_, checked) => {
          setRows(checked);
          onEdit();
        }}
      />
      <ActionGroup>
        <Button type="submit" variant="primary" isLoading={busy} isDisabled={!can}>
          Compare the copies of all regions
        </Button>
        <WhyNot why={mayNot} />
      </ActionGroup>
      <Command line={line} />
    </Form>
  );
}
