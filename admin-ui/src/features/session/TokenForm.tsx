import { Button, Card, CardBody, CardTitle, Content, Form, FormGroup, FormHelperText, HelperText, HelperTextItem, TextInput } from '@patternfly/react-core';
import { useState } from 'react';
import type { ProblemDocument } from '../../api/types';
import { ProblemAlert } from '../../problems/ProblemAlert';
import css from './TokenForm.module.css';

interface Props {
  /** Why the token before was refused. */
  refusal: ProblemDocument | null;
  onToken: (token: string) => void;
}

export function TokenForm({ refusal, onToken }: Props) {
  const [token, setToken] = useState('');
  return (
    <main className={css.page}>
      <Card className={css.card}>
        <CardTitle component="h1">Meridian asks for a token</CardTitle>
        <CardBody>
          {refusal && <ProblemAlert problem={refusal} />}
          <Form
            onSubmit={(event) => {
              event.preventDefault();
              if (token.trim()) onToken(token.trim());
            }}
          >
            <FormGroup label="Token" fieldId="token">
              <TextInput id="token" type="password" autoComplete="off" autoFocus value={token} onChange={(_, value) => setToken(value)} />
              <FormHelperText>
                <HelperText>
                  <HelperTextItem>
                    Of a set-up started by <code>./meridian up</code> it is in <code>.meridian/up/admin.token</code>. It is kept in this tab until
                    the tab is closed.
                  </HelperTextItem>
                </HelperText>
              </FormHelperText>
            </FormGroup>
            <Button type="submit" isDisabled={!token.trim()}>
              Open the console with this token
            </Button>
          </Form>
          <Content component="small">A link that ends in #token=… opens the console without this form.</Content>
        </CardBody>
      </Card>
    </main>
  );
}
