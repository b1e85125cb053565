import { Alert } from '@patternfly/react-core';
import { useState } from 'react';
import { useBackup, useRestore } from '../../api/administration';
import { Act } from '../../live/Act';
import { Command } from '../../live/Command';
import { count, listed, size, timeOfDay } from '../../live/format';
import { Panel } from '../../live/Panel';
import { quoted } from '../../live/shell';
import { saveFile } from '../../live/saveFile';

const NAME = 'meridian.backup';

/** The whole state out. Putting it in takes an empty control plane, which has no console yet that anybody could trust: that is the command line's. */
export function BackupPanel() {
  const [kept, setKept] = useState<{ name: string; bytes: number; at: number } | null>(null);
  const backup = useBackup(({ name, content }) => {
    saveFile(name ?? NAME, content);
    setKept({ name: name ?? NAME, bytes: content.size, at: Date.now() });
  });
  return (
    <Panel title="Backup" asked={useRestore()} anchor="backup">
      {({ revision, awaited }, stale) => {
        const waiting = Object.entries(awaited);
        const file = `meridian-${revision}.backup`;
        return (
          <>
            {waiting.length > 0 && (
              <Alert
                isInline
                variant="warning"
                component="h3"
                title={`A restore ${stale ? 'was' : 'is'} under way: ${listed(waiting.map(([region, shards]) => `${count(shards, 'shard')} of ${region}`))} wait for their fences`}
              >
                Nobody may write them until that region’s agent has told what its stores own.
              </Alert>
            )}
            <p>What is decided, whole: who owns what, the topology, runs, tokens as hashes. Users’ rows are not in it.</p>
            <Act
              opens="Download a backup"
              title={`Download what is decided, as of revision ${revision} or newer?`}
              consequences={['Whoever has the file knows all that the control plane knows, hashes of tokens among it: keep it as you keep its disks.', 'Nothing changes by it.']}
              button="Download the backup"
              role="operator"
              reason="none"
              command={() => `./meridian backup ${quoted(file)}`}
              stale={stale}
              act={backup}
              done=""
            />
            {kept && (
              <p role="status">
                {kept.name}, {size(kept.bytes)}, went to the browser’s downloads at {timeOfDay(kept.at)}.
              </p>
            )}
            <Command line={`./meridian restore ${quoted(file)}`}>To put one into an empty control plane:</Command>
          </>
        );
      }}
    </Panel>
  );
}
