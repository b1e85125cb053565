import { List, ListItem } from '@patternfly/react-core';
import { explain, type Limit } from './document';
import own from './scenarios.module.css';

/** What a scenario does, what ends it early and what is good enough. @param region that it is asked about, when that is another than it names */
export function ExplainedView({ document, region }: { document: string; region?: string }) {
  const explained = explain(document, region);
  if (explained === null) return <p>This console cannot read how it is written; what it does stands in its text.</p>;
  return (
    <div className={own.explained}>
      <div>
        <strong>What is done</strong>
        {explained.done.length === 0 ? (
          <p>This console does not know that act: its text tells.</p>
        ) : (
          <List component="ol">
            {explained.done.map((sentence) => (
              <ListItem key={sentence}>{sentence}</ListItem>
            ))}
          </List>
        )}
      </div>
      <Limits title="Guards: what exceeds one ends the drill, and everything is undone" limits={explained.guards} none="None: nothing but a person ends it early." />
      <Limits title="Targets: what is good enough" limits={explained.targets} none="None of its own." always="In every drill: no acknowledged write is lost or doubled." />
    </div>
  );
}

function Limits({ title, limits, none, always }: { title: string; limits: Limit[]; none: string; always?: string }) {
  return (
    <div>
      <strong>{title}</strong>
      {limits.length === 0 && <p>{none}</p>}
      <ul className={own.limits}>
        {limits.map(({ name, value, meaning }) => (
          <li key={name}>
            <code>{name}</code> at most <strong>{value}</strong>
            {meaning === null ? ': this console does not know it' : `: ${meaning}`}
          </li>
        ))}
        {always !== undefined && <li>{always}</li>}
      </ul>
    </div>
  );
}
