import { useContext } from 'react';
import { useRevokeToken, useTokens } from '../../api/administration';
import type { Token } from '../../api/administration-types';
import { Act } from '../../live/Act';
import { useNow } from '../../live/clock';
import { Command } from '../../live/Command';
import { count, timeOfDay } from '../../live/format';
import { Me } from '../../live/may';
import { Panel } from '../../live/Panel';
import { because, quoted } from '../../live/shell';
import { Status } from '../../live/Status';
import { Table } from '../../live/Table';
import { hrefOf } from '../../live/view';
import own from './access.module.css';
import { MakeToken } from './MakeToken';
import { validity } from './tokens';

/** Local tokens. People of an identity provider have none here. */
export function TokensPanel() {
  return (
    <Panel title="Tokens" asked={useTokens()} anchor="tokens">
      {({ tokens, next }, stale) => (
        <>
          {tokens.length === 0 ? (
            <p>{stale ? 'No token had been made when it was last known.' : 'No token has been made: only those that nodes read from files, and an identity provider’s people, come in.'}</p>
          ) : (
            <Table scrolls="Tokens by name" label="Tokens" heads={['Token', 'Roles', 'Valid', 'Made', 'By', 'Revoke']}>
              {tokens.map((token) => (
                <Row key={token.name} token={token} stale={stale} />
              ))}
            </Table>
          )}
          {next !== null && <p>These are the first {count(tokens.length, 'token')}; the command line has all.</p>}
          <p className={own.note}>
            What opens a token is kept nowhere, only its hash. Tokens admin and breakglass are files of each node: to change them, change the file and restart the node. Whom an identity provider vouches for has no token here, and the roles that it gives.
          </p>
          <Command line="./meridian tokens list" />
          <MakeToken there={tokens.map(({ name }) => name)} stale={stale} />
        </>
      )}
    </Panel>
  );
}

function Row({ token, stale }: { token: Token; stale: boolean }) {
  const { name, roles, createdAt, createdBy } = token;
  const me = useContext(Me);
  const valid = validity(token, useNow());
  const revoke = useRevokeToken(name);
  return (
    <tr>
      <th scope="row">
        <a href={hrefOf('audit', { who: name })}>{name}</a>
      </th>
      <td>{roles.join(', ')}</td>
      <td title={token.expires === null ? undefined : `until ${token.expires}`}>
        <Status status={valid.status} stale={stale}>
          {valid.text}
        </Status>
      </td>
      <td title={createdAt ?? undefined}>{createdAt === null ? 'unknown' : `${createdAt.slice(0, 10)}, ${timeOfDay(createdAt)}`}</td>
      <td>{createdBy ?? 'unknown'}</td>
      <td className={own.wide}>
        <Act
          opens={`Revoke ${name}`}
          title={`Revoke the token ${name}?`}
          consequences={[
            'Whoever uses it is refused from now on. It cannot be made valid again.',
            `What ${name} asked for and still waits for a second person is rejected with it.`,
            ...(me?.name === name ? ['You are called so, too: if this page uses it, it asks you for another one then.'] : []),
          ]}
          button={`Revoke ${name}: who uses it is refused`}
          danger
          role="operator"
          reason="optional"
          typed={name}
          command={(reason) => `./meridian tokens revoke ${quoted(name)}${because(reason)}`}
          stale={stale}
          act={revoke}
          done={`${name} was revoked.`}
        />
      </td>
    </tr>
  );
}
