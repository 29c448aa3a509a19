import type { ReactNode } from 'react';
import { Line } from '../../../components/line/index.ts';
import type { TemplateFinding } from '../../../domain/template/types.ts';
import { useTheme } from '../../../theme/index.ts';

export interface FindingLineProps {
  readonly finding: TemplateFinding | null;
  readonly width: number;
  /** Said while there is no finding. */
  readonly otherwise?: string;
}

/** What is wrong here and how to mend it, in one row that is always kept free for it. */
export function FindingLine({ finding, width, otherwise = ' ' }: FindingLineProps): ReactNode {
  const { symbols } = useTheme();
  if (finding === null) return <Line text={otherwise} width={width} tone="muted" />;
  const isError = finding.severity === 'error';
  const sign = isError ? symbols.error : symbols.warn;
  return <Line text={`${sign} ${finding.message} ${finding.fix}`} width={width} tone={isError ? 'error' : 'warn'} />;
}
