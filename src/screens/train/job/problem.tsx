import type { ReactNode } from 'react';
import { ScrollText } from '../../../components/scroll/index.ts';
import type { Problem } from '../../../domain/text/problem.ts';
import { useTheme } from '../../../theme/index.ts';

export interface ProblemTextProps {
  readonly problem: Problem;
  readonly width: number;
  readonly height: number;
  /** Whether it hears arrows, where it is longer than its place. */
  readonly focus: boolean;
}

/** A problem in full: what happened, what was saved, what to do next. */
export function ProblemText({ problem, width, height, focus }: ProblemTextProps): ReactNode {
  const { symbols } = useTheme();
  const text = `${symbols.error} ${problem.what}\nSaved: ${problem.saved}\nNext: ${problem.next}`;
  return <ScrollText text={text} width={width} height={height} focus={focus} />;
}
