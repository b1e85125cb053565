import { ActionGroup, Button, Checkbox, Form, FormGroup, FormHelperText, FormSelect, FormSelectOption, Grid, GridItem, HelperText, HelperTextItem, TextInput } from '@patternfly/react-core';
import { useId, useState } from 'react';
import { useRegions } from '../../api/queries';
import { Command } from '../../live/Command';
import { hrefOf } from '../../live/view';
import { commandOf, isShard, type Narrowed, paramsOf } from './narrowed';

/** Which lost writes are shown: the address has it, so that it can be sent to somebody. */
export function NarrowForm({ wanted }: { wanted: Narrowed }) {
  const id = useId();
  const [draft, setDraft] = useState(wanted);
  const regions = useRegions().data ?? [];
  const edit = (change: Partial<Narrowed>) => setDraft({ ...draft, ...change });
  const fits = isShard(draft.shard);
  return (
    <Form
      role="search"
      aria-label="Narrow the lost writes"
      onSubmit={(event) => {
        event.preventDefault();
        if (fits) location.hash = hrefOf('replication', { at: 'lost-writes', ...paramsOf(draft) });
      }}
    >
      <Grid hasGutter>
        <GridItem span={12} md={6} xl={3}>
          <FormGroup label="As told by" fieldId={`${id}-region`}>
            <FormSelect id={`${id}-region`} value={draft.region} onChange={(_, region) => edit({ region })}>
              <FormSelectOption value="" label="All regions" />
              {regions.map(({ name }) => (
                <FormSelectOption key={name} value={name} label={name} />
              ))}
            </FormSelect>
          </FormGroup>
        </GridItem>
        <GridItem span={12} md={6} xl={3}>
          <FormGroup label="Of shard" fieldId={`${id}-shard`}>
            <TextInput id={`${id}-shard`} value={draft.shard} inputMode="numeric" autoComplete="off" validated={fits ? 'default' : 'error'} onChange={(_, shard) => edit({ shard })} />
            <FormHelperText>
              <HelperText isLiveRegion>
                <HelperTextItem variant={fits ? 'default' : 'error'}>{fits ? 'A number; empty: all shards' : `'${draft.shard}' is no shard’s number`}</HelperTextItem>
              </HelperText>
            </FormHelperText>
          </FormGroup>
        </GridItem>
      </Grid>
      <Checkbox id={`${id}-open`} label="Only those that nobody has decided yet" isChecked={draft.open} onChange={(_, open) => edit({ open })} />
      <ActionGroup>
        <Button type="submit" variant="secondary" isDisabled={!fits}>
          Narrow
        </Button>
        <Button variant="link" component="a" href={hrefOf('replication', { at: 'lost-writes' })}>
          All lost writes
        </Button>
      </ActionGroup>
      <Command line={commandOf(draft)} />
    </Form>
  );
}
