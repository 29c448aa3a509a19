import { Box } from 'ink';
import type { ReactNode } from 'react';
import { StatusLine } from '../../../components/statusline/index.ts';
import { nameGrader } from '../../../domain/evaluation/graders.ts';
import type { EvaluatedItem, Evaluation } from '../../../domain/evaluation/types.ts';
import { count } from '../../../domain/text/figures.ts';
import { verdictOf } from './verdict.ts';

export interface ToolbarProps {
  readonly evaluation: Evaluation;
  readonly items: readonly EvaluatedItem[];
  /** In words; empty when all are shown. */
  readonly filter: string;
  /** `models 1-2 of 5`; empty when all fit. */
  readonly window: string;
  readonly names: readonly string[];
  readonly width: number;
}

/** `tuned 71/87`: right of what is graded; quick to count, so that it is there at once. */
function tallies(items: readonly EvaluatedItem[], names: readonly string[]): readonly string[] {
  return names.map((name, model) => {
    let right = 0;
    let graded = 0;
    for (const { predictions } of items) {
      const verdict = verdictOf(predictions[model]);
      if (verdict === 'right') right += 1;
      if (verdict === 'right' || verdict === 'wrong') graded += 1;
    }
    return `${name} ${count(right)}/${count(graded)} right`;
  });
}

/** One row above the answers: the filter, and how the models stand. */
export function Toolbar({ evaluation, items, filter, window, names, width }: ToolbarProps): ReactNode {
  const [grader] = evaluation.plan.graders;
  return (
    <Box height={1} flexShrink={0} paddingLeft={1}>
      <StatusLine
        width={width - 2}
        segments={[
          { text: filter === '' ? '' : `filter: ${filter}`, tone: 'accent', keep: 1 },
          ...tallies(items, names).map((text, index) => ({ text, keep: 3 + index })),
          { text: window, tone: 'accent', keep: 2 },
          { text: grader === undefined ? '' : `by ${nameGrader(grader)}`, tone: 'muted', keep: 9 },
        ]}
      />
    </Box>
  );
}
