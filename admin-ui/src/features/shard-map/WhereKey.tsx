import { FormGroup, FormHelperText, HelperText, HelperTextItem, TextInput } from '@patternfly/react-core';
import type { Shard } from '../../api/types';
import { describe } from './map';

interface Props {
  value: string;
  onChange: (key: string) => void;
  /** False while the number of shards is not known for sure. */
  computable: boolean;
  /** Null while no key is given. */
  found: number | null;
  places: (Shard | undefined)[];
  stale: boolean;
}

/** The shard is computed here: a user's key is not sent anywhere, and so stands in no log. */
export function WhereKey({ value, onChange, computable, found, places, stale }: Props) {
  return (
    <FormGroup label="Where is key" fieldId="where-key">
      <TextInput id="where-key" value={value} onChange={(_, key) => onChange(key)} autoComplete="off" spellCheck={false} aria-describedby="where-answer" />
      <FormHelperText>
        <HelperText id="where-answer" isLiveRegion>
          {found === null ? (
            <HelperTextItem>
              {computable ? 'Type a user’s sharding key. It stays in this browser.' : 'Unknown: the control plane did not tell of every shard.'}
            </HelperTextItem>
          ) : (
            <HelperTextItem>
              <strong>{describe(found, places[found])}</strong>
              {stale && ' (stale: it was so)'}
              {value !== value.trim() && ' · The key begins or ends with a space, which counts.'}
            </HelperTextItem>
          )}
        </HelperText>
      </FormHelperText>
    </FormGroup>
  );
}
