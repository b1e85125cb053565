import { Label, type LabelProps } from '@patternfly/react-core';
import type { ReactNode } from 'react';

interface Props {
  /** Null: not known, whatever `children` would say. */
  status: LabelProps['status'] | 'plain' | null;
  stale?: boolean;
  children?: ReactNode;
}

/** A fact in a word. What was true once is grey and says "was:": green is for what is known now. */
export function Status({ status, stale = false, children }: Props) {
  if (status === null) return <Unknown />;
  if (stale) return <Label variant="outline" isCompact>was: {children}</Label>;
  if (status === 'plain' || status === undefined) return <Label isCompact>{children}</Label>;
  return <Label status={status} isCompact>{children}</Label>;
}

export function Unknown() {
  return <Label variant="outline" isCompact>unknown</Label>;
}
