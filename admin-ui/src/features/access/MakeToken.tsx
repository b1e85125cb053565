import { Alert, Button, Checkbox, Form, FormGroup, FormHelperText, HelperText, HelperTextItem, TextInput, Title } from '@patternfly/react-core';
import { useEffect, useState } from 'react';
import { useMakeToken } from '../../api/administration';
import type { MadeToken, TokenRequest } from '../../api/administration-types';
import { ROLES } from '../../api/types';
import { Act } from '../../live/Act';
import { timeOfDay } from '../../live/format';
import { hrefOf } from '../../live/view';
import own from './access.module.css';
import { commandOf, type Draft, makesASecondPerson, reachesFar, readToken, ROLE_SENTENCES } from './tokens';

const EMPTY: Draft = { name: '', roles: [], days: '' };
/** Of a form that does not say yet what it wants: its button says what is missing. */
const NOTHING: TokenRequest = { name: 'NAME', roles: ['viewer'] };

/** A new token. Its text is told once, is nowhere but on this page then, and is forgotten when somebody says so or leaves it. */
export function MakeToken({ there, stale }: { there: string[]; stale: boolean }) {
  const [draft, setDraft] = useState(EMPTY);
  const [made, setMade] = useState<MadeToken | null>(null);
  useEffect(() => () => setMade(null), []); // another page is shown: what nobody sees is not kept for whoever comes next
  const reading = readToken(draft, there);
  const edit = (change: Partial<Draft>) => setDraft({ ...draft, ...change });
  return (
    <section className={own.make} aria-labelledby="make-token">
      <Title headingLevel="h3" id="make-token">
        Make a token
      </Title>
      {made ? (
        <ShownOnce made={made} onForget={() => setMade(null)} />
      ) : (
        <>
          <Form className={own.form} onSubmit={(event) => event.preventDefault()}>
            <FormGroup label="Of whom" isRequired fieldId="token-name">
              <TextInput id="token-name" isRequired value={draft.name} autoComplete="off" autoCapitalize="none" spellCheck={false} onChange={(_, name) => edit({ name: name.trim() })} />
            </FormGroup>
            <FormGroup label="Roles" isRequired role="group" fieldId="token-roles">
              {ROLES.map((role) => (
                <Checkbox
                  key={role}
                  id={`token-role-${role}`}
                  label={role}
                  description={ROLE_SENTENCES[role]}
                  isChecked={draft.roles.includes(role)}
                  onChange={(_, checked) => edit({ roles: checked ? [...draft.roles, role] : draft.roles.filter((each) => each !== role) })}
                />
              ))}
            </FormGroup>
            <FormGroup label="Valid for days" fieldId="token-days">
              <TextInput id="token-days" inputMode="numeric" value={draft.days} autoComplete="off" onChange={(_, days) => edit({ days })} />
              <FormHelperText>
                <HelperText>
                  <HelperTextItem>Nothing: until somebody revokes it</HelperTextItem>
                </HelperText>
              </FormHelperText>
            </FormGroup>
          </Form>
          <Make
            key={JSON.stringify(reading)}
            request={reading.kind === 'read' ? reading.request : NOTHING}
            blocked={reading.kind === 'read' ? null : reading.why}
            stale={stale}
            onMade={(token) => {
              setMade(token);
              setDraft(EMPTY);
            }}
          />
        </>
      )}
    </section>
  );
}

function Make({ request, blocked, stale, onMade }: { request: TokenRequest; blocked: string | null; stale: boolean; onMade: (made: MadeToken) => void }) {
  const { name, roles, validForDays } = request;
  const act = useMakeToken(request, onMade);
  const far = reachesFar(roles);
  return (
    <Act
      opens="Make the token"
      title={`Make a token for ${name}, with ${roles.join(', ')}?`}
      consequences={[
        `Whoever has its text is ${name} here, ${validForDays === undefined ? 'until it is revoked' : `for ${validForDays} days`}.`,
        'Its text is shown once, on this page. If it is lost, it has to be revoked and another one made.',
        ...(makesASecondPerson(roles) ? ['It makes a second person, and takes one: it is not valid before another approver has approved it. Only the very first approver is made alone.'] : []),
      ]}
      button={`Make the token of ${name}`}
      danger={roles.includes('breakglass')}
      role="operator"
      blocked={blocked}
      reason={far ? 'needed' : 'optional'}
      {...(far ? { typed: name } : {})}
      command={(reason) => commandOf(request, reason)}
      stale={stale}
      act={act}
      done=""
    />
  );
}

function ShownOnce({ made: { name, token, approval, expires }, onForget }: { made: MadeToken; onForget: () => void }) {
  const [copied, setCopied] = useState<'no' | 'yes' | 'failed'>('no');
  const copy = () =>
    navigator.clipboard.writeText(token).then(
      () => setCopied('yes'),
      () => setCopied('failed'),
    );
  return (
    <Alert isInline isLiveRegion variant={approval === undefined ? 'success' : 'warning'} component="h4" title={approval === undefined ? `The token of ${name}, shown this once` : `The token of ${name}, shown this once, and not valid yet`}>
      <p>
        Give it to {name}, and to nobody else.{' '}
        {approval !== undefined && (
          <>
            It waits for a second person as <a href={hrefOf('access', { at: 'approvals' })}>{approval}</a>, and opens nothing before.{' '}
          </>
        )}
        {expires === null ? '' : `It ends on ${expires.slice(0, 10)} at ${timeOfDay(expires)}. `}
        Leaving this page forgets it.
      </p>
      <code className={own.secret}>{token}</code>
      <div className={own.acts}>
        {'clipboard' in navigator && (
          <Button variant="secondary" onClick={() => void copy()}>
            {copied === 'yes' ? 'Copied: it is in the clipboard' : 'Copy it'}
          </Button>
        )}
        <Button variant="primary" onClick={onForget}>
          I have it: forget it here
        </Button>
      </div>
      {copied === 'failed' && <p role="status">The browser did not let it be copied: mark it, one click marks it whole.</p>}
    </Alert>
  );
}
