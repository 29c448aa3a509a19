import type { ReactNode } from 'react';
import type { Problem } from '../../domain/common/outcome.ts';
import { useTheme } from '../../theme/theme.tsx';
import { ScrollText } from '../text/scroll-text.tsx';

export interface ProblemTextProps {
  readonly problem: Problem;
  readonly width: number;
  readonly height: number;
  /** Whether it takes arrows, where it is longer than its place. */
  readonly focus: boolean;
}

/** A problem in full: what happened, what was saved, what to do next. */
export function ProblemText({ problem, width, height, focus }: ProblemTextProps): ReactNode {
  const { symbols } = useTheme();
  const text = `${symbols.error} ${problem.what}\nSaved: ${problem.saved}\nNext: ${problem.next}`;
  return <ScrollText text={text} width={width} height={height} focus={focus} />;
}
