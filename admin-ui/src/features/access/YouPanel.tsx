import { useWhoAmINow } from '../../api/administration';
import { ROLES } from '../../api/types';
import { Command } from '../../live/Command';
import { Panel } from '../../live/Panel';
import { Status } from '../../live/Status';
import { Table } from '../../live/Table';
import own from './access.module.css';
import { ROLE_SENTENCES } from './tokens';

/** Whose token this page holds, and what that opens. */
export function YouPanel() {
  return (
    <Panel title="You" asked={useWhoAmINow()} anchor="you">
      {({ name, roles, may }, stale) => (
        <>
          <p>
            You are <strong>{name}</strong>, with {roles.length === 0 ? 'no role' : `the ${roles.length === 1 ? 'role' : 'roles'} ${roles.join(', ')}`}.
          </p>
          <Table scrolls="Roles, and which of them are open to you" label="Roles" heads={['Role', 'Open to you', 'Who has it']}>
            {ROLES.map((role) => (
              <tr key={role}>
                <th scope="row">{role}</th>
                <td>
                  <Status status={may.includes(role) ? 'success' : 'plain'} stale={stale}>
                    {roles.includes(role) ? 'yes' : may.includes(role) ? 'yes, by another role' : 'no'}
                  </Status>
                </td>
                <td className={own.wide}>{ROLE_SENTENCES[role]}</td>
              </tr>
            ))}
          </Table>
          <Command line="./meridian tokens whoami" />
        </>
      )}
    </Panel>
  );
}
