import { Alert, Button, Card, CardBody, CardTitle } from '@patternfly/react-core';
import { useEffect, useRef, useState } from 'react';
import { toProblem } from '../../api/problem';
import { useAuditPages } from '../../api/queries';
import type { ProblemDocument } from '../../api/types';
import { useAnchor } from '../../live/anchor';
import { Command } from '../../live/Command';
import { count, timeOfDay } from '../../live/format';
import { WhyNot } from '../../live/may';
import { ProblemAlert } from '../../problems/ProblemAlert';
import own from './audit.module.css';
import { add, canHash, type Chain, closed, EMPTY, hashOf } from './chain';

type Checking = { kind: 'none' } | { kind: 'runs'; chain: Chain; of: number } | { kind: 'done'; chain: Chain; at: number } | { kind: 'broke'; chain: Chain; problem: ProblemDocument };

const MOST_FAULTS = 20;

/** Reckons every hash of the chain anew, in this browser: the node that tells the entries is not asked whether they are right. */
export function VerifyPanel() {
  const here = useAnchor('verify');
  const pages = useAuditPages();
  const [checking, setChecking] = useState<Checking>({ kind: 'none' });
  const end = useRef<AbortController>(null);
  useEffect(() => () => end.current?.abort(), []);
  const why = canHash() ? null : 'This browser reckons hashes only on pages that came by https or from this machine: use the command line.';
  const check = async () => {
    const mine = new AbortController();
    end.current = mine;
    let chain = EMPTY;
    setChecking({ kind: 'runs', chain, of: 0 });
    try {
      await pages(async (page) => {
        for (const entry of page.entries) chain = add(chain, entry, (await hashOf(entry)) === entry.hash);
        if (page.next === null) chain = closed(chain, page);
        if (!mine.signal.aborted) setChecking({ kind: 'runs', chain, of: page.count });
      }, mine.signal);
      setChecking({ kind: 'done', chain, at: Date.now() });
    } catch (cause) {
      if (mine.signal.aborted) setChecking({ kind: 'none' });
      else setChecking({ kind: 'broke', chain, problem: toProblem(cause) });
    }
  };
  return (
    <Card component="section" aria-labelledby="audit-verify" ref={here} tabIndex={-1}>
      <CardTitle component="h2" id="audit-verify">
        Verify the chain
      </CardTitle>
      <CardBody className={own.verify}>
        <p>Each entry holds the hash of the one before: none can be changed, left out or put in between without all behind it being other ones. All entries are fetched, and every hash is reckoned anew in this browser.</p>
        <div>
          {checking.kind === 'runs' ? (
            <Button variant="secondary" onClick={() => end.current?.abort()}>
              Stop checking
            </Button>
          ) : (
            <Button variant="secondary" isDisabled={why !== null} onClick={() => void check()}>
              Verify: fetch and check every entry
            </Button>
          )}
          <WhyNot why={why} />
        </div>
        <div role="status">
          <Told checking={checking} />
        </div>
        <Command line="./meridian audit verify" />
      </CardBody>
    </Card>
  );
}

function Told({ checking }: { checking: Checking }) {
  switch (checking.kind) {
    case 'none':
      return null;
    case 'runs':
      return <p>{checking.of === 0 ? 'Fetching the oldest entries …' : `${checking.chain.count.toLocaleString('en')} of ${count(checking.of, 'entry', 'entries')} checked …`}</p>;
    case 'broke':
      return <ProblemAlert problem={checking.problem}>{`${count(checking.chain.count, 'entry', 'entries')} were checked before; nothing is known of the others.`}</ProblemAlert>;
    case 'done':
      return <Found chain={checking.chain} at={checking.at} />;
  }
}

function Found({ chain, at }: { chain: Chain; at: number }) {
  if (chain.count === 0) return <p>There are no entries.</p>;
  const range = `entries ${chain.first} to ${chain.last}`;
  if (chain.faults.length > 0) {
    return (
      <Alert isInline variant="danger" component="h3" title={`The chain is broken: ${count(chain.faults.length, 'fault')} in ${range}`}>
        <ul className={own.faults}>
          {chain.faults.slice(0, MOST_FAULTS).map((fault) => (
            <li key={fault}>{fault}</li>
          ))}
        </ul>
        {chain.faults.length > MOST_FAULTS && <p>And more: the command line has all.</p>}
      </Alert>
    );
  }
  return (
    <Alert isInline variant="success" component="h3" title={`The chain held at ${timeOfDay(at)}: ${range}`}>
      <p>
        Head <code className={own.hash}>{chain.head}</code>. Keep it somewhere else: who has it can tell later that what was before it is still the same.
      </p>
      {chain.first > 1 && <p>What was before entry {chain.first} is not in it: this node does not have it.</p>}
    </Alert>
  );
}
